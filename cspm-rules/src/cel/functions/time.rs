//! Times. The present is when the resource was collected.

use jiff::{SignedDuration, Timestamp};

use super::{Function, Param, Problem, Val, function, text};
use crate::analysis;
use crate::cel::op::Op;
use crate::cel::program::Scope;

pub(super) const FUNCTIONS: &[Function] = &[
    function("timestamp", &[Param::Any], Param::Time, timestamp),
    function("duration", &[Param::Any], Param::Span, duration),
    function("age_days", &[Param::Time], Param::Int, |scope, args| {
        Ok(Val::Int(analysis::time::age_days(time(args[0])?, scope.resource.collected_at)))
    }),
    function("days_until", &[Param::Time], Param::Int, |scope, args| {
        Ok(Val::Int(analysis::time::days_until(time(args[0])?, scope.resource.collected_at)))
    }),
];

fn time(value: Val<'_>) -> Result<Timestamp, Problem> {
    match value {
        Val::Time(time) => Ok(time),
        other => Err(Problem::Error(format!("this {} is not a timestamp", other.type_name()))),
    }
}

fn timestamp<'a>(_: &Scope<'a>, args: &[Val<'a>]) -> Result<Val<'a>, Problem> {
    match args[0] {
        Val::Time(time) => Some(time),
        Val::Str(text) => text.parse().ok(),
        Val::Int(second) => Timestamp::from_second(second).ok(),
        _ => None,
    }
    .map(Val::Time)
    .ok_or_else(|| Problem::Error(format!("{:?} is not an RFC 3339 timestamp", args[0].to_text())))
}

fn duration<'a>(_: &Scope<'a>, args: &[Val<'a>]) -> Result<Val<'a>, Problem> {
    match args[0] {
        Val::Span(span) => Some(span),
        value @ Val::Str(_) => parse_duration(text(value)),
        _ => None,
    }
    .map(Val::Span)
    .ok_or_else(|| Problem::Error(format!("{:?} is not a duration such as 1h30m", args[0].to_text())))
}

/// A `timestamp("…")` or `duration("…")` that is written in a rule, or what is wrong with it.
pub(crate) fn constant(name: &str, text: &str) -> Result<Op, String> {
    if name == "duration" {
        return parse_duration(text).map(Op::Span).ok_or_else(|| format!("{text:?} is not a duration such as 1h30m"));
    }
    text.parse().map(Op::Time).map_err(|_| format!("{text:?} is not an RFC 3339 timestamp"))
}

/// A duration as CEL writes it: `90s`, `1h30m`, `-1.5h`.
fn parse_duration(text: &str) -> Option<SignedDuration> {
    let (negative, mut rest) = match text.strip_prefix('-') {
        Some(rest) => (true, rest),
        None => (false, text),
    };
    if rest.is_empty() {
        return None;
    }
    let mut sum = SignedDuration::ZERO;
    while !rest.is_empty() {
        let end = rest.find(|c: char| !c.is_ascii_digit() && c != '.')?;
        let (number, tail) = rest.split_at(end);
        let unit = tail.find(|c: char| c.is_ascii_digit() || c == '.').unwrap_or(tail.len());
        let (unit, tail) = tail.split_at(unit);
        let seconds = match unit {
            "h" => 3600.0,
            "m" => 60.0,
            "s" => 1.0,
            "ms" => 1e-3,
            "us" => 1e-6,
            "ns" => 1e-9,
            _ => return None,
        };
        let part = SignedDuration::try_from_secs_f64(number.parse::<f64>().ok()? * seconds).ok()?;
        sum = sum.checked_add(part)?;
        rest = tail;
    }
    if negative { sum.checked_neg() } else { Some(sum) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations_have_parts() {
        assert_eq!(parse_duration("1h30m"), Some(SignedDuration::from_secs(5400)));
        assert_eq!(parse_duration("-1.5s"), Some(SignedDuration::from_millis(-1500)));
        assert_eq!(parse_duration("24h"), Some(SignedDuration::from_hours(24)));
        for text in ["", "-", "1", "1d", "h", "1..5s", "1h-30m"] {
            assert_eq!(parse_duration(text), None, "{text}");
        }
    }
}
