//! The flags of a part of the control plane, from its static pod.

use std::collections::BTreeMap;

use cspm_core::secrets::of_command;
use cspm_core::{Data, Reason, Unread};

use crate::control_plane::Component;

/// Flags that add to what was given before, where they are given again; of all others the last one counts.
const LISTS: [&str; 8] = [
    "authorization-mode",
    "disable-admission-plugins",
    "enable-admission-plugins",
    "etcd-servers",
    "etcd-servers-overrides",
    "feature-gates",
    "service-account-key-file",
    "tls-cipher-suites",
];
/// A file that is given by a flag, and the flags whose settings it may hold instead.
/// <https://kubernetes.io/docs/reference/access-authn-authz/authentication/#using-authentication-configuration>,
/// <https://kubernetes.io/docs/reference/access-authn-authz/authorization/#using-configuration-file-for-authorization>,
/// <https://kubernetes.io/docs/reference/config-api/kube-scheduler-config.v1/>
const OVERRULED: [(Component, &str, &[&str]); 3] = [
    (Component::ApiServer, "authentication-config", &["anonymous-auth"]),
    (Component::ApiServer, "authorization-config", &["authorization-mode"]),
    (Component::Scheduler, "config", &["profiling", "contention-profiling"]),
];

/// The data of the component, where the pod is one of its static pods.
pub(super) fn of(component: Component, pod: &Data) -> Option<Data> {
    if pod.at("metadata.namespace").and_then(Data::as_str) != Some("kube-system") {
        return None;
    }
    let containers = pod.at("spec.containers").and_then(Data::as_list)?;
    let named = |container: &&Data| container.get("name").and_then(Data::as_str) == Some(component.name());
    let label = pod.at("metadata.labels").and_then(|labels| labels.get("component")).and_then(Data::as_str);
    let labelled = label == Some(component.name());
    let container = containers.iter().find(named).or_else(|| containers.first().filter(|_| labelled))?;
    let name = pod.at("metadata.name").cloned().unwrap_or_default();
    let image = container.get("image").cloned().unwrap_or_default();
    Some(Data::object([("name", name), ("image", image), ("flags", flags(component, container))]))
}

fn flags(component: Component, container: &Data) -> Data {
    let words = ["command", "args"].into_iter().filter_map(|field| container.get(field).and_then(Data::as_list));
    let words: Vec<&str> = words.flatten().filter_map(Data::as_str).collect();
    // A secret that begins with dashes would pass for a flag.
    let withheld = of_command(&words);
    let words: Vec<&str> = words.iter().zip(&withheld).map(|(word, new)| new.as_deref().unwrap_or(word)).collect();
    let unread = |detail: String| Unread::new(Reason::NotExposed, component.source().call()).with_detail(detail);
    // The image may start it too: then there are flags alone.
    let (program, given) = match words.split_first() {
        Some((first, rest)) if !first.starts_with('-') => (Some(*first), rest),
        _ => (None, words.as_slice()),
    };
    if program.is_some_and(|program| program.rsplit('/').next() != Some(component.name())) {
        return Data::from(unread(format!("{} is started by another program", component.name())));
    }
    let mut flags: BTreeMap<String, String> = BTreeMap::new();
    let mut words = given.iter().peekable();
    while let Some(word) = words.next() {
        if !word.starts_with('-') {
            continue;
        }
        let flag = word.trim_start_matches('-');
        let (name, value) = match flag.split_once('=') {
            Some((name, value)) => (name, value.to_owned()),
            None => (flag, words.next_if(|next| !next.starts_with('-')).map_or("true", |next| next).to_owned()),
        };
        match flags.get_mut(name) {
            Some(before) if LISTS.contains(&name) => *before = format!("{before},{value}"),
            _ => drop(flags.insert(name.to_owned(), value)),
        }
    }
    if component == Component::Etcd {
        if flags.contains_key("config-file") {
            return Data::from(unread("etcd reads its settings from a file, and then no flag".to_owned()));
        }
        environment(container, &mut flags);
    }
    let mut data = Data::object(flags.iter().map(|(name, value)| (name.as_str(), Data::from(value.as_str()))));
    for (of, file, settings) in OVERRULED {
        if of == component && flags.contains_key(file) {
            // The scheduler passes over these flags altogether then; the API server refuses to start with both.
            for setting in settings {
                let unread = unread(format!("the file of --{file} may set it, and no API shows the file"));
                data.as_object_mut().map(|flags| flags.insert(setting, Data::from(unread)));
            }
        }
    }
    data
}

