//! Values that may be secrets, taken out of an object. What a detector finds in them goes beside them.

use std::fmt::Write;

use cspm_core::{Data, Reason, Unread, secrets};

use crate::native::Native;
use crate::schema::DETECTED_SECRETS;

/// What stands in the place of a value that is withheld.
pub(crate) const WITHHELD: &str = "(withheld)";
/// Longer values are not searched, in bytes: an object of a cluster has at most so much in all.
/// <https://kubernetes.io/docs/concepts/configuration/configmap/#motivation>
const SEARCHED: usize = 1 << 20;

/// Withholds what may be a secret in an object of this kind: values of environment variables, of headers, of ConfigMaps
/// and Secrets, and arguments that look like one.
pub(super) fn withhold(native: &Native, object: &mut Data) {
    match (native.name, native.template) {
        ("kubernetes_config_map", _) => {
            let mut found = Found::default();
            for field in ["data", "binaryData"] {
                found.within(field, |found| found.values(object.get_mut(field)));
            }
            found.put(object);
        }
        ("kubernetes_secret", _) => {
            for field in ["data", "stringData"] {
                // That a Secret holds secrets is no finding.
                Found::default().values(object.get_mut(field));
            }
        }
        ("kubernetes_pod", _) => pod(object),
        (_, Some(template)) => {
            if let Some(template) = object.at_mut(template) {
                pod(template);
            }
        }
        _ => {}
    }
}

/// A pod, or a template for one.
fn pod(pod: &mut Data) {
    let mut found = Found::default();
    for field in ["containers", "initContainers", "ephemeralContainers"] {
        let containers = pod.get_mut("spec").and_then(|spec| spec.get_mut(field)).and_then(Data::as_list_mut);
        for (number, container) in containers.into_iter().flatten().enumerate() {
            found.within(&format!("spec.{field}[{number}]"), |found| found.container(container));
        }
    }
    found.put(pod);
}

/// What was found, and the path to where it is looked for.
#[derive(Default)]
struct Found {
    hits: Vec<Data>,
    path: String,
}

impl Found {
    fn within(&mut self, step: &str, look: impl FnOnce(&mut Self)) {
        let length = self.path.len();
        let dot = if length == 0 { "" } else { "." };
        let _ = write!(self.path, "{dot}{step}");
        look(self);
        self.path.truncate(length);
    }

    fn put(self, object: &mut Data) {
        if let (false, Some(object)) = (self.hits.is_empty(), object.as_object_mut()) {
            object.insert(DETECTED_SECRETS, Data::list(self.hits));
        }
    }

    /// Searches a value with the name that it goes by, and says whether there is a secret in it.
    fn search(&mut self, name: &str, value: &str) -> bool {
        if value.len() > SEARCHED {
            let detail = format!("{} is longer than {SEARCHED} bytes", self.path);
            self.hits.push(Data::from(Unread::new(Reason::Skipped, "").with_detail(detail)));
            return true;
        }
        let named = if name.is_empty() { value.to_owned() } else { format!("{name}={value}") };
        let hits = secrets::find(&named);
        for hit in &hits {
            self.hits.push(Data::object([
                ("path", Data::from(self.path.as_str())),
                ("secret", Data::from(hit.detector.as_str())),
                ("line", Data::Int(i64::from(hit.line))),
            ]));
        }
        !hits.is_empty()
    }

    /// Withholds every value of a map.
    fn values(&mut self, map: Option<&mut Data>) {
        let entries = map.and_then(Data::as_object_mut);
        for (key, value) in entries.into_iter().flat_map(|entries| entries.iter_mut()) {
            self.within(key, |found| found.value(key, value));
        }
    }

    fn value(&mut self, name: &str, value: &mut Data) {
        if let Data::Str(text) = value
            && !text.is_empty()
        {
            self.search(name, text);
            *value = Data::from(WITHHELD);
        }
    }

