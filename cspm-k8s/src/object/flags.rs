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
    let unread = |detail: String| Unread::new(Reason::NotExposed, component.source().call()).with_detail(detail);
    let Some(words) = words(container) else {
        return Data::from(unread(format!("the command of {} is not a list of texts", component.name())));
    };
    // A secret that begins with dashes would pass for a flag.
    let withheld = of_command(&words);
    let words: Vec<&str> = words.iter().zip(&withheld).map(|(word, new)| new.as_deref().unwrap_or(word)).collect();
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
        if container.get("envFrom").and_then(Data::as_list).is_some_and(|from| !from.is_empty()) {
            return Data::from(unread("etcd may read its settings from a ConfigMap or Secret".to_owned()));
        }
    }
    let elsewhere = match component {
        Component::Etcd => environment(container, &mut flags),
        _ => Vec::new(),
    };
    let mut data = Data::object(flags.iter().map(|(name, value)| {
        let value = match value.contains("$(") {
            true => Data::from(unread("it is put together of variables".to_owned())),
            false => Data::from(value.as_str()),
        };
        (name.as_str(), value)
    }));
    for name in elsewhere {
        let unread = unread("its value is that of a ConfigMap or Secret".to_owned());
        data.as_object_mut().map(|flags| flags.insert(&name, Data::from(unread)));
    }
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

/// The words of the command; nothing where one is no text, of which the flags behind it may be a value.
fn words(container: &Data) -> Option<Vec<&str>> {
    let mut words = Vec::new();
    for field in ["command", "args"] {
        match container.get(field) {
            None | Some(Data::Null) => {}
            Some(list) => {
                for word in list.as_list()? {
                    words.push(word.as_str()?);
                }
            }
        }
    }
    Some(words)
}

/// etcd takes `ETCD_CERT_FILE` for `--cert-file`, where that is not given. Those are returned whose value stands elsewhere.
/// <https://etcd.io/docs/latest/op-guide/configuration/>
fn environment(container: &Data, flags: &mut BTreeMap<String, String>) -> Vec<String> {
    let mut elsewhere = Vec::new();
    for variable in container.get("env").and_then(Data::as_list).into_iter().flatten() {
        let Some(name) = variable.get("name").and_then(Data::as_str).and_then(|name| name.strip_prefix("ETCD_")) else {
            continue;
        };
        let name = name.to_lowercase().replace('_', "-");
        if flags.contains_key(&name) {
            continue;
        }
        match variable.get("value") {
            Some(Data::Str(value)) => drop(flags.insert(name, value.to_string())),
            // A variable without a value is empty, which etcd takes for one that is not there.
            None | Some(Data::Null) if variable.get("valueFrom").is_none_or(Data::is_null) => {}
            _ => elsewhere.push(name),
        }
    }
    elsewhere
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
    fn what_stands_elsewhere_is_not_known() {
        let from = json!({"secretKeyRef": {"name": "etcd", "key": "ca"}});
        let env = json!([{"name": "ETCD_TRUSTED_CA_FILE", "valueFrom": from}, {"name": "ETCD_CERT_FILE", "valueFrom": from},
            {"name": "ETCD_NAME"}]);
        let command = json!(["etcd", "--cert-file=/a", "--key-file=$(KEY)"]);
        let flags = flags_of(Component::Etcd, json!({"name": "etcd", "command": command, "env": env}));
        let is_unread = |flag: &str| flags.get(flag).is_some_and(|value| value.unread().is_some());
        assert!(is_unread("trusted-ca-file") && is_unread("key-file") && !is_unread("cert-file"));
        assert!(flags.get("name").is_none());
        for container in [
            json!({"name": "etcd", "command": ["etcd"], "envFrom": [{"secretRef": {"name": "etcd"}}]}),
            json!({"name": "etcd", "command": ["etcd", 1]}),
            json!({"name": "etcd", "command": "etcd --cert-file=/a"}),
        ] {
            assert!(flags_of(Component::Etcd, container.clone()).unread().is_some(), "{container}");
        }
    }

    #[test]
    fn other_pods_are_no_control_plane() {
        let mut elsewhere = pod("kube-apiserver", json!({"name": "kube-apiserver"}));
        *elsewhere.at_mut("metadata.namespace").unwrap() = Data::from("shop");
        assert!(of(Component::ApiServer, &elsewhere).is_none());
        assert!(of(Component::Scheduler, &pod("kube-apiserver", json!({"name": "kube-apiserver"}))).is_none());
    }
}
