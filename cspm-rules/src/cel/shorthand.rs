//! Calls that stand for a longer expression. They are written out when an expression is parsed, so that all that follows
//! knows only what CEL has itself.

use super::ast::{Binary, Expr, Node};

/// The lists of containers of a pod's spec.
const CONTAINERS: [&str; 3] = ["containers", "initContainers", "ephemeralContainers"];

/// What the call stands for, if it is a shorthand:
///
/// - `containers(spec)`: all containers of a pod, the init and ephemeral ones included.
/// - `service_account(spec)`: the name of the service account that a pod runs as. `serviceAccount` is the old name of the
///   field, which the API server reads where the new one is empty:
///   <https://kubernetes.io/docs/reference/kubernetes-api/workload-resources/pod-v1/#deprecated>.
/// - `kubernetes_since("1.27")`: whether the cluster of the resource is of this version or a later one.
pub(super) fn expand(name: &str, method: bool, args: &[Node], at: u32) -> Option<Expr> {
    match (name, method, args) {
        ("containers", false, [spec]) => {
            let mut lists = CONTAINERS.map(|field| or_empty(spec, field)).into_iter();
            let first = lists.next()?;
            Some(lists.fold(first, |all, list| node(at, Expr::Binary(Binary::Add, Box::new([all, list])))).expr)
        }
        ("service_account", false, [spec]) => {
            let default = node(at, Expr::Text("default".to_owned()));
            let old = or(spec, "serviceAccount", default);
            Some(or(spec, "serviceAccountName", old).expr)
        }
        ("kubernetes_since", false, [version]) => {
            let kind = node(at, Expr::Text("kubernetes_cluster".to_owned()));
            let clusters = node(at, Expr::Call { name: "resources".to_owned(), target: None, args: vec![kind] });
            let cluster = node(at, Expr::Index(Box::new(clusters), Box::new(node(at, Expr::Int(0)))));
            let of = node(at, Expr::Select(Box::new(cluster), "version".to_owned()));
            Some(Expr::Call { name: "version_at_least".to_owned(), target: None, args: vec![of, version.clone()] })
        }
        _ => None,
    }
}

fn node(at: u32, expr: Expr) -> Node {
    Node { at, expr }
}

/// `spec.?field.orValue([])`
fn or_empty(spec: &Node, field: &str) -> Node {
    or(spec, field, node(spec.at, Expr::List(Vec::new())))
}

/// `object.?field.orValue(default)`
fn or(object: &Node, field: &str, default: Node) -> Node {
    let chain = node(object.at, Expr::Maybe(Box::new(object.clone()), field.to_owned()));
    let target = Some(Box::new(chain));
    node(object.at, Expr::Call { name: "orValue".to_owned(), target, args: vec![default] })
}
