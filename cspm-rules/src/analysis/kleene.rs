//! Three-valued "and", "any" and "all": a fault only matters where nothing else decides.

use super::Answer;
use crate::meter;

/// False as soon as one side is surely false.
pub(crate) fn and(left: Answer<bool>, right: impl FnOnce() -> Answer<bool>) -> Answer<bool> {
    match left {
        Ok(false) => Ok(false),
        Ok(true) => right(),
        Err(fault) if meter::is_spent() => Err(fault),
        Err(fault) => match right() {
            Ok(false) => Ok(false),
            _ => Err(fault),
        },
    }
}

/// The opposite, where there is one.
pub(crate) fn not(answer: Answer<bool>) -> Answer<bool> {
    answer.map(|b| !b)
}

/// True as soon as one is surely true.
pub(crate) fn any(answers: impl IntoIterator<Item = Answer<bool>>) -> Answer<bool> {
    let mut fault = None;
    for answer in answers {
        match answer {
            Ok(true) => return Ok(true),
            Ok(false) => {}
            Err(f) => {
                fault.get_or_insert(f);
                // Nothing more can be found out, and there may be very many.
                if meter::is_spent() {
                    break;
                }
            }
        }
    }
    fault.map_or(Ok(false), Err)
}

/// False as soon as one is surely false.
pub(crate) fn all(answers: impl IntoIterator<Item = Answer<bool>>) -> Answer<bool> {
    not(any(answers.into_iter().map(not)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::analysis::Fault;

    #[test]
    fn a_fault_never_overrides_what_is_known() {
        let fault = || Err(Fault::not_given("x"));
        assert_eq!(and(fault(), || Ok(false)), Ok(false));
        assert_eq!(and(Ok(false), fault), Ok(false));
        assert_eq!(and(fault(), || Ok(true)), fault());
        assert_eq!(any([fault(), Ok(true)]), Ok(true));
        assert_eq!(any([fault(), Ok(false)]), fault());
        assert_eq!(all([fault(), Ok(false)]), Ok(false));
        assert_eq!(all([Ok(true), fault()]), fault());
        assert_eq!(any([]), Ok(false));
        assert_eq!(all([]), Ok(true));
    }
}
