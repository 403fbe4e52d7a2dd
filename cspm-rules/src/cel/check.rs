//! The check of an expression: names and types against the schemas of kinds. What passes is compiled on the way, and what
//! it reads is noted.

use std::collections::BTreeSet;
use std::sync::Arc;

use cspm_core::{Data, Kind, Reads};
use serde_json::Value;

use super::ast::{Binary, Expr, Loop as LoopNode, Node, Over};
use super::functions;
use super::op::{Call, Coerce, Loop, MAX_LOCALS, Op};
use super::pattern::Pattern;
use super::program::{Fault, Kinds};
use super::types::Type;
use crate::suggest::did_you_mean;

/// Checks one expression.
pub(crate) struct Checker<'k, 'r> {
    pub(super) kind: &'k Kind,
    pub(super) kinds: &'k Kinds,
    pub(super) reads: &'r mut Reads,
    pub(super) locals: Vec<Local<'k>>,
}

/// A variable of a macro.
pub(super) struct Local<'k> {
    pub(super) name: String,
    pub(super) of: Type<'k>,
    pub(super) from: Option<Origin<'k>>,
}

/// A checked part: compiled, with its type, and the field that it is, if it is one.
pub(super) struct Typed<'k> {
    pub(super) op: Op,
    pub(super) of: Type<'k>,
    pub(super) from: Option<Origin<'k>>,
}

/// The field that a value comes from.
#[derive(Clone)]
pub(super) struct Origin<'k> {
    pub(super) kind: &'k Kind,
    /// Whether it is of the resource that is judged.
    pub(super) own: bool,
    /// The path that verdicts show.
    pub(super) path: String,
    /// The path as far as the schema knows it: what is read.
    pub(super) known: String,
    pub(super) schema: Option<&'k Value>,
}

impl<'k> Typed<'k> {
    pub(super) fn new(op: Op, of: Type<'k>) -> Self {
        Self { op, of, from: None }
    }
}

impl Origin<'_> {
    /// The name under which verdicts speak of it.
    pub(super) fn name(&self) -> Arc<str> {
        match (self.own, self.path.as_str()) {
            (true, path) => path.into(),
            (false, "") => self.kind.name().clone(),
            (false, path) => format!("{}.{path}", self.kind.name()).into(),
        }
    }

    /// The items of the list that it is.
    pub(super) fn items(mut self) -> Self {
        if !self.path.is_empty() {
            self.path.push_str("[]");
        }
        if let Some(schema) = self.schema {
            self.schema = schema.get("items").or(Some(schema));
            if !self.known.is_empty() {
                self.known.push_str("[]");
            }
        }
        self
    }
}

impl<'k, 'r> Checker<'k, 'r> {
    pub(crate) fn new(kind: &'k Kind, kinds: &'k Kinds, reads: &'r mut Reads) -> Self {
        reads.fields.entry(kind.name().clone()).or_default();
        Self { kind, kinds, reads, locals: Vec::new() }
    }

    /// An expression that is true or false.
    pub(crate) fn condition(&mut self, node: &Node) -> Result<Op, Fault> {
        let typed = self.check(node)?;
        match typed.of {
            Type::Bool | Type::Dyn => Ok(typed.op),
            Type::Null => Err(Fault::new(node.at, "`null` is no condition")),
            of => Err(Fault::new(node.at, format!("this is {of}, and a condition must be bool"))),
        }
    }

