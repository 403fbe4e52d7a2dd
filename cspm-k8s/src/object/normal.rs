//! What the API server makes of an object when it takes it, where that is not the same in the object itself.

use cspm_core::Data;

use crate::native::Native;

/// Takes out what is empty and so as good as not there, and gives fields that have an old name the new one too. A cluster
/// gives its objects so; a manifest need not be.
pub(super) fn normalise(native: &Native, object: &mut Data) {
    for field in ["namespace", "name", "generateName"] {
        if let Some(metadata) = object.get_mut("metadata").and_then(Data::as_object_mut)
            && metadata.get(field).and_then(Data::as_str) == Some("")
        {
            metadata.remove(field);
        }
    }
    let pod = match native.template {
        Some(template) => object.at_mut(template),
        None => (native.name == "kubernetes_pod").then_some(object),
    };
    if let Some(spec) = pod.and_then(|pod| pod.get_mut("spec")).and_then(Data::as_object_mut) {
        service_account(spec);
    }
}

/// `serviceAccount` is the old name of `serviceAccountName`, which the API server takes where the new one is empty:
/// <https://kubernetes.io/docs/reference/kubernetes-api/workload-resources/pod-v1/#deprecated>.
fn service_account(spec: &mut cspm_core::Object) {
    let given = |field: &str| spec.get(field).filter(|name| name.as_str() != Some("") && !name.is_null()).cloned();
    if let (None, Some(name)) = (given("serviceAccountName"), given("serviceAccount")) {
        spec.insert("serviceAccountName", name);
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;
    use crate::native;

    fn normal(kind: &str, object: Value) -> Value {
        let mut data = Data::from(object);
        normalise(native::named(kind).unwrap(), &mut data);
        data.to_json()
    }

    #[test]
    fn empty_names_are_none() {
        let object = json!({"metadata": {"name": "a", "namespace": "", "labels": {"a": ""}}, "data": {"b": ""}});
        let expected = json!({"metadata": {"name": "a", "labels": {"a": ""}}, "data": {"b": ""}});
        assert_eq!(normal("kubernetes_config_map", object), expected);
        let object = json!({"metadata": {"name": "", "generateName": "job-"}});
        assert_eq!(normal("kubernetes_job", object), json!({"metadata": {"generateName": "job-"}}));
    }

    #[test]
    fn the_old_name_of_the_service_account_counts_where_the_new_one_is_empty() {
        for (spec, account) in [
            (json!({"serviceAccount": "robot"}), json!("robot")),
            (json!({"serviceAccount": "robot", "serviceAccountName": ""}), json!("robot")),
            (json!({"serviceAccount": "robot", "serviceAccountName": null}), json!("robot")),
            (json!({"serviceAccount": "robot", "serviceAccountName": "other"}), json!("other")),
            (json!({"serviceAccountName": "other"}), json!("other")),
            (json!({"serviceAccount": ""}), Value::Null),
            (json!({}), Value::Null),
        ] {
            assert_eq!(
                normal("kubernetes_pod", json!({"spec": spec}))["spec"]["serviceAccountName"],
                account,
                "{spec}"
            );
            let job = json!({"spec": {"jobTemplate": {"spec": {"template": {"spec": spec}}}}});
            let job = normal("kubernetes_cronjob", job);
            assert_eq!(
                job.pointer("/spec/jobTemplate/spec/template/spec/serviceAccountName"),
                match account {
                    Value::Null => None,
                    ref account => Some(account),
                }
            );
        }
    }
}
