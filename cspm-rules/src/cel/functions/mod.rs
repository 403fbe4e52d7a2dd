//! The functions that expressions can call. A function is a row of a table: its name, its types, and what it does.

mod convert;
mod kubernetes;
mod network;
mod policy;
mod text;
mod time;

use std::borrow::Cow;
use std::fmt;
use std::sync::Arc;

use cspm_core::{Data, Unread};

use super::program::Scope;
use super::types::Type;
use super::value::Val;
use crate::analysis;

pub(crate) use time::constant as constant_time;

/// A function or method of expressions.
pub(crate) struct Function {
    pub(crate) name: &'static str,
    /// Whether it is called on its first argument: `text.startsWith(prefix)`.
    pub(crate) method: bool,
    pub(crate) params: &'static [Param],
    pub(crate) result: Param,
    /// What it looks up itself in the inventory: kinds, and the field by whose value, which is empty where it looks at
    /// all of the kind.
    pub(crate) reads: &'static [(&'static str, &'static str)],
    /// The fields of the judged resource that it reads itself, which are evidence of what it gives.
    pub(crate) shows: &'static [&'static str],
    pub(crate) run: Run,
}

type Run = for<'a> fn(&Scope<'a>, &[Val<'a>]) -> Result<Val<'a>, Problem>;

/// Why a function gives no value.
#[derive(Debug)]
pub(crate) enum Problem {
    /// A part of an argument was not read; why, unless that is told already.
    Unread(Option<Arc<Unread>>),
    /// An argument is not what the function takes.
    Error(String),
}

impl From<analysis::Fault> for Problem {
    fn from(fault: analysis::Fault) -> Self {
        match fault {
            analysis::Fault::Unread(unread) => Self::Unread(Some(unread)),
            analysis::Fault::Invalid(message) => Self::Error(message),
        }
    }
}

/// What a function takes or gives.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Param {
    Any,
    Bool,
    Int,
    Double,
    Text,
    Time,
    Span,
    /// A list of texts.
    Texts,
    /// A list of whole numbers.
    Ints,
    /// A list of anything; `null` is the empty one.
    List,
    /// A map or object.
    Map,
    /// A policy document; `null` is the one that grants nothing.
    Policy,
    /// A text, list or map.
    Sized,
}

impl Param {
    /// Whether a value of this type may be one; decided when a rule is loaded.
    pub(crate) fn takes(self, of: &Type<'_>) -> bool {
        match (self, of) {
            (_, Type::Dyn | Type::Null) => true,
            (Self::Any, of) => !matches!(of, Type::Resource(_)),
            (Self::Bool, Type::Bool) | (Self::Int, Type::Int) | (Self::Double, Type::Double) => true,
            (Self::Text, Type::Text(_)) | (Self::Time, Type::Time) | (Self::Span, Type::Span) => true,
            (Self::Texts, Type::List(of)) => matches!(**of, Type::Text(_) | Type::Dyn | Type::Null),
            (Self::Ints, Type::List(of)) => matches!(**of, Type::Int | Type::Dyn | Type::Null),
            (Self::List, Type::List(_)) => true,
            (Self::Map | Self::Policy, Type::Map(_) | Type::Object(_)) => true,
            (Self::Sized, Type::Text(_) | Type::List(_) | Type::Map(_)) => true,
            _ => false,
        }
    }

    /// Whether the value is one; decided for each resource.
    pub(crate) fn holds(self, value: Val<'_>) -> bool {
        match self {
            Self::Any => true,
            Self::Bool => matches!(value, Val::Bool(_)),
            Self::Int => matches!(value, Val::Int(_)),
            Self::Double => matches!(value, Val::Double(_)),
            Self::Text => matches!(value, Val::Str(_)),
            Self::Time => matches!(value, Val::Time(_)),
            Self::Span => matches!(value, Val::Span(_)),
            Self::Texts | Self::Ints => matches!(value, Val::Data(Data::List(_)) | Val::List(_)),
            Self::List => matches!(value, Val::Data(Data::List(_)) | Val::List(_) | Val::Null),
            Self::Map => matches!(value, Val::Data(Data::Object(_)) | Val::Map(_) | Val::Tags(_)),
            Self::Policy => matches!(value, Val::Data(Data::Object(_)) | Val::Map(_) | Val::Null),
            Self::Sized => matches!(value, Val::Str(_)) || value.items().is_some(),
        }
    }

