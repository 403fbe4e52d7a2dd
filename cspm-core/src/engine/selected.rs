//! What of a selection of rules the sources of a scan have.

use std::collections::BTreeSet;
use std::fmt;
use std::sync::Arc;

use crate::{Error, ErrorKind, Kind, Result, Rule, RuleSource};

/// Rules that were selected, and what was asked for by name.
#[derive(Clone, Default)]
pub struct Selected {
    /// The rules.
    pub rules: Vec<Arc<dyn Rule>>,
    /// Each framework, service, severity and id that was asked for.
    pub parts: Vec<SelectedPart>,
    /// Whether rules were asked for at all. A scan without rules collects alone; one whose rules all fall away is an error.
    pub asked: bool,
}

/// Something that was asked for by name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SelectedPart {
    /// What it is and its name: `framework cis_aws_7.0`.
    pub name: String,
    /// The ids of the rules that it selects, whether or not the sources have their kinds.
    pub rules: BTreeSet<Arc<str>>,
}

impl SelectedPart {
    /// A rule that was asked for by its id.
    #[must_use]
    pub fn rule(id: &str) -> Self {
        Self { name: format!("rule {id}"), rules: BTreeSet::from([id.into()]) }
    }
}

impl Selected {
    /// What was asked for by name and selects nothing where `has` says which kinds there are.
    ///
    /// # Errors
    /// [`ErrorKind::Config`] where rules were asked for and none of them judges a kind that is there.
    pub(super) fn unmatched(&self, sources: &str, has: impl Fn(&str) -> bool) -> Result<Vec<String>> {
        let applies = |rule: &&Arc<dyn Rule>| rule.meta().kinds().iter().any(|kind| has(kind));
        let live: BTreeSet<_> = self.rules.iter().filter(applies).map(|rule| rule.meta().id.clone()).collect();
        let unmatched = self.parts.iter().filter(|part| part.rules.is_disjoint(&live)).map(|part| part.name.clone());
        let unmatched: BTreeSet<String> = unmatched.collect();
        if self.asked && live.is_empty() {
            let by = match unmatched.is_empty() {
                true => "the selected rules".to_owned(),
                false => unmatched.iter().cloned().collect::<Vec<_>>().join(", "),
            };
            let help = match sources.is_empty() {
                true => "there is no source: name one",
                false => "no selected rule judges a kind that is there: select other rules, or another source",
            };
            let sources = if sources.is_empty() { "anything" } else { sources };
            return Err(Error::new(ErrorKind::Config, format!("judge {sources} by {by}")).with_help(help));
        }
        Ok(unmatched.into_iter().collect())
    }

    /// Everything that was asked for.
    pub(super) fn names(&self) -> Vec<String> {
        match self.parts.is_empty() {
            true => self.rules.iter().map(|rule| SelectedPart::rule(&rule.meta().id).name).collect(),
            false => self.parts.iter().map(|part| part.name.clone()).collect(),
        }
    }

    /// The rules of several sources of rules together, in the order of their ids.
    pub(super) fn joined(all: impl IntoIterator<Item = Self>) -> Result<Self> {
        let mut joined = Self::default();
        for one in all {
            joined.rules.extend(one.rules);
            joined.parts.extend(one.parts);
            joined.asked |= one.asked;
        }
        joined.rules.sort_by(|a, b| a.meta().id.cmp(&b.meta().id));
        match joined.rules.windows(2).find(|two| two[0].meta().id == two[1].meta().id) {
            Some(two) => Err(Error::new(ErrorKind::Rule, format!("use two rules with the id {}", two[0].meta().id))),
            None => Ok(joined),
        }
    }
}

impl From<Vec<Arc<dyn Rule>>> for Selected {
    fn from(rules: Vec<Arc<dyn Rule>>) -> Self {
        Self { asked: !rules.is_empty(), parts: Vec::new(), rules }
    }
}

impl RuleSource for Selected {
    fn rules(&self, _: &[Arc<Kind>]) -> Result<Vec<Arc<dyn Rule>>> {
        Ok(self.rules.clone())
    }

    fn select(&self, _: &[Arc<Kind>]) -> Result<Selected> {
        Ok(self.clone())
    }
}

impl fmt::Debug for Selected {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Selected")
            .field("rules", &self.rules.iter().map(|rule| &rule.meta().id).collect::<Vec<_>>())
            .field("parts", &self.parts)
            .field("asked", &self.asked)
            .finish()
    }
}