    /// Any expression, read as a whole.
    pub(super) fn check(&mut self, node: &Node) -> Result<Typed<'k>, Fault> {
        Ok(match &node.expr {
            Expr::Null => Typed::new(Op::Const(Data::Null), Type::Null),
            Expr::Bool(b) => Typed::new(Op::Const(Data::Bool(*b)), Type::Bool),
            Expr::Int(n) => Typed::new(Op::Const(Data::Int(*n)), Type::Int),
            Expr::Double(n) => Typed::new(Op::Const(Data::Float(*n)), Type::Double),
            Expr::Text(text) => Typed::new(Op::Const(Data::from(text.as_str())), Type::TEXT),
            Expr::Name(_) | Expr::Select(..) | Expr::Maybe(..) | Expr::Index(..) => self.place(node, true)?,
            Expr::Has(operand, field) => self.has(operand, field, node.at)?,
            Expr::Not(operand) => Typed::new(Op::Not(Box::new(self.condition(operand)?)), Type::Bool),
            Expr::Negate(operand) => self.negate(operand)?,
            Expr::And(nodes) => Typed::new(Op::And(self.conditions(nodes)?), Type::Bool),
            Expr::Or(nodes) => Typed::new(Op::Or(self.conditions(nodes)?), Type::Bool),
            Expr::If(branches) => self.branch(branches)?,
            Expr::Binary(operator, operands) => self.binary(*operator, operands, node.at)?,
            Expr::Call { name, target, args } => self.call(name, target.as_deref(), args, node.at)?,
            Expr::List(nodes) => self.list(nodes)?,
            Expr::Map(entries) => self.map(entries)?,
            Expr::Loop(l) => self.over(l)?,
        })
    }

    fn conditions(&mut self, nodes: &[Node]) -> Result<Box<[Op]>, Fault> {
        nodes.iter().map(|node| self.condition(node)).collect()
    }

    fn negate(&mut self, operand: &Node) -> Result<Typed<'k>, Fault> {
        let typed = self.check(operand)?;
        match typed.of {
            Type::Int | Type::Double | Type::Dyn => Ok(Typed::new(Op::Negate(Box::new(typed.op)), typed.of)),
            of => Err(Fault::new(operand.at, format!("{of} has no negative"))),
        }
    }

    fn branch(&mut self, [condition, then, otherwise]: &[Node; 3]) -> Result<Typed<'k>, Fault> {
        let condition = self.condition(condition)?;
        let (a, b) = (self.check(then)?, self.check(otherwise)?);
        if !a.of.meets(&b.of) {
            return Err(Fault::new(otherwise.at, format!("one branch is {}, the other {}", a.of, b.of)));
        }
        Ok(Typed::new(Op::If(Box::new([condition, a.op, b.op])), Type::union([a.of, b.of])))
    }

    fn binary(&mut self, operator: Binary, nodes: &[Node; 2], at: u32) -> Result<Typed<'k>, Fault> {
        let [left, right] = nodes;
        let (a, b) = (self.check(left)?, self.check(right)?);
        let wrong = || Fault::new(at, format!("`{}` does not go with {} and {}", operator.sign(), a.of, b.of));
        let of = match operator {
            Binary::Equal | Binary::NotEqual => {
                if !a.of.meets(&b.of) {
                    return Err(never_equal(at, &a.of, &b.of));
                }
                one_of_its_values(&a.of, right)?;
                one_of_its_values(&b.of, left)?;
                Type::Bool
            }
            Binary::In => {
                match &b.of {
                    Type::List(of) if !a.of.meets(of) => return Err(never_equal(at, &a.of, of)),
                    Type::List(of) => one_of_its_values(of, left)?,
                    Type::Map(_) | Type::Object(_) if Type::TEXT.meets(&a.of) => {}
                    Type::Dyn => {}
                    _ => return Err(wrong()),
                }
                one_of_its_values(&a.of, right)?;
                Type::Bool
            }
            Binary::Less | Binary::LessOrEqual | Binary::Greater | Binary::GreaterOrEqual => {
                let ordered =
                    |of: &Type<'_>| !matches!(of, Type::List(_) | Type::Map(_) | Type::Object(_) | Type::Resource(_));
                if !(ordered(&a.of) && ordered(&b.of) && a.of.meets(&b.of)) {
                    return Err(wrong().with_help_if(time_help(&a.of, &b.of)));
                }
                Type::Bool
            }
            _ => arithmetic(operator, &a.of, &b.of).ok_or_else(wrong)?,
        };
        let operands = Box::new((a.op, b.op));
        let op = match operator {
            Binary::Equal => Op::Equal(operands),
            Binary::NotEqual => Op::NotEqual(operands),
            Binary::In => Op::In(operands),
            Binary::Less | Binary::LessOrEqual | Binary::Greater | Binary::GreaterOrEqual => {
                Op::Compare(operator, operands)
            }
            _ => Op::Arithmetic(operator, operands),
        };
        Ok(Typed::new(op, of))
    }

    fn list(&mut self, nodes: &[Node]) -> Result<Typed<'k>, Fault> {
        let (mut ops, mut of) = (Vec::new(), Type::Null);
        for node in nodes {
            let typed = self.check(node)?;
            of = Type::union([of, typed.of]);
            ops.push(typed.op);
        }
        let of = Type::list(if matches!(of, Type::Null) { Type::Dyn } else { of });
        let op = match ops.iter().all(|op| matches!(op, Op::Const(_))) {
            true => Op::Const(Data::list(ops.into_iter().filter_map(constant))),
            false => Op::List(ops.into()),
        };
        Ok(Typed::new(op, of))
    }

    fn map(&mut self, entries: &[(Node, Node)]) -> Result<Typed<'k>, Fault> {
        let (mut ops, mut of, mut seen) = (Vec::new(), Type::Null, BTreeSet::new());
        for (key, value) in entries {
            let Expr::Text(text) = &key.expr else {
                return Err(Fault::new(key.at, "the keys of a map must be texts in quotes"));
            };
            if !seen.insert(text) {
                return Err(Fault::new(key.at, format!("the key {text:?} is there twice")));
            }
            let typed = self.check(value)?;
            of = Type::union([of, typed.of]);
            ops.push((Op::Const(Data::from(text.as_str())), typed.op));
        }
        let op = match ops.iter().all(|(_, value)| matches!(value, Op::Const(_))) {
            true => Op::Const(Data::object(ops.into_iter().filter_map(|(key, value)| {
                let Op::Const(Data::Str(key)) = key else { return None };
                Some((key, constant(value)?))
            }))),
            false => Op::Map(ops.into()),
        };
        Ok(Typed::new(op, Type::Map(std::rc::Rc::new(of))))
    }

    fn over(&mut self, l: &LoopNode) -> Result<Typed<'k>, Fault> {
        // A filter gives its items away whole.
        let range = self.place(&l.range, l.over == Over::Filter)?;
        if let Some(from) = &range.from {
            self.note(from);
        }
        let (of, from) = match &range.of {
            Type::List(of) => ((**of).clone(), range.from.clone().map(Origin::items)),
            Type::Map(_) | Type::Object(_) => (Type::TEXT, None),
            Type::Dyn => (Type::Dyn, None),
            of => return Err(Fault::new(l.range.at, format!("{of} is no list"))),
        };
        if l.name == "resource" || l.name == "now" || self.locals.iter().any(|local| local.name == l.name) {
            return Err(Fault::new(l.range.at, format!("the name `{}` is in use here", l.name)));
        }
        if self.locals.len() == MAX_LOCALS {
            return Err(Fault::new(l.range.at, format!("more than {MAX_LOCALS} lists are gone over at once")));
        }
        let slot = u8::try_from(self.locals.len()).unwrap_or(u8::MAX);
        let coerce = coercion(&of);
        self.locals.push(Local { name: l.name.clone(), of, from });
        let body = self.body(l);
        self.locals.pop();
        let (only, body, of) = body?;
        let (of, from) = match l.over {
            Over::All | Over::Exists | Over::ExistsOne => (Type::Bool, None),
            Over::Map => (Type::list(of), None),
            Over::Filter => match range.of {
                Type::Map(_) | Type::Object(_) => (Type::list(Type::TEXT), None),
                of => (of, range.from),
            },
        };
        let weight = only.as_ref().map_or(0, Op::weight) + body.weight();
        let op = Op::Loop(Box::new(Loop { over: l.over, range: range.op, slot, only, body, coerce, weight }));
        Ok(Typed { op, of, from })
    }

    fn body(&mut self, l: &LoopNode) -> Result<(Option<Op>, Op, Type<'k>), Fault> {
        let only = l.only.as_ref().map(|only| self.condition(only)).transpose()?;
        if l.over != Over::Map {
            return Ok((only, self.condition(&l.body)?, Type::Bool));
        }
        let body = self.check(&l.body)?;
        Ok((only, body.op, body.of))
    }

    fn call(&mut self, name: &str, target: Option<&Node>, args: &[Node], at: u32) -> Result<Typed<'k>, Fault> {
        match (name, target, args) {
            ("resources", None, args) => return self.lookup(args, false, at),
            ("all_resources", None, args) => return self.lookup(args, true, at),
            ("orValue", Some(chain), [default]) => return self.or_value(chain, default, at),
            _ => {}
        }
        let Some(function) = functions::find(name, target.is_some()) else {
            return Err(unknown_function(name, target.is_some(), at));
        };
        let nodes: Vec<&Node> = target.into_iter().chain(args).collect();
        if nodes.len() != function.params.len() {
            let message = format!("`{name}` is given {} arguments", args.len());
            return Err(Fault::new(at, message).with_help(function.signature()));
        }
        for (kind, field) in function.reads {
            self.reads.fields.entry((*kind).into()).or_default();
            self.reads.others.insert((*kind).into());
            if !field.is_empty() {
                self.reads.lookups.insert(((*kind).into(), (*field).into()));
            }
        }
        let mut ops = Vec::with_capacity(nodes.len());
        for (node, param) in nodes.iter().zip(function.params) {
            let typed = self.check(node)?;
            if !param.takes(&typed.of) {
                let message = format!("`{name}` takes {param} here, and this is {}", typed.of);
                return Err(Fault::new(node.at, message).with_help(function.signature()));
            }
            ops.push(typed.op);
        }
        let op = match (name, ops.as_slice()) {
            ("matches", [_, Op::Const(Data::Str(pattern))]) => {
                let pattern = Pattern::new(pattern)
                    .map_err(|e| Fault::new(nodes[1].at, format!("this is not a pattern: {e}")))?;
                Op::Matches(Box::new((ops.swap_remove(0), pattern)))
            }
            ("timestamp" | "duration", [Op::Const(Data::Str(text))]) => {
                functions::constant_time(name, text).map_err(|message| Fault::new(nodes[0].at, message))?
            }
            _ => Op::Call(Box::new(Call { function, args: ops.into() })),
        };
        Ok(Typed::new(op, function.result.to_type()))
    }
}