    fn container(&mut self, container: &mut Data) {
        let env = container.get_mut("env").and_then(Data::as_list_mut);
        for (number, variable) in env.into_iter().flatten().enumerate() {
            self.named(&format!("env[{number}].value"), variable);
        }
        for field in ["command", "args"] {
            self.words(field, container.get_mut(field));
        }
        for probe in ["livenessProbe", "readinessProbe", "startupProbe"] {
            self.within(probe, |found| found.handler(container.get_mut(probe)));
        }
        for hook in ["postStart", "preStop"] {
            let handler = container.get_mut("lifecycle").and_then(|lifecycle| lifecycle.get_mut(hook));
            self.within(&format!("lifecycle.{hook}"), |found| found.handler(handler));
        }
    }

    /// A `value` beside its `name`.
    fn named(&mut self, path: &str, pair: &mut Data) {
        let name = pair.get("name").and_then(Data::as_str).unwrap_or_default().to_owned();
        if let Some(value) = pair.get_mut("value") {
            self.within(path, |found| found.value(&name, value));
        }
    }

    fn handler(&mut self, handler: Option<&mut Data>) {
        let Some(handler) = handler else { return };
        self.words("exec.command", handler.at_mut("exec.command"));
        let headers = handler.at_mut("httpGet.httpHeaders").and_then(Data::as_list_mut);
        for (number, header) in headers.into_iter().flatten().enumerate() {
            self.named(&format!("httpGet.httpHeaders[{number}].value"), header);
        }
    }

    /// Words of a command: rules read them, so that only those with a secret are withheld.
    fn words(&mut self, path: &str, words: Option<&mut Data>) {
        let words = words.and_then(Data::as_list_mut);
        for (number, word) in words.into_iter().flatten().enumerate() {
            let Some(text) = word.as_str() else { continue };
            let mut secret = false;
            self.within(&format!("{path}[{number}]"), |found| secret = found.search("", text));
            if secret {
                *word = Data::from(WITHHELD);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::native;

    fn withheld(kind: &str, object: serde_json::Value) -> serde_json::Value {
        let mut data = Data::from(object);
        withhold(native::named(kind).unwrap(), &mut data);
        data.to_json()
    }

    #[test]
    fn no_value_of_a_variable_stays() {
        let container = json!({
            "name": "app",
            "env": [{"name": "DB_PASSWORD", "value": "correct horse battery"}, {"name": "MODE", "value": "fast"}, {"name": "X"}],
            "args": ["--verbose", "--password=Tr0ub4dor&3x"],
            "livenessProbe": {"httpGet": {"port": 1, "httpHeaders": [{"name": "Authorization", "value": "Basic abc"}]}},
        });
        let pod = withheld("kubernetes_pod", json!({"spec": {"containers": [container.clone()]}}));
        let text = pod.to_string();
        for secret in ["correct horse", "Tr0ub4dor", "Basic abc", "fast"] {
            assert!(!text.contains(secret), "{secret}: {text}");
        }
        assert_eq!(pod["spec"]["containers"][0]["args"][0], "--verbose");
        assert_eq!(pod["detectedSecrets"][0]["path"], "spec.containers[0].env[0].value");
        let template = json!({"spec": {"template": {"spec": {"initContainers": [container]}}}});
        let deployment = withheld("kubernetes_deployment", template);
        let found = &deployment["spec"]["template"]["detectedSecrets"];
        assert_eq!(found[0]["path"], "spec.initContainers[0].env[0].value");
    }

    #[test]
    fn secrets_and_config_maps_keep_their_keys_only() {
        let secret = withheld("kubernetes_secret", json!({"data": {"token": "aHVudGVyMg=="}, "type": "Opaque"}));
        assert_eq!(secret, json!({"data": {"token": WITHHELD}, "type": "Opaque"}));
        let map = withheld(
            "kubernetes_config_map",
            json!({"data": {"app.ini": "a = b\npassword = Tr0ub4dor&3x\n", "empty": ""}}),
        );
        assert_eq!(map["data"], json!({"app.ini": WITHHELD, "empty": ""}));
        assert_eq!(map["detectedSecrets"][0]["line"], 2);
    }

    #[test]
    fn what_is_too_long_to_be_searched_is_not_known_to_be_clean() {
        let mut data = Data::from(json!({"data": {"dump": "x".repeat(SEARCHED + 1)}}));
        withhold(native::named("kubernetes_config_map").unwrap(), &mut data);
        let found = data.get(DETECTED_SECRETS).and_then(Data::as_list).unwrap();
        assert!(found[0].unread().is_some());
    }
}