    /// The type of a result.
    pub(crate) fn to_type<'k>(self) -> Type<'k> {
        match self {
            Self::Bool => Type::Bool,
            Self::Int => Type::Int,
            Self::Double => Type::Double,
            Self::Text => Type::TEXT,
            Self::Time => Type::Time,
            Self::Span => Type::Span,
            Self::Texts => Type::list(Type::TEXT),
            Self::Ints => Type::list(Type::Int),
            Self::List => Type::list(Type::Dyn),
            Self::Any | Self::Map | Self::Policy | Self::Sized => Type::Dyn,
        }
    }
}

impl fmt::Display for Param {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Any => "any value",
            Self::Bool => "bool",
            Self::Int => "int",
            Self::Double => "double",
            Self::Text => "string",
            Self::Time => "timestamp",
            Self::Span => "duration",
            Self::Texts => "list(string)",
            Self::Ints => "list(int)",
            Self::List => "list",
            Self::Map => "map",
            Self::Policy => "policy",
            Self::Sized => "string, list or map",
        })
    }
}

impl Function {
    const fn reading(self, reads: &'static [(&'static str, &'static str)]) -> Self {
        Self { reads, ..self }
    }

    const fn showing(self, shows: &'static [&'static str]) -> Self {
        Self { shows, ..self }
    }

    /// How it is called: `cidr_contains(string, string)`.
    pub(crate) fn signature(&self) -> String {
        let text = |params: &[Param]| params.iter().map(Param::to_string).collect::<Vec<_>>().join(", ");
        match self.params {
            [target, rest @ ..] if self.method => format!("{target}.{}({})", self.name, text(rest)),
            params => format!("{}({})", self.name, text(params)),
        }
    }
}

impl fmt::Debug for Function {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.signature())
    }
}

/// Every function.
pub(crate) fn all() -> impl Iterator<Item = &'static Function> {
    [convert::FUNCTIONS, text::FUNCTIONS, time::FUNCTIONS, network::FUNCTIONS, policy::FUNCTIONS, kubernetes::FUNCTIONS]
        .into_iter()
        .flatten()
}

/// The function or method of this name.
pub(crate) fn find(name: &str, method: bool) -> Option<&'static Function> {
    all().find(|function| function.name == name && function.method == method)
}

const fn function(name: &'static str, params: &'static [Param], result: Param, run: Run) -> Function {
    Function { name, method: false, params, result, reads: &[], shows: &[], run }
}

const fn method(name: &'static str, params: &'static [Param], result: Param, run: Run) -> Function {
    Function { name, method: true, params, result, reads: &[], shows: &[], run }
}

fn text<'a>(value: Val<'a>) -> &'a str {
    match value {
        Val::Str(text) => text,
        _ => "",
    }
}

fn int(value: Val<'_>) -> i64 {
    match value {
        Val::Int(n) => n,
        _ => 0,
    }
}

/// The value as data, which is not copied where it is data already.
fn data(value: Val<'_>) -> Cow<'_, Data> {
    match value {
        Val::Data(data) => Cow::Borrowed(data),
        Val::Null => Cow::Borrowed(&Data::Null),
        other => Cow::Owned(other.to_data()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cel::op::MAX_ARGS;

    #[test]
    fn names_are_unique_and_arguments_fit() {
        let mut seen = std::collections::BTreeSet::new();
        for function in all() {
            assert!(seen.insert((function.name, function.method)), "{function:?} is there twice");
            assert!(function.params.len() <= MAX_ARGS, "{function:?}");
            assert!(!function.method || !function.params.is_empty(), "{function:?}");
        }
        assert!(find("size", true).is_some() && find("size", false).is_some());
    }

    #[test]
    fn signatures_read_as_calls() {
        assert_eq!(find("startsWith", true).map(Function::signature).as_deref(), Some("string.startsWith(string)"));
        assert_eq!(
            find("cidr_contains", false).map(Function::signature).as_deref(),
            Some("cidr_contains(string, string)")
        );
    }
}
