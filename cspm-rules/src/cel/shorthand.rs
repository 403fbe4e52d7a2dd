//! Calls that stand for a longer expression. They are written out when an expression is parsed, so that all that follows
//! knows only what CEL has itself.

use super::ast::{Binary, Expr, Node};

/// The lists of containers of a pod's spec.
const CONTAINERS: [&str; 3] = ["containers", "initContainers", "ephemeralContainers"];

/// What the call stands for, if it is a shorthand:
///
/// - `containers(spec)`: all containers of a pod, the init and ephemeral ones included.
/// - `kubernetes_since("1.27")`: whether the cluster of the resource is of this version or a later one.
pub(super) fn expand(name: &str, method: bool, args: &[Node], at: u32) -> Option<Expr> {
    match (name, method, args) {
        ("containers", false, [spec]) => {
            let mut lists = CONTAINERS.map(|field| or_empty(spec, field)).into_iter();
            let first = lists.next()?;
            Some(lists.fold(first, |all, list| node(at, Expr::Binary(Binary::Add, Box::new([all, list])))).expr)
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
    let list = node(spec.at, Expr::Maybe(Box::new(spec.clone()), field.to_owned()));
    let args = vec![node(spec.at, Expr::List(Vec::new()))];
    node(spec.at, Expr::Call { name: "orValue".to_owned(), target: Some(Box::new(list)), args })
}
