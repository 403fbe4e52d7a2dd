//! Which versions of the API are deprecated, from `schema/deprecated_apis.json`, which `schema/lifecycle.py` makes from the
//! sources of Kubernetes.

use std::collections::HashMap;

use cspm_core::{Error, ErrorKind, Result};
use serde::Deserialize;

const TEXT: &str = include_str!("../../schema/deprecated_apis.json");

/// The life of a version of a type.
#[derive(Clone, Debug, Deserialize)]
pub(crate) struct Lifecycle {
    api_version: String,
    kind: String,
    pub(crate) deprecated_in: String,
    pub(crate) removed_in: Option<String>,
    pub(crate) replacement: Option<String>,
}

/// What is deprecated, by version of the API and type.
#[derive(Debug)]
pub(crate) struct Lifecycles(HashMap<(String, String), Lifecycle>);

impl Lifecycles {
    /// # Errors
    /// [`ErrorKind::Model`] where the file is not what it must be.
    pub(crate) fn read() -> Result<Self> {
        #[derive(Deserialize)]
        struct File {
            apis: Vec<Lifecycle>,
        }
        let error = |e| Error::new(ErrorKind::Model, "read the deprecated versions of Kubernetes' API").with_source(e);
        let file: File = serde_json::from_str(TEXT).map_err(error)?;
        let apis = file.apis.into_iter().map(|api| ((api.api_version.clone(), api.kind.clone()), api));
        Ok(Self(apis.collect()))
    }

    /// The life of a version of a type, where it is deprecated.
    pub(crate) fn of(&self, api_version: &str, kind: &str) -> Option<&Lifecycle> {
        self.0.get(&(api_version.to_owned(), kind.to_owned()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_removed_is_known() {
        let apis = Lifecycles::read().unwrap();
        let ingress = apis.of("networking.k8s.io/v1beta1", "Ingress").unwrap();
        assert_eq!((ingress.deprecated_in.as_str(), ingress.removed_in.as_deref()), ("1.19", Some("1.22")));
        assert_eq!(ingress.replacement.as_deref(), Some("networking.k8s.io/v1"));
        assert!(apis.of("policy/v1beta1", "PodSecurityPolicy").unwrap().replacement.is_none());
        assert!(apis.of("apps/v1", "Deployment").is_none());
    }
}