fn constant(op: Op) -> Option<Data> {
    match op {
        Op::Const(data) => Some(data),
        _ => None,
    }
}

/// What values of this type become that JSON has no type for.
pub(super) fn coercion(of: &Type<'_>) -> Coerce {
    match of {
        Type::Time => Coerce::Time,
        Type::Double => Coerce::Double,
        _ => Coerce::None,
    }
}

/// What is called like a function and is none.
const FUNCTIONS: &[&str] = &["resources", "all_resources", "has", "containers", "service_account", "kubernetes_since"];

fn unknown_function(name: &str, method: bool, at: u32) -> Fault {
    if let Some(other) = functions::find(name, !method) {
        return Fault::new(at, format!("`{name}` is not called like this")).with_help(other.signature());
    }
    let known = functions::all().filter(|f| f.method == method).map(|f| f.name);
    let what = if method { "method" } else { "function" };
    let macros = if method { ["all", "exists", "filter", "map", "orValue"].as_slice() } else { FUNCTIONS };
    if macros.contains(&name) || name == "exists_one" {
        let help = if method { format!("list.{name}(item, ...)") } else { "has(resource.field)".to_owned() };
        return Fault::new(at, format!("`{name}` is not called like this")).with_help(help);
    }
    Fault::new(at, format!("there is no {what} `{name}`"))
        .with_help_if(did_you_mean(name, known.chain(macros.iter().copied())))
}

