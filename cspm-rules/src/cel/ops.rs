//! Operators on values: equality, order, arithmetic, membership.

use std::cmp::Ordering;

use cspm_core::Data;

use super::ast::Binary;
use super::value::{Stop, Val};
use crate::meter;

/// Whether two values are equal; values of different types are not. A part that was not read makes the answer unread,
/// unless another part differs.
pub(crate) fn equal(a: Val<'_>, b: Val<'_>) -> Result<bool, Stop> {
    Ok(match (a, b) {
        (Val::Null, Val::Null) => true,
        (Val::Bool(a), Val::Bool(b)) => a == b,
        (Val::Str(a), Val::Str(b)) => a == b,
        (Val::Time(a), Val::Time(b)) => a == b,
        (Val::Span(a), Val::Span(b)) => a == b,
        (Val::Int(_) | Val::Double(_), Val::Int(_) | Val::Double(_)) => order(a, b) == Some(Ordering::Equal),
        (Val::Resource(a), Val::Resource(b)) => a.uid == b.uid,
        (Val::Unread, _) | (_, Val::Unread) => return Err(Stop::Unread),
        _ if is_list(a) && is_list(b) => return equal_lists(a, b),
        _ if is_map(a) && is_map(b) => return equal_maps(a, b),
        _ => false,
    })
}

fn is_list(value: Val<'_>) -> bool {
    matches!(value, Val::Data(Data::List(_)) | Val::List(_))
}

fn is_map(value: Val<'_>) -> bool {
    matches!(value, Val::Data(Data::Object(_)) | Val::Map(_) | Val::Tags(_))
}

/// An item that was not read may stand for any number of items.
fn equal_lists(a: Val<'_>, b: Val<'_>) -> Result<bool, Stop> {
    let (Some(mut a), Some(mut b)) = (a.items(), b.items()) else { return Ok(false) };
    let mut unread = false;
    loop {
        if !meter::step(1) {
            return Err(Stop::Spent);
        }
        match (a.next(), b.next()) {
            (Some(Ok(a)), Some(Ok(b))) => match equal(a, b) {
                Ok(true) => {}
                Ok(false) => return Ok(false),
                Err(Stop::Spent) => return Err(Stop::Spent),
                Err(_) => unread = true,
            },
            (Some(Err(_)), _) | (_, Some(Err(_))) => return Err(Stop::Unread),
            (None, None) => break,
            (None, Some(Ok(_))) => return if b.any(|item| item.is_err()) { Err(Stop::Unread) } else { Ok(false) },
            (Some(Ok(_)), None) => return if a.any(|item| item.is_err()) { Err(Stop::Unread) } else { Ok(false) },
        }
    }
    if unread { Err(Stop::Unread) } else { Ok(true) }
}

fn equal_maps(a: Val<'_>, b: Val<'_>) -> Result<bool, Stop> {
    let (Some(keys), Some(others)) = (a.items(), b.items()) else { return Ok(false) };
    if keys.size_hint() != others.size_hint() {
        return Ok(false);
    }
    let mut unread = false;
    for key in keys {
        let key = key.map_err(|_| Stop::Unread)?;
        if !meter::step(1) {
            return Err(Stop::Spent);
        }
        match (entry(a, key), entry(b, key)) {
            (Some(a), Some(b)) => match a.and_then(|a| equal(a, b?)) {
                Ok(true) => {}
                Ok(false) => return Ok(false),
                Err(Stop::Spent) => return Err(Stop::Spent),
                Err(_) => unread = true,
            },
            _ => return Ok(false),
        }
    }
    if unread { Err(Stop::Unread) } else { Ok(true) }
}

/// The value under a key of a map.
pub(crate) fn entry<'a>(map: Val<'a>, key: Val<'_>) -> Option<Result<Val<'a>, Stop>> {
    match (map, key) {
        (Val::Data(Data::Object(object)), Val::Str(key)) => {
            object.get(key).map(|value| Val::of(value).map_err(|_| Stop::Unread))
        }
        (Val::Map(entries), key) => {
            entries.iter().find(|(other, _)| equal(*other, key) == Ok(true)).map(|(_, value)| match value {
                Val::Unread => Err(Stop::Unread),
                value => Ok(*value),
            })
        }
        (Val::Tags(tags), Val::Str(key)) => tags.get(key).map(|value| Ok(Val::Str(value))),
        _ => None,
    }
}

/// The order of two values; `None` where they have none.
pub(crate) fn order(a: Val<'_>, b: Val<'_>) -> Option<Ordering> {
    match (a, b) {
        (Val::Bool(a), Val::Bool(b)) => Some(a.cmp(&b)),
        (Val::Int(a), Val::Int(b)) => Some(a.cmp(&b)),
        (Val::Double(a), Val::Double(b)) => a.partial_cmp(&b),
        (Val::Int(a), Val::Double(b)) => order_mixed(a, b),
        (Val::Double(a), Val::Int(b)) => order_mixed(b, a).map(Ordering::reverse),
        (Val::Str(a), Val::Str(b)) => Some(a.cmp(b)),
        (Val::Time(a), Val::Time(b)) => Some(a.cmp(&b)),
        (Val::Span(a), Val::Span(b)) => Some(a.cmp(&b)),
        _ => None,
    }
}

