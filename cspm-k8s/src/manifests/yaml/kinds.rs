//! Which objects a text is about that cannot be read as it is: a template, or a document with a fault in it.

/// The kinds of its objects; `None` where it may have objects of any kind.
///
/// An object says its kind in a line without indentation. Where each such line has a plain name in it, and nothing else at the
/// start of a line can put in an object, the text has these objects and no others.
pub(super) fn of(text: &str) -> Option<Vec<String>> {
    let mut kinds = Vec::new();
    let mut says_nothing = true;
    // A comment of a template, which may go over several lines.
    let mut in_comment = false;
    for line in text.lines() {
        let trimmed = line.trim();
        if in_comment || trimmed.starts_with("{{/*") || trimmed.starts_with("{{- /*") {
            in_comment = !trimmed.contains("*/");
            continue;
        }
        if trimmed.is_empty() || trimmed.starts_with('#') || is_control(trimmed) {
            continue;
        }
        says_nothing = false;
        if let Some(value) = line.strip_prefix("kind:") {
            let name = value.split(" #").next().unwrap_or(value).trim().trim_matches(['"', '\'']);
            let plain = !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_alphanumeric());
            if !plain || name.ends_with("List") {
                return None;
            }
            kinds.push(name.to_owned());
        } else if line.starts_with(['{', '[', '-', '"', '?', '<']) {
            // What is put in here, or written in braces, may be a whole object.
            return None;
        }
    }
    (says_nothing || !kinds.is_empty()).then_some(kinds)
}

/// Whether a line of a template decides what becomes of other lines, and puts in nothing itself.
fn is_control(line: &str) -> bool {
    let Some(action) = line.strip_prefix("{{") else { return false };
    let Some((action, "")) = action.split_once("}}") else { return false };
    let action = action.trim_start_matches('-').trim_start();
    let word = action.split(|c: char| !c.is_ascii_alphanumeric()).next().unwrap_or_default();
    matches!(word, "if" | "else" | "end" | "with" | "range") || (action.starts_with('$') && action.contains(":="))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn kinds(text: &str) -> Option<Vec<String>> {
        of(text)
    }

    #[test]
    fn a_template_with_plain_kinds_says_what_it_is_about() {
        let service = "{{- if .Values.on }}\napiVersion: v1\nkind: Service # of it\nmetadata:\n  name: {{ .Values.name }}\n  labels:\n    {{- include \"labels\" . | nindent 4 }}\n{{- end }}\n";
        assert_eq!(kinds(service), Some(vec!["Service".to_owned()]));
        assert_eq!(kinds("{{- end }}\n# nothing\n{{/* a comment\n of two lines */}}\n"), Some(vec![]));
        let broken = "apiVersion: v1\nkind: Deployment\napiVersion: v1\n";
        assert_eq!(kinds(broken), Some(vec!["Deployment".to_owned()]));
    }

    #[test]
    fn what_may_be_anything_is_not_guessed() {
        for text in [
            "apiVersion: v1\nkind: {{ .Values.kind }}\n",
            "{{ include \"chart.all\" . }}\nkind: Service\n",
            "{{- range .Values.objects }}\n{{ toYaml . }}\n{{- end }}\n",
            "kind: List\nitems:\n  - kind: Pod\n",
            "{\"kind\": \"Pod\"",
            "- kind: Pod\n",
            "metadata:\n  name: a\n",
            "{{ define \"a\" }}\nkind: Pod\n{{ end }}\n",
        ] {
            assert_eq!(kinds(text), None, "{text}");
        }
    }
}
