//! What can be written in a pod about each control: what violates it, what nearly does, and what says the same as nothing.

use proptest::sample::Index;
use serde_json::{Value, json};

use crate::generate::merge;

/// What is merged into a pod, and into one of its containers.
#[derive(Clone, Debug)]
pub(crate) struct Deviation {
    pod: Value,
    pub container: Value,
}

impl Deviation {
    /// Changes the pod; the container is one of all.
    pub(crate) fn apply(&self, pod: &mut Value, at: Index) {
        merge(pod, &self.pod);
        let spec = pod["spec"].as_object_mut().unwrap();
        let lists = spec.iter_mut().filter(|(key, _)| matches!(key.as_str(), "containers" | "initContainers"));
        let mut all: Vec<_> = lists.filter_map(|(_, list)| list.as_array_mut()).flatten().collect();
        let at = at.index(all.len());
        merge(all[at], &self.container);
    }
}

/// All deviations.
pub(crate) fn all() -> Vec<Deviation> {
    let pods = of_specs().into_iter().map(|spec| (json!({"spec": spec}), json!({})));
    let security = |context: Value| json!({"securityContext": context});
    let contexts = of_both().into_iter().flat_map(|context| {
        let for_pod = (json!({"spec": security(context.clone())}), json!({}));
        [for_pod, (json!({}), security(context))]
    });
    let of_containers = of_containers().into_iter().map(|context| (json!({}), security(context)));
    let networks = of_networks().into_iter().map(|container| (json!({}), container));
    let annotations = of_annotations().into_iter().map(|annotations| {
        let pod = json!({"metadata": {"annotations": annotations}});
        (pod, json!({}))
    });
    let together = [
        // What is only valid with the other.
        (
            json!({"spec": {"hostNetwork": true, "securityContext": {"windowsOptions": {"hostProcess": true}}}}),
            json!({}),
        ),
        (json!({"spec": {"hostNetwork": true}}), security(json!({"windowsOptions": {"hostProcess": true}}))),
        (json!({"spec": {"hostNetwork": true}}), json!({"ports": [{"containerPort": 8080}]})),
        (json!({"spec": {"hostUsers": false}}), security(json!({"procMount": "Unmasked"}))),
        (json!({"spec": {"hostUsers": false}}), security(json!({"procMount": "Unmasked"}))),
        (json!({"spec": {"hostUsers": false}}), security(json!({"runAsUser": 0, "runAsNonRoot": false}))),
        (json!({"spec": {"securityContext": null}}), json!({})),
        (json!({"spec": {"securityContext": {}}}), security(Value::Null)),
        (json!({}), security(json!({}))),
    ];
    let all = pods.chain(contexts).chain(of_containers).chain(networks).chain(annotations).chain(together);
    all.map(|(pod, container)| Deviation { pod, container }).collect()
}

/// Those that an ephemeral container may have.
pub(crate) fn of_ephemeral_containers() -> Vec<Deviation> {
    let contexts = of_both().into_iter().chain(of_containers());
    let containers = contexts.map(|context| json!({"securityContext": context}));
    containers.map(|container| Deviation { pod: json!({}), container }).collect()
}

/// Of the spec of a pod.
fn of_specs() -> Vec<Value> {
    let mut specs = vec![
        json!({"hostUsers": false}),
        json!({"hostUsers": true}),
        json!({"hostUsers": null}),
        json!({"os": {"name": "linux"}}),
        json!({"os": {"name": "windows"}, "securityContext": {"windowsOptions": {"hostProcess": false}}}),
        json!({"shareProcessNamespace": true}),
        json!({"automountServiceAccountToken": false}),
        json!({"volumes": []}),
        json!({"volumes": null}),
    ];
    for namespace in ["hostNetwork", "hostPID", "hostIPC"] {
        specs.extend([true.into(), true.into(), false.into(), Value::Null].map(|is: Value| json!({namespace: is})));
    }
    specs.extend(crate::kinds::volumes().into_iter().map(|volume| json!({"volumes": [volume]})));
    let sysctls = crate::kinds::SYSCTLS.iter().map(|name| json!({"name": name, "value": "1"}));
    specs.extend(sysctls.map(|sysctl| json!({"securityContext": {"sysctls": [sysctl]}})));
    specs.push(json!({"securityContext": {"sysctls": null}}));
    specs
}

