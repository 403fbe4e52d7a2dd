//! A compiled expression: what is known when a rule is loaded is decided then.

use std::sync::Arc;

use super::ast::{Binary, Over};
use super::functions::Function;
use super::pattern::Pattern;
use cspm_core::Data;
use jiff::{SignedDuration, Timestamp};

/// How many variables may be in scope: `resource.a.all(x, x.b.exists(y, …))` has two.
pub(crate) const MAX_LOCALS: usize = 8;
/// How many arguments a function may have, its target included.
pub(crate) const MAX_ARGS: usize = 4;

#[derive(Debug)]
pub(crate) enum Op {
    Const(Data),
    Time(Timestamp),
    Span(SignedDuration),
    Now,
    Local(u8, Name),
    Select(Box<Select>),
    Has(Box<Select>),
    OrValue(Box<OrValue>),
    Index(Box<(Op, Op)>),
    Coerce(Box<Op>, Coerce),
    Not(Box<Op>),
    Negate(Box<Op>),
    And(Box<[Op]>),
    Or(Box<[Op]>),
    If(Box<[Op; 3]>),
    Equal(Box<(Op, Op)>),
    NotEqual(Box<(Op, Op)>),
    Compare(Binary, Box<(Op, Op)>),
    In(Box<(Op, Op)>),
    Arithmetic(Binary, Box<(Op, Op)>),
    List(Box<[Op]>),
    Map(Box<[(Op, Op)]>),
    Loop(Box<Loop>),
    Call(Box<Call>),
    Matches(Box<(Op, Pattern)>),
    Lookup(Box<Lookup>),
}

/// The name under which a verdict speaks of what an operand read; empty where it read no field.
pub(crate) type Name = Arc<str>;

/// `root.a.b.c`
#[derive(Debug)]
pub(crate) struct Select {
    pub(crate) root: Root,
    pub(crate) steps: Box<[Step]>,
    pub(crate) coerce: Coerce,
    /// Whether the root is the resource that is judged: what is read is evidence then.
    pub(crate) evidence: bool,
}

/// `root.a.?b.c.orValue(default)`
#[derive(Debug)]
pub(crate) struct OrValue {
    pub(crate) select: Select,
    /// How many steps must be there.
    pub(crate) strict: usize,
    pub(crate) default: Op,
}

#[derive(Debug)]
pub(crate) enum Root {
    Resource,
    Local(u8),
    Op(Op),
}

#[derive(Debug)]
pub(crate) struct Step {
    pub(crate) key: Arc<str>,
    /// Where the key is among the keys of an object that has all its fields.
    pub(crate) slot: u32,
    pub(crate) missing: Missing,
    /// Whether an empty text is as good as none.
    pub(crate) blank: bool,
    /// The path from the resource to here.
    pub(crate) name: Name,
}

/// What it means that a field is not there.
#[derive(Debug)]
pub(crate) enum Missing {
    /// It is in the model and was not given; the call would have given it.
    Unread { call: Arc<str> },
    /// There is no such key.
    Error,
}

/// What a value becomes that JSON has no type for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Coerce {
    None,
    Time,
    Double,
}

#[derive(Debug)]
pub(crate) struct Loop {
    pub(crate) over: Over,
    pub(crate) range: Op,
    pub(crate) slot: u8,
    pub(crate) only: Option<Op>,
    pub(crate) body: Op,
    /// Of the items.
    pub(crate) coerce: Coerce,
    /// How many operations an item takes, those of loops in the body counted once.
    pub(crate) weight: u32,
}

#[derive(Debug)]
pub(crate) struct Call {
    pub(crate) function: &'static Function,
    pub(crate) args: Box<[Op]>,
}

/// `resources("kind")` and `resources("kind", "field", value)`, and the same with `all_resources`
#[derive(Debug)]
pub(crate) struct Lookup {
    pub(crate) kind: Arc<str>,
    /// Whether it looks in all regions, and not only in that of the resource.
    pub(crate) everywhere: bool,
    /// Whether it is for what the resource names, and not for whatever may concern it: what is named and not among the
    /// files that are judged is not known to be missing.
    pub(crate) named: bool,
    /// The call that lists the kind.
    pub(crate) call: Arc<str>,
    pub(crate) by: Option<(Arc<str>, Op)>,
}

impl Call {
    /// The name under which a verdict speaks of what the function did not read: the kind that it looks up, or else its
    /// argument.
    pub(crate) fn unread_name(&self) -> &str {
        match self.function.reads {
            [(kind, _), ..] => kind,
            [] => self.args.iter().map(Op::name).find(|name| !name.is_empty()).unwrap_or(""),
        }
    }
}

impl Op {
    /// How many operations it is.
    pub(crate) fn weight(&self) -> u32 {
        let all = |ops: &[Op]| ops.iter().map(Self::weight).sum::<u32>();
        let both = |operands: &(Op, Op)| operands.0.weight() + operands.1.weight();
        let root = |select: &Select| match &select.root {
            Root::Op(op) => op.weight(),
            Root::Resource | Root::Local(_) => 0,
        };
        1 + match self {
            Self::Const(_) | Self::Time(_) | Self::Span(_) | Self::Now | Self::Local(..) => 0,
            Self::Select(select) | Self::Has(select) => root(select),
            Self::OrValue(or_value) => root(&or_value.select) + or_value.default.weight(),
            Self::Coerce(op, _) | Self::Not(op) | Self::Negate(op) => op.weight(),
            Self::And(ops) | Self::Or(ops) | Self::List(ops) => all(ops),
            Self::If(ops) => all(&**ops),
            Self::Index(operands) | Self::Equal(operands) | Self::NotEqual(operands) => both(operands),
            Self::Compare(_, operands) | Self::In(operands) | Self::Arithmetic(_, operands) => both(operands),
            Self::Map(entries) => entries.iter().map(both).sum::<u32>(),
            Self::Loop(l) => l.range.weight(),
            Self::Call(call) => all(&call.args),
            Self::Matches(operands) => operands.0.weight(),
            Self::Lookup(lookup) => lookup.by.as_ref().map_or(0, |(_, op)| op.weight()),
        }
    }

    /// The name under which a verdict speaks of what this reads; empty where it reads no field.
    pub(crate) fn name(&self) -> &str {
        match self {
            Self::Select(select) | Self::Has(select) => select.steps.last().map_or("", |step| &step.name),
            Self::OrValue(or_value) => or_value.select.steps.last().map_or("", |step| &step.name),
            Self::Local(_, name) => name,
            Self::Coerce(op, _) => op.name(),
            Self::Index(operands) => operands.0.name(),
            Self::Loop(l) => l.range.name(),
            Self::Lookup(lookup) => &lookup.kind,
            _ => "",
        }
    }
}
