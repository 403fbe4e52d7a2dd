//! The resources of the API that a policy is asked about, from kinds.

use cspm_core::Kind;

use super::Obstacle;

/// Policies and webhooks are admitted without asking any, so that a cluster can always be repaired.
const NOT_ASKED: &str = "admissionregistration.k8s.io";
const CORE: &str = "core";

/// A resource of the API.
pub(super) struct Target {
    /// The group of the API; empty for the core group.
    pub(super) group: String,
    /// The name in paths and roles.
    pub(super) plural: String,
    /// Where its objects hold what the rule judges; none where that is the object itself.
    pub(super) path: Option<String>,
}

impl Target {
    /// The resource whose objects are of `kind`, for a rule about `inner`. The call that lists a kind says which it is.
    pub(super) fn of(kind: &Kind, inner: &Kind) -> Result<Self, Obstacle> {
        let listed = kind.list().operation().strip_prefix("list ");
        let plural = listed.filter(|_| kind.is_native() && &**kind.provider() == "kubernetes");
        let plural = plural.ok_or(Obstacle::NotAnObject)?;
        let group = kind.list().service();
        match group {
            NOT_ASKED => Err(Obstacle::NotAsked),
            group => Ok(Self {
                group: if group == CORE { String::new() } else { group.to_owned() },
                plural: plural.to_owned(),
                path: kind.embedded(inner.name()).map(ToString::to_string),
            }),
        }
    }
}
