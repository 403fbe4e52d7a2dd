//! Sizes, and values of one type from another.

use super::{Function, Param, Problem, Val, function, method};
use crate::cel::program::Scope;

pub(super) const FUNCTIONS: &[Function] = &[
    function("size", &[Param::Sized], Param::Int, size),
    method("size", &[Param::Sized], Param::Int, size),
    function("string", &[Param::Any], Param::Text, to_text),
    function("int", &[Param::Any], Param::Int, to_int),
    function("double", &[Param::Any], Param::Double, to_double),
    function("dyn", &[Param::Any], Param::Any, |_, args| Ok(args[0])),
];

/// Characters of a text, items of a list, entries of a map. A list that is not complete has no size that is known.
fn size<'a>(_: &Scope<'a>, args: &[Val<'a>]) -> Result<Val<'a>, Problem> {
    let length = match (args[0], args[0].items()) {
        (Val::Str(text), _) => text.chars().count(),
        (Val::Data(_) | Val::List(_), Some(mut items)) => {
            items.try_fold(0, |n, item| item.map(|_| n + 1)).map_err(|why| Problem::Unread(why.cloned()))?
        }
        (_, items) => items.map_or(0, Iterator::count),
    };
    Ok(Val::Int(i64::try_from(length).unwrap_or(i64::MAX)))
}

fn to_text<'a>(scope: &Scope<'a>, args: &[Val<'a>]) -> Result<Val<'a>, Problem> {
    Ok(match args[0] {
        Val::Str(text) => Val::Str(text),
        Val::Span(span) => Val::text(scope.arena, &format!("{}s", span.as_secs_f64())),
        value @ (Val::Bool(_) | Val::Int(_) | Val::Double(_) | Val::Time(_)) => {
            Val::text(scope.arena, &value.to_text())
        }
        other => return Err(no_conversion(other, "string")),
    })
}

fn to_int<'a>(_: &Scope<'a>, args: &[Val<'a>]) -> Result<Val<'a>, Problem> {
    /// The doubles strictly between these have a whole number.
    const LIMIT: f64 = 9_223_372_036_854_775_808.0;
    match args[0] {
        Val::Int(n) => Some(n),
        Val::Double(n) if n > -LIMIT && n < LIMIT => Some(n as i64),
        Val::Str(text) => text.parse().ok(),
        Val::Time(time) => Some(time.as_second()),
        _ => None,
    }
    .map(Val::Int)
    .ok_or_else(|| no_conversion(args[0], "int"))
}

fn to_double<'a>(_: &Scope<'a>, args: &[Val<'a>]) -> Result<Val<'a>, Problem> {
    match args[0] {
        Val::Int(n) => Some(n as f64),
        Val::Double(n) => Some(n),
        Val::Str(text) => text.parse().ok(),
        _ => None,
    }
    .map(Val::Double)
    .ok_or_else(|| no_conversion(args[0], "double"))
}

fn no_conversion(value: Val<'_>, to: &str) -> Problem {
    Problem::Error(format!("this {} has no value as {to}", value.type_name()))
}
