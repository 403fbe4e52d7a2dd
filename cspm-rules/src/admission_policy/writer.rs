//! Expressions as text for Kubernetes.

use cspm_core::Kind;

use super::{Obstacle, functions};
use crate::cel::{Binary, Expr, Loop, MessagePart, Node, Over};

/// How tightly operators bind, from `? :` to `.field`.
type Level = u8;
const IF: Level = 0;
pub(super) const OR: Level = 1;
const AND: Level = 2;
const RELATION: Level = 3;
const SUM: Level = 4;
const PRODUCT: Level = 5;
const UNARY: Level = 6;
pub(super) const MEMBER: Level = 7;

/// Names that mean something in policies, or are kept for CEL's future.
const TAKEN: [&str; 24] = [
    "as",
    "authorizer",
    "break",
    "const",
    "continue",
    "else",
    "for",
    "function",
    "if",
    "import",
    "let",
    "loop",
    "namespace",
    "namespaceObject",
    "object",
    "oldObject",
    "package",
    "params",
    "request",
    "return",
    "var",
    "variables",
    "void",
    "while",
];

/// Writes the expressions of one rule.
pub(super) struct Writer<'k> {
    /// The rule's kind.
    pub(super) kind: &'k Kind,
    /// Whether what is judged may be within the object that is sent.
    pub(super) templates: bool,
    /// The version of the cluster, if it was given.
    pub(super) version: Option<&'k str>,
}

impl Writer<'_> {
    /// The text of an expression.
    pub(super) fn expression(&self, node: &Node) -> Result<String, Obstacle> {
        self.at(node, IF)
    }

    /// The same, to stand where operators bind this tightly.
    pub(super) fn at(&self, node: &Node, level: Level) -> Result<String, Obstacle> {
        let (of, text) = self.write(node)?;
        Ok(if of < level { format!("({text})") } else { text })
    }

    /// A message as an expression for a text.
    pub(super) fn message(&self, parts: &[MessagePart]) -> Result<String, Obstacle> {
        let mut texts = Vec::new();
        for part in parts {
            match part {
                MessagePart::Text(text) if text.is_empty() => {}
                MessagePart::Text(text) => texts.push(quoted(text)),
                MessagePart::Field(node) => texts.push(format!("string({})", self.expression(node)?)),
            }
        }
        Ok(texts.join(" + "))
    }

    fn write(&self, node: &Node) -> Result<(Level, String), Obstacle> {
        Ok(match &node.expr {
            Expr::Null => (MEMBER, "null".to_owned()),
            Expr::Bool(value) => (MEMBER, value.to_string()),
            Expr::Int(value) => (if *value < 0 { UNARY } else { MEMBER }, value.to_string()),
            Expr::Double(value) => (MEMBER, format!("{value:?}")),
            Expr::Text(text) => (MEMBER, quoted(text)),
            Expr::Name(name) if name == "now" => return Err(Obstacle::Now),
            Expr::Name(name) => (MEMBER, local(name)),
            Expr::Select(..) | Expr::Maybe(..) => (MEMBER, self.select(node)?),
            Expr::Index(_, index) if matches!(index.expr, Expr::Text(_)) => (MEMBER, self.select(node)?),
            Expr::Index(operand, index) => {
                (MEMBER, format!("{}[{}]", self.at(operand, MEMBER)?, self.expression(index)?))
            }
            Expr::Has(operand, field) => (MEMBER, self.has(operand, field)?),
            Expr::Not(operand) => (UNARY, format!("!{}", self.at(operand, MEMBER)?)),
            Expr::Negate(operand) => (UNARY, format!("-{}", self.at(operand, MEMBER)?)),
            Expr::And(nodes) => (AND, self.all(nodes, RELATION)?.join(" && ")),
            Expr::Or(nodes) => (OR, self.all(nodes, AND)?.join(" || ")),
            Expr::If(nodes) => {
                let [condition, then, otherwise] = &**nodes;
                let (condition, then) = (self.at(condition, OR)?, self.at(then, OR)?);
                (IF, format!("{condition} ? {then} : {}", self.expression(otherwise)?))
            }
            Expr::Binary(operator, nodes) => {
                let level = level(*operator);
                let (left, right) = (self.at(&nodes[0], level)?, self.at(&nodes[1], level + 1)?);
                (level, format!("{left} {} {right}", operator.sign()))
            }
            Expr::Call { name, target: Some(chain), args } if name == "orValue" && args.len() == 1 => {
                (MEMBER, self.or_value(chain, &args[0])?)
            }
            Expr::Call { name, target, args } => (MEMBER, functions::call(self, name, target.as_deref(), args)?),
            Expr::List(nodes) => (MEMBER, self.list(nodes)?),
            Expr::Map(entries) => {
                let entries = entries
                    .iter()
                    .map(|(key, value)| Ok(format!("{}: {}", self.expression(key)?, dynamic(self.expression(value)?))));
                (MEMBER, format!("{{{}}}", entries.collect::<Result<Vec<_>, _>>()?.join(", ")))
            }
            Expr::Loop(l) => (MEMBER, self.over(l)?),
        })
    }

    fn all(&self, nodes: &[Node], level: Level) -> Result<Vec<String>, Obstacle> {
        nodes.iter().map(|node| self.at(node, level)).collect()
    }

    /// Kubernetes wants the items of a list to be of one type.
    fn list(&self, nodes: &[Node]) -> Result<String, Obstacle> {
        let mut items = self.all(nodes, IF)?;
        let first = nodes.first().map(|node| std::mem::discriminant(&node.expr));
        let alike = |node: &Node| Some(std::mem::discriminant(&node.expr)) == first;
        if !nodes.iter().all(alike) {
            items = items.into_iter().map(dynamic).collect();
        }
        Ok(format!("[{}]", items.join(", ")))
    }

    fn over(&self, l: &Loop) -> Result<String, Obstacle> {
        let over = match l.over {
            Over::All => "all",
            Over::Exists => "exists",
            Over::ExistsOne => "exists_one",
            Over::Filter => "filter",
            Over::Map => "map",
        };
        let only = match &l.only {
            Some(only) => format!("{}, ", self.expression(only)?),
            None => String::new(),
        };
        let (range, body) = (self.at(&l.range, MEMBER)?, self.expression(&l.body)?);
        Ok(format!("{range}.{over}({}, {only}{body})", local(&l.name)))
    }
}

fn level(operator: Binary) -> Level {
    match operator {
        Binary::Add | Binary::Subtract => SUM,
        Binary::Multiply | Binary::Divide | Binary::Remainder => PRODUCT,
        _ => RELATION,
    }
}

/// The name of a rule's variable in a policy.
fn local(name: &str) -> String {
    if TAKEN.contains(&name) { format!("{name}_") } else { name.to_owned() }
}

fn dynamic(text: String) -> String {
    format!("dyn({text})")
}

/// A text in quotes: the escapes of JSON are those of CEL too.
pub(super) fn quoted(text: &str) -> String {
    serde_json::Value::from(text).to_string()
}
