//! From an object of the API to resources: the object itself, without what is to be withheld, and what it tells of the
//! cluster beside that.

mod flags;
mod intern;
mod normal;
mod partial;
mod withhold;

use std::collections::BTreeMap;
use std::sync::Arc;

use cspm_core::{Data, GLOBAL, Origin, Reason, Resource, Result, Unread, Wanted};
use jiff::Timestamp;

use crate::cluster::Cluster;
use crate::control_plane::Component;
use crate::deprecated_api::Lifecycles;
use crate::kubelet::Kubelet;
use crate::native::Native;
use crate::{PROVIDER, deprecated_api};

pub(crate) use intern::Interner;
pub(crate) use withhold::withhold;

/// What `kubectl apply` keeps of a manifest: all of it, secrets included.
/// <https://kubernetes.io/docs/reference/labels-annotations-taints/#kubectl-kubernetes-io-last-applied-configuration>
const LAST_APPLIED: &str = "kubectl.kubernetes.io/last-applied-configuration";

/// Makes the resources of one cluster.
#[derive(Debug)]
pub(crate) struct Reader {
    cluster: Arc<str>,
    collected_at: Timestamp,
    lifecycles: Lifecycles,
    types: partial::Fields,
}

impl Reader {
    /// For the cluster of this name, as of now.
    pub(crate) fn new(cluster: &str) -> Result<Self> {
        Ok(Self {
            cluster: cluster.into(),
            collected_at: Timestamp::now(),
            lifecycles: Lifecycles::read()?,
            types: partial::Fields::default(),
        })
    }

    /// The resources that are wanted among those that an object makes. The object is as the API has it, or as it is written
    /// in a manifest; `namespace` is that of objects which name none.
    pub(crate) fn resources(
        &self,
        native: &Native,
        mut object: Data,
        origin: Option<Arc<Origin>>,
        namespace: &str,
        (wanted, names): (&Wanted, &mut Interner),
    ) -> Result<Vec<Resource>> {
        let mut made = Vec::new();
        let written = tidied(&mut object);
        normal::normalise(native, &mut object);
        partial::mark(native, &mut object, &self.types)?;
        if native.name == "kubernetes_namespace" {
            name_by_label(&mut object);
        }
        // An empty text is as good as none.
        let text = |object: &Data, path: &str| {
            object.at(path).and_then(Data::as_str).filter(|text| !text.is_empty()).map(str::to_owned)
        };
        let name =
            text(&object, "metadata.name").or_else(|| text(&object, "metadata.generateName")).unwrap_or_default();
        let region = match native.namespaced {
            true => text(&object, "metadata.namespace").unwrap_or_else(|| namespace.to_owned()),
            false => GLOBAL.to_owned(),
        };
        // A constraint of Gatekeeper is of a kind of its own.
        let kind = text(&object, "kind").filter(|_| native.is_custom());
        let uid = self.uid(kind.as_deref().unwrap_or(native.object), native.namespaced.then_some(&*region), &name);
        if native.name == "kubernetes_pod" {
            for component in Component::ALL {
                if wanted.kind(component.kind())
                    && let Some(mut data) = flags::of(component, &object)
                {
                    withhold(component.kind(), &mut data);
                    let uid = format!("{uid}#{}", component.name());
                    made.push(self.resource((component.kind(), &uid, GLOBAL, &name), data, origin.clone()));
                }
            }
        }
        if let Some(written) = written.filter(|_| wanted.kind("kubernetes_deprecated_api"))
            && let Some(outdated) = self.written_in(&written, native.object, &object, origin.clone(), (&uid, &region))
        {
            made.push(outdated?);
        }
        if wanted.kind(native.name) {
            withhold(native.name, &mut object);
            names.intern(&mut object);
            let tags = tags(&object, names);
            let resource = self.resource((native.name, &uid, &names.one(&region), &name), object, origin);
            made.push(Resource { tags, ..resource });
        }
        Ok(made)
    }

    /// The cluster itself.
    pub(crate) fn cluster(&self, version: cspm_core::Read<String>) -> Result<Resource> {
        let model = Cluster { name: self.cluster.to_string(), version };
        let resource = Resource::of(self.prefix(), self.cluster.clone(), GLOBAL, &model)?;
        Ok(self.now(resource.named(self.cluster.clone())))
    }

    /// The configuration of the kubelets, as it is written, or why it was not read.
    pub(crate) fn kubelet(&self, config: Result<Data, Arc<Unread>>, origin: Option<Arc<Origin>>) -> Resource {
        let data = config.map_or_else(Data::Unread, |config| {
            let files = Unread::new(Reason::NotExposed, "").with_detail("no API shows the files of a node");
            Data::object([("name", Data::from(Kubelet::NAME)), ("config", config), ("files", Data::from(files))])
        });
        let mut data = data;
        withhold("kubernetes_kubelet", &mut data);
        let uid = format!("{}/kube-system/ConfigMap/{}#kubelet", self.prefix(), Kubelet::NAME);
        self.resource(("kubernetes_kubelet", &uid, GLOBAL, Kubelet::NAME), data, origin)
    }