fn never_equal(at: u32, a: &Type<'_>, b: &Type<'_>) -> Fault {
    Fault::new(at, format!("{a} and {b} are never equal")).with_help_if(time_help(a, b))
}

fn time_help(a: &Type<'_>, b: &Type<'_>) -> Option<String> {
    let texts_and_times = matches!((a, b), (Type::Time, Type::Text(_)) | (Type::Text(_), Type::Time));
    texts_and_times.then(|| "write timestamp(\"2026-01-31T00:00:00Z\")".to_owned())
}

/// A text that is compared with a field must be one of the values that the field can have.
fn one_of_its_values(of: &Type<'_>, node: &Node) -> Result<(), Fault> {
    let Type::Text(Some(values)) = of else { return Ok(()) };
    match &node.expr {
        Expr::Text(text) if !values.contains(&text.as_str()) => {
            let help = did_you_mean(text, values.iter().copied());
            let help = help.unwrap_or_else(|| format!("one of {}", values.join(", ")));
            Err(Fault::new(node.at, format!("the value is never {text:?}")).with_help(help))
        }
        Expr::List(nodes) => nodes.iter().try_for_each(|node| one_of_its_values(of, node)),
        _ => Ok(()),
    }
}

fn arithmetic<'k>(operator: Binary, a: &Type<'k>, b: &Type<'k>) -> Option<Type<'k>> {
    Some(match (operator, a, b) {
        (_, Type::Dyn, _) | (_, _, Type::Dyn) => Type::Dyn,
        (_, Type::Int, Type::Int) => Type::Int,
        (Binary::Remainder, ..) => return None,
        (_, Type::Double, Type::Double) => Type::Double,
        (Binary::Add, Type::Text(_), Type::Text(_)) => Type::TEXT,
        (Binary::Add, Type::List(_), Type::List(_)) if a.meets(b) => Type::union([a.clone(), b.clone()]),
        (Binary::Add, Type::Time, Type::Span) | (Binary::Add, Type::Span, Type::Time) => Type::Time,
        (Binary::Subtract, Type::Time, Type::Span) => Type::Time,
        (Binary::Subtract, Type::Time, Type::Time) => Type::Span,
        (Binary::Add | Binary::Subtract, Type::Span, Type::Span) => Type::Span,
        _ => return None,
    })
}
