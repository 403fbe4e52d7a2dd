//! Why a rule cannot be a policy.

use std::fmt;

/// What is in the way of a rule becoming a policy.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Obstacle {
    /// It is not about objects of Kubernetes' API.
    NotAnObject,
    /// It is about objects that the API server admits without asking policies: policies, webhooks and their bindings.
    NotAsked,
    /// It is written in code.
    NoExpression,
    /// It looks at other resources, of this kind.
    OtherResources(String),
    /// It asks for the version of the cluster, and none was given.
    Version,
    /// It reads what is not there yet, or is not the user's to write, when an object is admitted: the status.
    Status,
    /// It reads a field that a scan adds to the object.
    Added(String),
    /// It calls a function that Kubernetes' CEL does not have.
    Function(String),
    /// It asks for the present.
    Now,
}

impl fmt::Display for Obstacle {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NotAnObject => f.write_str("is not about objects of Kubernetes' API"),
            Self::NotAsked => f.write_str("is about objects that the API server admits without asking policies"),
            Self::NoExpression => f.write_str("is written in code"),
            Self::OtherResources(kind) => write!(f, "looks at other resources: {kind}"),
            Self::Version => f.write_str("asks for the version of the cluster: give --kubernetes-version"),
            Self::Status => f.write_str("reads the status, which an object does not have when it is admitted"),
            Self::Added(field) => write!(f, "reads `{field}`, which scans add to objects"),
            Self::Function(name) => write!(f, "calls `{name}`, which Kubernetes' CEL does not have"),
            Self::Now => f.write_str("asks for the present"),
        }
    }
}

impl std::error::Error for Obstacle {}
