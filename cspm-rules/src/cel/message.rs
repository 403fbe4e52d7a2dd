//! What a rule says of a failure: a text with fields in braces.

use bumpalo::Bump;
use cspm_core::{Inventory, Kind, Reads, Resource};

use super::ast::{Expr, Node};
use super::check::Checker;
use super::eval::Machine;
use super::op::Op;
use super::program::{Fault, Kinds, Scope};
use super::rebase::Rebase;
use super::trace::Nothing;
use crate::analysis::Absent;
use crate::meter;

/// A compiled message: `Bucket {resource.name} can be made public.` Two braces stand for one.
#[derive(Debug)]
pub(crate) struct Message {
    parts: Vec<Part>,
}

#[derive(Debug)]
enum Part {
    Text(String),
    Value(Op),
}

impl Message {
    /// Checks and compiles a message for resources of `kind`; adds the fields it shows to `reads`.
    ///
    /// `rebase`: where the kind holds the one that the message is written for.
    pub(crate) fn compile(
        source: &str,
        rebase: Option<Rebase<'_>>,
        kind: &Kind,
        kinds: &Kinds,
        reads: &mut Reads,
    ) -> Result<Self, Fault> {
        let mut compiled = Vec::new();
        for part in parts(source)? {
            compiled.push(match part {
                MessagePart::Text(text) => Part::Text(text),
                MessagePart::Field(node) => {
                    let node = match rebase {
                        Some(rebase) => rebase.apply(node),
                        None => node,
                    };
                    Part::Value(Checker::new(kind, kinds, reads).check(&node)?.op)
                }
            });
        }
        Ok(Self { parts: compiled })
    }

    /// The text for a resource. What was not read shows as `(unknown)`.
    pub(crate) fn render(&self, resource: &Resource, inventory: &Inventory) -> String {
        let _metered = meter::begin(1);
        let arena = Bump::new();
        let mut machine = Machine::new(Scope { resource, inventory, absent: Absent::All, arena: &arena }, Nothing);
        let mut text = String::new();
        for part in &self.parts {
            match part {
                Part::Text(part) => text.push_str(part),
                Part::Value(op) => match machine.eval(op) {
                    Ok(value) => text.push_str(&value.to_text()),
                    Err(_) => text.push_str("(unknown)"),
                },
            }
        }
        text
    }
}

/// A part of a message as it is written.
#[derive(Debug)]
pub(crate) enum MessagePart {
    Text(String),
    Field(Node),
}

/// The parts of a message.
pub(crate) fn parts(source: &str) -> Result<Vec<MessagePart>, Fault> {
    let (mut parts, mut text, mut rest) = (Vec::new(), String::new(), source);
    while let Some(brace) = rest.find(['{', '}']) {
        text.push_str(&rest[..brace]);
        let at = u32::try_from(source.len() - rest.len() + brace).unwrap_or(u32::MAX);
        let (sign, behind) = rest[brace..].split_at(1);
        if let Some(behind) = behind.strip_prefix(sign) {
            text.push_str(sign);
            rest = behind;
            continue;
        }
        let Some((inside, behind)) = behind.split_once('}').filter(|_| sign == "{") else {
            return Err(Fault::new(at, format!("this `{sign}` has no partner")).with_help("write two for one"));
        };
        parts.push(MessagePart::Text(std::mem::take(&mut text)));
        parts.push(MessagePart::Field(field(inside, at + 1)?));
        rest = behind;
    }
    text.push_str(rest);
    parts.push(MessagePart::Text(text));
    Ok(parts)
}

/// A field with dots between names, which is all of CEL that a message can have.
fn field(source: &str, at: u32) -> Result<Node, Fault> {
    let (mut node, mut end): (Option<Node>, u32) = (None, at);
    for name in source.split('.') {
        if name.is_empty() || !name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_') {
            return Err(Fault::new(end, "a message can show fields only").with_help("{resource.name}"));
        }
        let expr = match node {
            None => Expr::Name(name.to_owned()),
            Some(operand) => Expr::Select(Box::new(operand), name.to_owned()),
        };
        node = Some(Node { at: end, expr });
        end += u32::try_from(name.len()).unwrap_or(0) + 1;
    }
    node.ok_or_else(|| Fault::new(at, "a message can show fields only"))
}
