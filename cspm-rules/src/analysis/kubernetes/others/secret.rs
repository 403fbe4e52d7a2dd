//! Secrets that something makes: External Secrets, Sealed Secrets, cert-manager.

use cspm_core::Resource;

use super::{Lookup, concerning};
use crate::analysis::kleene::any;
use crate::analysis::kubernetes::fields::field;
use crate::analysis::{Answer, View};

/// The kinds, and where each names the secret: without it, by its own name.
const KINDS: [(&str, &[&str]); 3] = [
    // https://external-secrets.io/latest/api/externalsecret/
    ("kubernetes_external_secret", &["spec", "target", "name"]),
    // https://github.com/bitnami-labs/sealed-secrets#overview
    ("kubernetes_sealed_secret", &["spec", "template", "metadata", "name"]),
    // https://cert-manager.io/docs/reference/api-docs/#cert-manager.io/v1.CertificateSpec
    ("kubernetes_cert_manager_certificate", &["spec", "secretName"]),
];

/// The look-ups of what is asked here.
pub(crate) const LOOKUPS: &[Lookup] = &[
    ("kubernetes_external_secret", "region"),
    ("kubernetes_sealed_secret", "region"),
    ("kubernetes_cert_manager_certificate", "region"),
];

/// Whether something in the namespace of a resource makes the secret of this name.
///
/// # Errors
/// [`Fault::Unread`](crate::analysis::Fault::Unread) where something unread may, and where they were not listed.
pub(crate) fn made<'a>(near: &'a Resource, inventory: impl Into<View<'a>>, name: &str) -> Answer<bool> {
    let view = inventory.into();
    any(KINDS.iter().flat_map(|(kind, path)| {
        concerning(kind, near, view).into_iter().map(|maker| {
            let maker = maker?;
            let mut named = Some(&maker.data);
            for key in *path {
                named = match named {
                    Some(object) => field(object, key, kind)?,
                    None => None,
                };
            }
            Ok(named.map_or(&*maker.name, |named| named.as_str().unwrap_or_default()) == name)
        })
    }))
}