/// Of the security context of a pod as well as of a container.
fn of_both() -> Vec<Value> {
    let mut contexts = vec![
        json!({"runAsNonRoot": true}),
        json!({"runAsNonRoot": false}),
        json!({"runAsNonRoot": null}),
        json!({"runAsUser": 0}),
        json!({"runAsUser": 1000}),
        json!({"runAsUser": null}),
        json!({"windowsOptions": {"hostProcess": false}}),
        json!({"windowsOptions": null}),
        json!({"windowsOptions": {"runAsUserName": "ContainerUser"}}),
    ];
    for profile in ["seccompProfile", "appArmorProfile"] {
        let values = [
            json!({"type": "Unconfined"}),
            json!({"type": "Unconfined"}),
            json!({"type": "RuntimeDefault"}),
            json!({"type": "Localhost", "localhostProfile": "profiles/own.json"}),
            Value::Null,
        ];
        contexts.extend(values.map(|value| json!({profile: value})));
    }
    for kind in
        ["", "container_t", "container_init_t", "container_kvm_t", "container_engine_t", "spc_t", "container_x_t"]
    {
        contexts.push(json!({"seLinuxOptions": {"type": kind}}));
    }
    for options in [json!({"user": "system_u"}), json!({"role": "system_r"}), json!({"level": "s0:c1"})] {
        contexts.push(json!({"seLinuxOptions": options}));
    }
    contexts.extend([json!({"seLinuxOptions": {"user": "", "role": null}}), json!({"seLinuxOptions": null})]);
    contexts
}

/// Of the security context of a container.
fn of_containers() -> Vec<Value> {
    let mut contexts = vec![
        // Neither is valid where no privileges may be gained.
        json!({"privileged": true, "allowPrivilegeEscalation": null}),
        json!({"privileged": true, "allowPrivilegeEscalation": true}),
        json!({"privileged": false}),
        json!({"privileged": null}),
        json!({"allowPrivilegeEscalation": true}),
        json!({"allowPrivilegeEscalation": false}),
        json!({"allowPrivilegeEscalation": null}),
        json!({"procMount": "Default"}),
        json!({"procMount": null}),
        json!({"readOnlyRootFilesystem": true}),
        json!({"capabilities": null}),
        json!({"capabilities": {"add": ["SYS_ADMIN"]}, "allowPrivilegeEscalation": null}),
    ];
    for add in
        ["NET_BIND_SERVICE", "NET_BIND_SERVICE", "NET_RAW", "CHOWN", "MKNOD", "CAP_CHOWN", "chown", "ALL", "", "OWN"]
    {
        contexts.push(json!({"capabilities": {"add": [add]}}));
    }
    contexts.push(json!({"capabilities": {"add": ["NET_BIND_SERVICE", "SYS_PTRACE"]}}));
    for drop in
        [json!([]), json!(null), json!(["NET_RAW"]), json!(["all"]), json!(["CAP_ALL"]), json!(["CHOWN", "ALL"])]
    {
        contexts.push(json!({"capabilities": {"drop": drop}}));
    }
    contexts
}

/// Ports, probes and hooks of a container.
fn of_networks() -> Vec<Value> {
    let mut containers = vec![
        json!({"ports": [{"containerPort": 8080}]}),
        json!({"ports": [{"containerPort": 8081, "hostPort": 0}]}),
        json!({"ports": [{"containerPort": 8082, "hostPort": 8082}]}),
        json!({"ports": [{"containerPort": 8083, "hostPort": 9083, "protocol": "UDP"}]}),
        json!({"ports": null}),
    ];
    let get = |host: Value| json!({"httpGet": {"port": 8080, "path": "/", "host": host}});
    let socket = |host: Value| json!({"tcpSocket": {"port": 8080, "host": host}});
    let hosts = ["127.0.0.1".into(), "example.com".into(), "".into(), Value::Null];
    for host in hosts {
        for handler in [get(host.clone()), socket(host)] {
            containers.push(json!({"livenessProbe": handler}));
            containers.push(json!({"readinessProbe": handler}));
            containers.push(json!({"startupProbe": handler}));
            containers.push(json!({"lifecycle": {"postStart": handler}}));
            containers.push(json!({"lifecycle": {"preStop": handler}}));
        }
    }
    containers.push(json!({"livenessProbe": {"grpc": {"port": 8080, "service": "127.0.0.1"}}}));
    containers.push(json!({"readinessProbe": {"exec": {"command": ["true"]}}}));
    let headers = json!([{"name": "Host", "value": "127.0.0.1"}]);
    containers.push(json!({"livenessProbe": {"httpGet": {"port": 8080, "httpHeaders": headers}}}));
    containers
}

/// Of a pod; only those of AppArmor still mean something.
fn of_annotations() -> Vec<Value> {
    let profiles = ["unconfined", "unconfined", "runtime/default", "localhost/own", ""];
    let app_armor = profiles.map(|profile| json!({"container.apparmor.security.beta.kubernetes.io/main": profile}));
    let others = [
        json!({"seccomp.security.alpha.kubernetes.io/pod": "unconfined"}),
        json!({"container.seccomp.security.alpha.kubernetes.io/main": "unconfined"}),
        json!({"example.com/container.apparmor.security.beta.kubernetes.io": "unconfined"}),
    ];
    app_armor.into_iter().chain(others).collect()
}