    /// A part of the control plane that the cluster shows to nobody.
    #[cfg(feature = "live")]
    pub(crate) fn hidden(&self, component: Component) -> Resource {
        let detail =
            format!("no static pod of {} is among the pods: a managed control plane is not shown", component.name());
        let unread = Unread::new(Reason::NotExposed, component.source().call()).with_detail(detail);
        let uid = format!("{}#{}", self.prefix(), component.name());
        self.resource((component.kind(), &uid, GLOBAL, component.name()), Data::from(unread), None)
    }

    /// The name of the cluster.
    pub(crate) fn account(&self) -> &Arc<str> {
        &self.cluster
    }

    fn uid(&self, object: &str, namespace: Option<&str>, name: &str) -> String {
        let (namespace, name) = (Resource::uid_part(namespace.unwrap_or("_")), Resource::uid_part(name));
        format!("{}/{namespace}/{object}/{name}", self.prefix())
    }

    /// The uid of the cluster, with which those of its objects begin.
    fn prefix(&self) -> String {
        format!("k8s://{}", Resource::uid_part(&self.cluster))
    }

    fn resource(
        &self,
        (kind, uid, region, name): (&str, &str, &str, &str),
        data: Data,
        origin: Option<Arc<Origin>>,
    ) -> Resource {
        Resource {
            uid: uid.into(),
            kind: kind.into(),
            provider: PROVIDER.into(),
            account: self.cluster.clone(),
            region: region.into(),
            name: name.into(),
            tags: Arc::default(),
            collected_at: self.collected_at,
            origin,
            data,
        }
    }

    fn now(&self, resource: Resource) -> Resource {
        resource.collected_at(self.collected_at)
    }

    /// That an object of a kind which no rule judges is written in a deprecated version, where it is.
    pub(crate) fn outdated(
        &self,
        kind: &str,
        object: &Data,
        origin: Arc<Origin>,
        namespace: &str,
    ) -> Option<Result<Resource>> {
        let text = |path: &str| object.at(path).and_then(Data::as_str);
        let region = text("metadata.namespace").filter(|region| !region.is_empty()).unwrap_or(namespace);
        let uid = self.uid(kind, Some(region), text("metadata.name").unwrap_or_default());
        self.written_in(text("apiVersion")?, kind, object, Some(origin), (&uid, region))
    }

    fn written_in(
        &self,
        api_version: &str,
        kind: &str,
        object: &Data,
        origin: Option<Arc<Origin>>,
        (uid, region): (&str, &str),
    ) -> Option<Result<Resource>> {
        let life = self.lifecycles.of(api_version, kind)?;
        let model = deprecated_api::of(life, api_version, kind, object);
        let resource = Resource::of(format!("{uid}@{api_version}"), self.cluster.clone(), region, &model);
        Some(resource.map(|resource| Resource { origin, ..self.now(resource.named(model.name.as_str())) }))
    }
}

/// Takes out what the server and `kubectl` keep for themselves, and gives the version of the API that the object is
/// written in.
fn tidied(object: &mut Data) -> Option<String> {
    #[derive(serde::Deserialize)]
    struct Header {
        #[serde(rename = "apiVersion")]
        api_version: String,
    }
    let metadata = object.get_mut("metadata").and_then(Data::as_object_mut)?;
    metadata.remove("managedFields");
    let annotations = metadata.get_mut("annotations").and_then(Data::as_object_mut);
    let applied = annotations.and_then(|annotations| annotations.remove(LAST_APPLIED));
    let applied = applied.as_ref().and_then(Data::as_str).and_then(|text| serde_json::from_str(text).ok());
    let own = object.get("apiVersion").and_then(Data::as_str);
    applied.map(|Header { api_version }| api_version).or_else(|| own.map(str::to_owned))
}

fn tags(object: &Data, names: &mut Interner) -> Arc<BTreeMap<Arc<str>, Arc<str>>> {
    let labels = object.at("metadata.labels").and_then(Data::as_object);
    let tags = labels.into_iter().flat_map(|labels| labels.iter());
    let tags: BTreeMap<_, _> =
        tags.filter_map(|(key, value)| Some((names.one(key), names.one(label(value)?)))).collect();
    if tags.is_empty() { Arc::default() } else { Arc::new(tags) }
}

/// The value of a label: null is the empty text, as the API server decodes it; anything else but a text is one of no object
/// that a server takes.
fn label(value: &Data) -> Option<&str> {
    if value.is_null() { Some("") } else { value.as_str() }
}

/// Gives a namespace the label that the API server gives to each, where a manifest does not have it.
/// <https://kubernetes.io/docs/reference/labels-annotations-taints/#kubernetes-io-metadata-name>
fn name_by_label(namespace: &mut Data) {
    const LABEL: &str = "kubernetes.io/metadata.name";
    let Some(name) = namespace.at("metadata.name").filter(|name| name.as_str().is_some()).cloned() else { return };
    let Some(metadata) = namespace.get_mut("metadata").and_then(Data::as_object_mut) else { return };
    if metadata.get("labels").is_none_or(Data::is_null) {
        metadata.insert("labels", Data::object([(LABEL, name)]));
    } else if let Some(labels) = metadata.get_mut("labels").and_then(Data::as_object_mut) {
        labels.insert(LABEL, name);
    }
}
