//! Chains of fields: `root.a.?b["c"]`.

use super::Obstacle;
use super::object::POD;
use super::writer::{MEMBER, OR, Writer, quoted};
use crate::cel::{Expr, Node, Object};

/// What scans add to objects: what was found in values that they withhold.
const ADDED: &str = "detectedSecrets";
/// The API server gives the rules of a role that has none as `null`, all other fields that are not there not at all.
const NULL: &str = "rules";
/// Words that are no names in CEL.
const WORDS: [&str; 4] = ["in", "true", "false", "null"];

/// A chain: its root, and its fields from the left, of which the first so many must be there.
struct Chain<'n> {
    root: &'n Node,
    fields: Vec<&'n str>,
    strict: usize,
}

impl<'n> Chain<'n> {
    fn of(node: &'n Node) -> Self {
        let (mut fields, mut maybe, mut root) = (Vec::new(), 0, node);
        loop {
            match &root.expr {
                Expr::Select(operand, field) => {
                    fields.push(field.as_str());
                    root = operand;
                }
                // Behind the first `.?` none needs to be there.
                Expr::Maybe(operand, field) => {
                    fields.push(field.as_str());
                    maybe = fields.len();
                    root = operand;
                }
                Expr::Index(operand, index) => {
                    let Expr::Text(field) = &index.expr else { break };
                    fields.push(field.as_str());
                    root = operand;
                }
                _ => break,
            }
        }
        fields.reverse();
        Self { root, strict: fields.len() - maybe, fields }
    }
}

impl Writer<'_> {
    /// A field that must be there.
    pub(super) fn select(&self, node: &Node) -> Result<String, Obstacle> {
        let chain = Chain::of(node);
        self.chain(&chain, chain.fields.len())
    }

    /// `chain.orValue(default)`
    pub(super) fn or_value(&self, chain: &Node, default: &Node) -> Result<String, Obstacle> {
        let chain = Chain::of(chain);
        let of_resource = matches!(&chain.root.expr, Expr::Name(name) if name == "resource");
        if of_resource && chain.fields == [NULL] {
            let default = self.at(default, OR)?;
            let whole = self.chain(&chain, 1)?;
            return Ok(format!("({}.orValue(null) == null ? {default} : {whole})", self.chain(&chain, 0)?));
        }
        let default = self.expression(default)?;
        Ok(format!("{}.orValue({default})", self.chain(&chain, chain.strict)?))
    }

    /// Our `has` is false also where a parent is missing, which to Kubernetes' is an error.
    pub(super) fn has(&self, operand: &Node, field: &str) -> Result<String, Obstacle> {
        let mut chain = Chain::of(operand);
        chain.fields.push(field);
        if chain.fields.len() == 1 && is_name(field) {
            return Ok(format!("has({})", self.chain(&chain, 1)?));
        }
        Ok(format!("{}.hasValue()", self.chain(&chain, 0)?))
    }

    fn chain(&self, chain: &Chain<'_>, strict: usize) -> Result<String, Obstacle> {
        if chain.fields.contains(&ADDED) {
            return Err(Obstacle::Added(ADDED.to_owned()));
        }
        let (mut text, mut done) = match (&chain.root.expr, chain.fields.as_slice()) {
            (Expr::Name(name), [first, ..]) if name == "resource" => self.root(first, chain.fields.len() > 1)?,
            _ => (self.at(chain.root, MEMBER)?, 0),
        };
        for field in &chain.fields[done..] {
            let maybe = if done < strict { "" } else { "?" };
            text += &if is_name(field) { format!(".{maybe}{field}") } else { format!("[{maybe}{}]", quoted(field)) };
            done += 1;
        }
        Ok(text)
    }

    /// The text for `resource` and how many of the fields it stands for: those that every resource has, beside its object,
    /// are of the object that was sent, also where the rule judges a template in it.
    fn root(&self, first: &str, further: bool) -> Result<(String, usize), Obstacle> {
        if Object::of_kind(self.kind).field(first).is_some() {
            let root = if self.templates { format!("variables.{POD}") } else { "object".to_owned() };
            return if first == "status" { Err(Obstacle::Status) } else { Ok((root, 0)) };
        }
        let text = match first {
            "name" => "object.metadata.?name.orValue(\"\")",
            "region" => "request.namespace",
            "tags" if further => "object.metadata.?labels",
            "tags" => "object.metadata.?labels.orValue({})",
            field => return Err(Obstacle::Added(field.to_owned())),
        };
        Ok((text.to_owned(), 1))
    }
}

fn is_name(field: &str) -> bool {
    let letters = |c: char| c.is_ascii_alphanumeric() || c == '_';
    field.chars().all(letters) && field.starts_with(|c: char| !c.is_ascii_digit()) && !WORDS.contains(&field)
}
