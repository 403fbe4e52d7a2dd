//! Values that may be secrets, taken out of an object for where they stand. What a detector finds in them goes beside them.

mod annotations;
mod volumes;

use std::fmt::Write;

use cspm_core::secrets::{self, WITHHELD, in_script, is_secret_name, of_command, withhold_all};
use cspm_core::{Data, Reason, Unread};

use crate::native;
use crate::schema::DETECTED_SECRETS;

/// Longer values are not searched, in bytes: an object of a cluster has at most so much in all.
/// <https://kubernetes.io/docs/concepts/configuration/configmap/#motivation>
const SEARCHED: usize = 1 << 20;
/// Maps of a kubelet's configuration whose values are secret.
/// <https://kubernetes.io/docs/reference/config-api/kubelet-config.v1beta1/>
const KUBELET: [&str; 1] = ["staticPodURLHeader"];

/// Withholds what may be a secret in the data of a resource of this kind: values of environment variables, of headers, of
/// ConfigMaps and Secrets, of flags of a secret's name, parameters of drivers, copies of objects in annotations.
pub(crate) fn withhold(kind: &str, data: &mut Data) {
    if data.as_object().is_none() {
        return;
    }
    annotations::withhold(data);
    match kind {
        "kubernetes_config_map" => {
            let mut found = Found::default();
            for field in ["data", "binaryData"] {
                found.within(field, |found| found.values(data.get_mut(field)));
            }
            found.put(data);
        }
        "kubernetes_secret" => {
            for field in ["data", "stringData"] {
                // That a Secret holds secrets is no finding.
                Found::default().values(data.get_mut(field));
            }
        }
        "kubernetes_pod" => pod(data),
        "kubernetes_persistent_volume" => {
            if let Some(spec) = data.get_mut("spec") {
                volumes::source(spec);
            }
        }
        "kubernetes_storage_class" => volumes::parameters(data.get_mut("parameters")),
        "kubernetes_mutating_webhook_configuration" | "kubernetes_validating_webhook_configuration" => webhooks(data),
        "kubernetes_kubelet" => {
            for field in KUBELET {
                if let Some(values) = data.at_mut("config").and_then(|config| config.get_mut(field)) {
                    each(values, &mut |value| {
                        withhold_all(value);
                    });
                }
            }
            if let Some(url) = data.at_mut("config.staticPodURL") {
                without_query(url);
            }
        }
        "kubernetes_api_server" | "kubernetes_controller_manager" | "kubernetes_scheduler" | "kubernetes_etcd" => {
            let flags = data.get_mut("flags").and_then(Data::as_object_mut);
            for (name, value) in flags.into_iter().flat_map(|flags| flags.iter_mut()) {
                if !name.ends_with("auth") && is_secret_name(name) && value.as_str() != Some("true") {
                    withhold_all(value);
                }
            }
        }
        _ => {
            if let Some(template) = native::named(kind).and_then(|native| native.template)
                && let Some(template) = data.at_mut(template)
            {
                annotations::withhold(template);
                pod(template);
            }
        }
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
    for volume in pod.at_mut("spec.volumes").and_then(Data::as_list_mut).into_iter().flatten() {
        volumes::source(volume);
    }
    for field in ["containerStatuses", "initContainerStatuses", "ephemeralContainerStatuses"] {
        let statuses = pod.get_mut("status").and_then(|status| status.get_mut(field)).and_then(Data::as_list_mut);
        statuses.into_iter().flatten().for_each(ended);
    }
    found.put(pod);
}

/// What a container said at its end may be the end of its log.
/// <https://kubernetes.io/docs/tasks/debug/debug-application/determine-reason-pod-failure/>
fn ended(status: &mut Data) {
    for path in ["state.terminated.message", "lastState.terminated.message"] {
        if let Some(message) = status.at_mut(path) {
            withhold_all(message);
        }
    }
}

fn webhooks(configuration: &mut Data) {
    for webhook in configuration.get_mut("webhooks").and_then(Data::as_list_mut).into_iter().flatten() {
        if let Some(url) = webhook.at_mut("clientConfig.url") {
            without_query(url);
        }
    }
}

/// Calls `f` with every value of an object or a list, or with what is neither.
fn each(data: &mut Data, f: &mut dyn FnMut(&mut Data)) {
    match data {
        Data::Object(_) => {
            data.as_object_mut().into_iter().flat_map(|object| object.iter_mut()).for_each(|(_, value)| f(value))
        }
        Data::List(_) => data.as_list_mut().into_iter().flatten().for_each(f),
        _ => f(data),
    }
}

/// Withholds the query of a URL or of its path, and each part of the path that is none of the usual words: tokens are given in both.
fn without_query(url: &mut Data) {
    let Some(text) = url.as_str() else { return };
    let (path, query) = text.split_once(['?', '#']).map_or((text, None), |(path, query)| (path, Some(query)));
    let (host, path) = match path.find("://").map(|at| at + 3) {
        Some(at) => path.split_at(path[at..].find('/').map_or(path.len(), |slash| at + slash)),
        None => ("", path),
    };
    let parts: Vec<&str> = path.split('/').map(|part| if is_word(part) { part } else { WITHHELD }).collect();
    let query = query.map(|query| if query.is_empty() { "?" } else { "?(withheld)" }).unwrap_or_default();
    let new = format!("{host}{}{query}", parts.join("/"));
    if new != text {
        *url = Data::from(new);
    }
}

/// Parts of paths that say what is asked, and are no token.
const PARTS: [&str; 46] = [
    "",
    "-",
    "actuator",
    "admission",
    "admit",
    "alive",
    "api",
    "apis",
    "check",
    "convert",
    "health",
    "healthcheck",
    "healthy",
    "healthz",
    "index.html",
    "info",
    "live",
    "liveness",
    "livez",
    "management",
    "metrics",
    "mutate",
    "mutating",
    "ping",
    "pods",
    "probe",
    "ready",
    "readiness",
    "readyz",
    "shutdown",
    "startup",
    "startupz",
    "stats",
    "status",
    "statusz",
    "system",
    "up",
    "validate",
    "validating",
    "validation",
    "version",
    "web",
    "webhook",
    "webhooks",
    "quitquitquit",
    "_health",
];

/// Whether a part of a path is known to be no token: one of the usual words, or a version.
fn is_word(part: &str) -> bool {
    let version =
        part.strip_prefix('v').is_some_and(|rest| rest.len() < 3 && rest.bytes().all(|byte| byte.is_ascii_digit()));
    version || part == WITHHELD || PARTS.contains(&part)
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

    /// Puts what was found beside what was found before: by whoever withheld a part already.
    fn put(self, object: &mut Data) {
        if self.hits.is_empty() {
            return;
        }
        let before = match object.get(DETECTED_SECRETS) {
            Some(before @ Data::Unread(_)) => vec![before.clone()],
            before => before.and_then(Data::as_list).unwrap_or_default().to_vec(),
        };
        if let Some(object) = object.as_object_mut() {
            object.insert(DETECTED_SECRETS, Data::list(before.into_iter().chain(self.hits)));
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
        // A comment is withheld as the rest is, and is no finding.
        for hit in hits.iter().filter(|hit| !is_commented(hit, value)) {
            self.hits.push(Data::object([
                ("path", Data::from(self.path.as_str())),
                ("secret", Data::from(hit.detector.as_str())),
                ("line", Data::Int(i64::from(hit.line))),
            ]));
        }
        !hits.is_empty()
    }

    /// Withholds every value of a map; of what should be one and is not, all.
    fn values(&mut self, map: Option<&mut Data>) {
        match map {
            Some(map @ Data::Object(_)) => {
                let entries = map.as_object_mut();
                for (key, value) in entries.into_iter().flat_map(|entries| entries.iter_mut()) {
                    self.within(key, |found| found.value(key, value));
                }
            }
            Some(other) => drop(withhold_all(other)),
            None => {}
        }
    }

    /// Withholds a value in whatever shape it is, and searches the texts in it.
    fn value(&mut self, name: &str, value: &mut Data) {
        self.texts(name, value);
        withhold_all(value);
    }

    fn texts(&mut self, name: &str, value: &Data) {
        match value {
            Data::Str(text) if !text.is_empty() && &**text != WITHHELD => drop(self.search(name, text)),
            Data::List(items) => items.iter().for_each(|item| self.texts(name, item)),
            Data::Object(object) => object.iter().for_each(|(key, item)| self.texts(key, item)),
            Data::Int(number) => drop(self.search(name, &number.to_string())),
            _ => {}
        }
    }

    fn container(&mut self, container: &mut Data) {
        match container.get_mut("env") {
            Some(env @ Data::List(_)) => {
                for (number, variable) in env.as_list_mut().into_iter().flatten().enumerate() {
                    self.named(&format!("env[{number}].value"), variable);
                }
            }
            // No server takes it, but manifests have it: names with values.
            other => self.within("env", |found| found.values(other)),
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
        if let Some(path) = handler.at_mut("httpGet.path") {
            without_query(path);
        }
        let headers = handler.at_mut("httpGet.httpHeaders").and_then(Data::as_list_mut);
        for (number, header) in headers.into_iter().flatten().enumerate() {
            self.named(&format!("httpGet.httpHeaders[{number}].value"), header);
        }
    }

    /// Words of a command: rules read them, so that only those with a secret are withheld, and of these only the secret where it
    /// is known which part that is.
    fn words(&mut self, path: &str, words: Option<&mut Data>) {
        let Some(words) = words else { return };
        if let Some(script) = words.as_str() {
            let new = self.word(path, script, in_script(script).into_owned());
            return *words = Data::from(new);
        }
        let Some(items) = words.as_list() else {
            withhold_all(words);
            return;
        };
        let texts: Vec<&str> = items.iter().map(|word| word.as_str().unwrap_or_default()).collect();
        let mut changed = Vec::new();
        for (number, (text, withheld)) in texts.iter().zip(of_command(&texts)).enumerate() {
            let new = self.word(&format!("{path}[{number}]"), text, withheld.unwrap_or_else(|| (*text).to_owned()));
            if new != *text {
                changed.push((number, new));
            }
        }
        // What is shared with other pods is copied only where something is changed.
        for (number, new) in changed {
            if let Some(word) = words.as_list_mut().and_then(|words| words.get_mut(number)) {
                *word = Data::from(new);
            }
        }
    }

    /// The word as it is to be shown: with a secret in it that nothing cut, it is withheld as a whole.
    fn word(&mut self, path: &str, text: &str, shown: String) -> String {
        let mut found = false;
        self.within(path, |within| found = text != WITHHELD && within.search("", text));
        let left = found && (text.len() > SEARCHED || !secrets::find(&shown).is_empty());
        if left { WITHHELD.to_owned() } else { shown }
    }
}

/// Whether what looks like a password that is set stands in a line of a longer text that sets nothing: one that is commented
/// out. What an issuer made recognizable is as good there as anywhere.
fn is_commented(hit: &secrets::SecretHit, value: &str) -> bool {
    const SET: [&str; 5] =
        ["key_assignment", "password_assignment", "password_option", "password_piped", "url_password"];
    const MARKS: [&str; 6] = ["#", "//", ";", "-- ", "/*", "<!--"];
    let line = (hit.line as usize).checked_sub(1).and_then(|before| value.lines().nth(before));
    let commented = line.is_some_and(|line| MARKS.iter().any(|mark| line.trim_start().starts_with(mark)));
    commented && SET.contains(&hit.detector.as_str()) && value.lines().nth(1).is_some()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn withheld(kind: &str, object: serde_json::Value) -> serde_json::Value {
        let mut data = Data::from(object);
        withhold(kind, &mut data);
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
        withhold("kubernetes_config_map", &mut data);
        let found = data.get(DETECTED_SECRETS).and_then(Data::as_list).unwrap();
        assert!(found[0].unread().is_some());
    }

    #[test]
    fn a_commented_line_is_no_finding_and_is_withheld() {
        let found = |text: &str| {
            let map = withheld("kubernetes_config_map", json!({"data": {"app.ini": text}}));
            assert_eq!(map["data"]["app.ini"], WITHHELD);
            map.get("detectedSecrets").is_some()
        };
        for (text, is_found) in [
            ("# password = kangaroo7\nhost = db", false),
            ("host = db\n  ; password = kangaroo7\n", false),
            ("host = db\n// password: kangaroo7\n", false),
            ("host = db\npassword = kangaroo7\n", true),
            ("# the password\npassword = kangaroo7\n", true),
            ("run \\\n--password=kangaroo7 \\\n-v", true),
        ] {
            assert_eq!(found(text), is_found, "{text}");
        }
        let issued = format!("a = b\n# key = {}{}", "AKIA", "QWERTYUIOPASDF23");
        assert!(found(&issued), "a key that is real is as good in a comment");
        let one = withheld("kubernetes_config_map", json!({"data": {"password": "#kangaroo7"}}));
        assert!(one.get("detectedSecrets").is_some(), "a value that begins so is no comment");
    }
}
