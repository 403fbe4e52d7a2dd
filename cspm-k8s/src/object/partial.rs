//! Parts of objects, as the patches of Kustomize are: what they do not say is in another file, and not absent.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

use cspm_core::{Data, Reason, Result, Unread};

use crate::native::Native;
use crate::schema::Types;

/// The type of a container in the schema.
const CONTAINER: &str = "core.v1.Container";
const CONTAINERS: [&str; 2] = ["containers", "initContainers"];
/// What a part of an object may leave to the other parts beside its name.
const OF_METADATA: [&str; 4] = ["namespace", "ownerReferences", "labels", "annotations"];

/// The names of the fields of types, read from the schema where one is asked for.
#[derive(Debug, Default)]
pub(super) struct Fields(Mutex<BTreeMap<String, Arc<[String]>>>);

impl Fields {
    fn of(&self, name: &str, path: &[&str]) -> Result<Arc<[String]>> {
        let key = format!("{name} {}", path.join("."));
        let mut known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(fields) = known.get(&key) {
            return Ok(fields.clone());
        }
        let types = Types::read()?;
        let fields: Arc<[String]> = types.fields(name, path).into_iter().map(str::to_owned).collect();
        known.insert(key, fields.clone());
        Ok(fields)
    }
}

/// Marks what a part of an object does not say as not read. A pod or workload is a part of one where it has no containers, or
/// where a container has no image and the workload not what else it must have: the API server takes no such object.
pub(super) fn mark(native: &Native, object: &mut Data, fields: &Fields) -> Result<()> {
    let template = match native.template {
        Some(template) => template,
        None if native.name == "kubernetes_pod" => "",
        None => return Ok(()),
    };
    let path: Vec<&str> = template.split('.').filter(|step| !step.is_empty()).chain(["spec"]).collect();
    let mut spec = Some(&*object);
    for step in &path {
        spec = spec.and_then(|object| object.get(step));
    }
    let is_whole = match spec.map(|spec| (spec, spec.get("containers"))) {
        Some((spec, _)) if spec.unread().is_some() => true,
        Some((spec, Some(Data::List(containers)))) if !containers.is_empty() => {
            containers.iter().all(has_image) || has_required(native, object, spec)
        }
        Some((_, Some(Data::Unread(_)))) => true,
        _ => false,
    };
    if is_whole {
        without_images(object, &path);
        return Ok(());
    }
    let detail = "the object is written without its containers, or their images: it is a part of one, as a patch is";
    let unread = Arc::new(Unread::new(Reason::NotGiven, "").with_detail(detail));
    if let Some(metadata) = object.get_mut("metadata") {
        complete(metadata, &OF_METADATA.map(str::to_owned), &unread);
    }
    let mut at = object;
    for (depth, step) in path.iter().enumerate() {
        let Some(members) = at.as_object_mut() else { return Ok(()) };
        if members.get(step).is_none_or(|value| value.as_object().is_none()) {
            members.insert(step, Data::Unread(unread.clone()));
            return Ok(());
        }
        let Some(below) = at.get_mut(step) else { return Ok(()) };
        complete(below, &fields.of(native.schema, &path[..=depth])?, &unread);
        at = below;
    }
    for list in CONTAINERS {
        for container in at.get_mut(list).and_then(Data::as_list_mut).into_iter().flatten() {
            if !has_image(container) {
                complete(container, &fields.of(CONTAINER, &[])?, &unread);
            }
        }
    }
    Ok(())
}

/// A container without an image, of an object that is whole: another tool puts one in, since no server takes a pod without.
/// <https://kubernetes.io/docs/reference/kubernetes-api/workload-resources/pod-v1/#Container>
fn without_images(object: &mut Data, path: &[&str]) {
    let mut spec = Some(object);
    for step in path {
        spec = spec.and_then(|object| object.get_mut(step));
    }
    let Some(spec) = spec else { return };
    let detail = "the container is written without an image: something else must put one in";
    let unread = Arc::new(Unread::new(Reason::NotGiven, "").with_detail(detail));
    for list in CONTAINERS {
        // Most objects have all images, and share their containers with others.
        if spec.get(list).and_then(Data::as_list).is_none_or(|containers| containers.iter().all(has_image)) {
            continue;
        }
        let containers = spec.get_mut(list).and_then(Data::as_list_mut).into_iter().flatten();
        for members in containers.filter(|container| !has_image(container)).filter_map(Data::as_object_mut) {
            members.insert("image", Data::Unread(unread.clone()));
        }
    }
}

/// Whether a workload has what its kind must have beside containers; a pod and a replication controller need nothing else.
fn has_required(native: &Native, object: &Data, pod: &Data) -> bool {
    let given = |value: Option<&Data>| value.is_some_and(|value| !value.is_null());
    match native.object {
        "DaemonSet" | "Deployment" | "ReplicaSet" | "StatefulSet" => given(object.at("spec.selector")),
        "CronJob" => given(object.at("spec.schedule")),
        // The default is one that a job must not have.
        "Job" => given(pod.get("restartPolicy")),
        _ => true,
    }
}

