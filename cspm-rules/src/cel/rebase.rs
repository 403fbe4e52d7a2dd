//! A rule of one kind applied to another that holds it: `resource.spec` of a pod is `resource.spec.template.spec` of a
//! deployment.

use std::sync::Arc;

use cspm_core::Kind;

use super::ast::{Expr, Node};
use super::types::Object;

/// Where a kind holds another.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Rebase<'k> {
    inner: &'k Kind,
    path: &'k str,
}

impl<'k> Rebase<'k> {
    /// How `outer` holds `inner`, if it does.
    pub(crate) fn of(inner: &'k Kind, outer: &'k Kind) -> Option<Self> {
        outer.embedded(inner.name()).map(|path: &Arc<str>| Self { inner, path })
    }

    /// The same expression over the outer kind. The fields that every resource has are those of the outer one.
    pub(crate) fn apply(self, node: Node) -> Node {
        node.map(&|node| {
            let at = node.at;
            let expr = match node.expr {
                Expr::Select(root, field) if self.moves(&root, &field) => Expr::Select(self.place(*root), field),
                Expr::Maybe(root, field) if self.moves(&root, &field) => Expr::Maybe(self.place(*root), field),
                Expr::Has(root, field) if self.moves(&root, &field) => Expr::Has(self.place(*root), field),
                other => other,
            };
            Node { at, expr }
        })
    }

    fn moves(self, root: &Node, field: &str) -> bool {
        matches!(&root.expr, Expr::Name(name) if name == "resource")
            && Object::of_kind(self.inner).field(field).is_some()
    }

    fn place(self, root: Node) -> Box<Node> {
        let at = root.at;
        let step = |node, field: &str| Node { at, expr: Expr::Select(Box::new(node), field.to_owned()) };
        Box::new(self.path.split('.').fold(root, step))
    }
}