/// Exact, also where the whole number has no double.
fn order_mixed(a: i64, b: f64) -> Option<Ordering> {
    const LIMIT: f64 = 9_223_372_036_854_775_808.0;
    if b.is_nan() {
        None
    } else if b >= LIMIT {
        Some(Ordering::Less)
    } else if b < -LIMIT {
        Some(Ordering::Greater)
    } else {
        let whole = b.trunc();
        Some(a.cmp(&(whole as i64)).then_with(|| 0.0.partial_cmp(&(b - whole)).unwrap_or(Ordering::Equal)))
    }
}

/// Whether the two can be ordered at all: false for NaN too, which is ordered with numbers but always false.
fn comparable(a: Val<'_>, b: Val<'_>) -> bool {
    matches!((a, b), (Val::Int(_) | Val::Double(_), Val::Int(_) | Val::Double(_)))
}

/// `a < b` and its like; `None` where the two have no order.
pub(crate) fn compare(operator: Binary, a: Val<'_>, b: Val<'_>) -> Option<bool> {
    let Some(order) = order(a, b) else { return comparable(a, b).then_some(false) };
    Some(match operator {
        Binary::Less => order.is_lt(),
        Binary::LessOrEqual => order.is_le(),
        Binary::Greater => order.is_gt(),
        _ => order.is_ge(),
    })
}

/// `a + b` and its like on numbers, times and spans; `None` where there is no result: overflow, division by zero, or
/// operands that do not go together.
pub(crate) fn arithmetic<'a>(operator: Binary, a: Val<'a>, b: Val<'a>) -> Option<Val<'a>> {
    Some(match (a, b) {
        (Val::Int(a), Val::Int(b)) => Val::Int(match operator {
            Binary::Add => a.checked_add(b)?,
            Binary::Subtract => a.checked_sub(b)?,
            Binary::Multiply => a.checked_mul(b)?,
            Binary::Divide => a.checked_div(b)?,
            _ => a.checked_rem(b)?,
        }),
        (Val::Double(a), Val::Double(b)) => Val::Double(match operator {
            Binary::Add => a + b,
            Binary::Subtract => a - b,
            Binary::Multiply => a * b,
            Binary::Divide => a / b,
            _ => return None,
        }),
        (Val::Time(time), Val::Span(span)) | (Val::Span(span), Val::Time(time)) if operator == Binary::Add => {
            Val::Time(time.checked_add(span).ok()?)
        }
        (Val::Time(time), Val::Span(span)) if operator == Binary::Subtract => Val::Time(time.checked_sub(span).ok()?),
        (Val::Time(a), Val::Time(b)) if operator == Binary::Subtract => Val::Span(a.duration_since(b)),
        (Val::Span(a), Val::Span(b)) if operator == Binary::Add => Val::Span(a.checked_add(b)?),
        (Val::Span(a), Val::Span(b)) if operator == Binary::Subtract => Val::Span(a.checked_sub(b)?),
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use cspm_core::{Reason, Unread};

    use super::*;

    fn unread() -> Data {
        Data::from(Unread::new(Reason::Throttled, ""))
    }

    #[test]
    fn numbers_compare_over_types() {
        assert_eq!(equal(Val::Int(1), Val::Double(1.0)), Ok(true));
        assert_eq!(equal(Val::Int(1), Val::Str("1")), Ok(false));
        assert_eq!(order(Val::Int(i64::MAX), Val::Double(9.3e18)), Some(Ordering::Less));
        assert_eq!(order(Val::Double(-0.5), Val::Int(0)), Some(Ordering::Less));
        assert_eq!(compare(Binary::Less, Val::Double(f64::NAN), Val::Int(1)), Some(false));
        assert_eq!(compare(Binary::Less, Val::Null, Val::Int(1)), None);
    }

    #[test]
    fn a_part_that_was_not_read_decides_nothing() {
        let broken = Data::list([Data::Int(1), unread()]);
        let broken = Val::Data(&broken);
        assert_eq!(equal(broken, Val::List(&[Val::Int(2)])), Ok(false));
        assert_eq!(equal(broken, Val::List(&[Val::Int(1)])), Err(Stop::Unread));
        assert_eq!(equal(broken, Val::List(&[Val::Int(1), Val::Int(2)])), Err(Stop::Unread));
        let (a, b) = (Data::object([("a", unread())]), Data::object([("a", Data::Int(1))]));
        assert_eq!(equal(Val::Data(&a), Val::Data(&b)), Err(Stop::Unread));
        assert_eq!(equal(Val::Data(&a), Val::Map(&[])), Ok(false));
    }

    #[test]
    fn arithmetic_has_bounds() {
        assert!(arithmetic(Binary::Add, Val::Int(i64::MAX), Val::Int(1)).is_none());
        assert!(arithmetic(Binary::Divide, Val::Int(1), Val::Int(0)).is_none());
        assert!(arithmetic(Binary::Add, Val::Int(1), Val::Double(1.0)).is_none());
        assert!(matches!(arithmetic(Binary::Multiply, Val::Int(6), Val::Int(7)), Some(Val::Int(42))));
    }
}