fn has_image(container: &Data) -> bool {
    container.unread().is_some()
        || container.get("image").is_some_and(|image| !matches!(image.as_str(), Some("")) && !image.is_null())
}

/// Marks each of the fields that is not there, or is null or an empty list, as a patch may have it. A list of objects that has
/// items may have more in another part: such lists are merged by the names of their items.
/// <https://kubernetes.io/docs/tasks/manage-kubernetes-objects/update-api-object-kubectl-patch/#notes-on-the-strategic-merge-patch>
fn complete(object: &mut Data, fields: &[String], unread: &Arc<Unread>) {
    let Some(members) = object.as_object_mut() else { return };
    for field in fields {
        let value = match members.get(field) {
            None | Some(Data::Null) => Data::Unread(unread.clone()),
            Some(Data::List(items)) if items.is_empty() => Data::Unread(unread.clone()),
            Some(Data::List(items)) if items.iter().all(|item| item.as_object().is_some()) => {
                Data::list(items.iter().cloned().chain([Data::Unread(unread.clone())]))
            }
            Some(_) => continue,
        };
        members.insert(field, value);
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;
    use crate::native;

    fn marked(kind: &str, object: Value) -> Data {
        let mut data = Data::from(object);
        mark(native::named(kind).unwrap(), &mut data, &Fields::default()).unwrap();
        data
    }

    fn is_unread(data: &Data, path: &str) -> bool {
        data.at(path).is_some_and(|value| value.unread().is_some())
    }

    #[test]
    fn what_a_patch_does_not_say_is_not_known() {
        let patch = json!({"spec": {"replicas": 3, "template": {"spec": {"hostNetwork": true}}}});
        let patch = marked("kubernetes_deployment", patch);
        assert_eq!(patch.at("spec.replicas"), Some(&Data::Int(3)));
        assert_eq!(patch.at("spec.template.spec.hostNetwork"), Some(&Data::from(true)));
        for path in ["containers", "volumes", "hostPID", "securityContext", "serviceAccountName"] {
            assert!(is_unread(&patch, &format!("spec.template.spec.{path}")), "{path}");
        }
        assert!(is_unread(&patch, "spec.strategy"));
        let named = marked("kubernetes_pod", json!({"metadata": {"name": "a"}, "spec": {"volumes": [{"name": "v"}]}}));
        assert!(is_unread(&named, "metadata.namespace") && is_unread(&named, "metadata.ownerReferences"));
        assert!(
            named.at("spec.volumes").unwrap().as_list().unwrap()[1].unread().is_some(),
            "there may be more of them"
        );
        assert!(is_unread(&patch, "spec.template.metadata"));
        for empty in [json!([]), Value::Null] {
            assert!(is_unread(&marked("kubernetes_pod", json!({"spec": {"containers": empty}})), "spec.containers"));
        }
        assert!(is_unread(&marked("kubernetes_deployment", json!({"spec": {"replicas": 3}})), "spec.template"));
        assert!(is_unread(&marked("kubernetes_deployment", json!({"metadata": {"name": "a"}})), "spec"));
    }

    #[test]
    fn a_container_of_a_patch_has_no_image() {
        let containers =
            json!([{"name": "app", "image": "", "securityContext": {"privileged": true}}, {"name": "b", "image": "b"}]);
        let patch = marked(
            "kubernetes_cronjob",
            json!({"spec": {"jobTemplate": {"spec": {"template": {"spec": {"containers": containers}}}}}}),
        );
        let containers = patch.at("spec.jobTemplate.spec.template.spec.containers").unwrap().as_list().unwrap();
        assert_eq!(containers[0].at("securityContext.privileged"), Some(&Data::from(true)));
        assert!(is_unread(&containers[0], "resources"));
        assert_eq!(containers[1].to_json(), json!({"name": "b", "image": "b"}));
        assert!(containers[2].unread().is_some(), "there may be more of them");
        assert!(is_unread(&patch, "spec.jobTemplate.spec.template.spec.volumes"));
        assert!(is_unread(&patch, "spec.schedule"));
    }

    #[test]
    fn whole_objects_and_others_stay_as_they_are() {
        for (kind, path, sketch) in [
            (
                "kubernetes_deployment",
                "spec.template.spec",
                json!({"spec": {"selector": {}, "template": {"spec": {"containers": [{"name": "app"}]}}}}),
            ),
            ("kubernetes_pod", "spec", json!({"spec": {"containers": [{"name": "app"}]}})),
        ] {
            let sketch = marked(kind, sketch);
            let spec = sketch.at(path).unwrap();
            let containers = spec.get("containers").unwrap().as_list().unwrap();
            assert!(is_unread(&containers[0], "image") && containers[0].get("resources").is_none());
            assert_eq!((containers.len(), spec.get("volumes")), (1, None));
        }
        let whole = json!({"spec": {"template": {"spec": {"containers": [{"name": "app", "image": "a"}]}}}});
        assert_eq!(marked("kubernetes_deployment", whole.clone()).to_json(), whole);
        assert_eq!(marked("kubernetes_service", json!({"spec": {}})).to_json(), json!({"spec": {}}));
    }
}