/// etcd takes `ETCD_CERT_FILE` for `--cert-file`, where that is not given.
/// <https://etcd.io/docs/latest/op-guide/configuration/>
fn environment(container: &Data, flags: &mut BTreeMap<String, String>) {
    for variable in container.get("env").and_then(Data::as_list).into_iter().flatten() {
        let text = |key: &str| variable.get(key).and_then(Data::as_str);
        if let (Some(name), Some(value)) = (text("name").and_then(|name| name.strip_prefix("ETCD_")), text("value")) {
            flags.entry(name.to_lowercase().replace('_', "-")).or_insert_with(|| value.to_owned());
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    fn pod(name: &str, container: Value) -> Data {
        let metadata =
            json!({"name": format!("{name}-node-1"), "namespace": "kube-system", "labels": {"component": name}});
        Data::from(json!({"metadata": metadata, "spec": {"containers": [container]}}))
    }

    fn flags_of(component: Component, container: Value) -> Data {
        of(component, &pod(component.name(), container)).unwrap().get("flags").unwrap().clone()
    }

    #[test]
    fn flags_are_read_in_every_form() {
        let command = json!(["/usr/bin/kube-apiserver", "--profiling", "--anonymous-auth=false", "--v", "4"]);
        let args = json!(["--enable-admission-plugins=A", "--enable-admission-plugins=B,C", "--v=5"]);
        let flags = flags_of(Component::ApiServer, json!({"name": "kube-apiserver", "command": command, "args": args}));
        let wanted =
            json!({"anonymous-auth": "false", "enable-admission-plugins": "A,B,C", "profiling": "true", "v": "5"});
        assert_eq!(flags.to_json(), wanted);
    }

    #[test]
    fn what_a_file_may_say_is_not_known() {
        let command = json!(["kube-apiserver", "--authentication-config=/etc/a.yaml"]);
        let flags = flags_of(Component::ApiServer, json!({"name": "kube-apiserver", "command": command}));
        assert!(flags.get("anonymous-auth").unwrap().unread().is_some());
        assert!(flags.get("authorization-mode").is_none());
        let shell = json!(["/bin/sh", "-c", "exec kube-apiserver --anonymous-auth=true"]);
        assert!(flags_of(Component::ApiServer, json!({"name": "kube-apiserver", "command": shell})).unread().is_some());
        let command = json!(["etcd", "--config-file=/etc/etcd.yaml", "--cert-file=x"]);
        assert!(flags_of(Component::Etcd, json!({"name": "etcd", "command": command})).unread().is_some());
    }

    #[test]
    fn etcd_is_told_by_its_environment_too() {
        let env = json!([{"name": "ETCD_CERT_FILE", "value": "/a"}, {"name": "ETCD_KEY_FILE", "value": "/b"}]);
        let flags =
            flags_of(Component::Etcd, json!({"name": "etcd", "command": ["etcd", "--key-file=/c"], "env": env}));
        assert_eq!(flags.to_json(), json!({"cert-file": "/a", "key-file": "/c"}));
    }

    #[test]
    fn other_pods_are_no_control_plane() {
        let mut elsewhere = pod("kube-apiserver", json!({"name": "kube-apiserver"}));
        *elsewhere.at_mut("metadata.namespace").unwrap() = Data::from("shop");
        assert!(of(Component::ApiServer, &elsewhere).is_none());
        assert!(of(Component::Scheduler, &pod("kube-apiserver", json!({"name": "kube-apiserver"}))).is_none());
    }
}
