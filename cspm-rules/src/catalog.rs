//! The built-in rules and frameworks, read once for a process, and compiled once for each set of kinds: they are the same in
//! every scan.

use std::path::Path;
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use serde::de::IgnoredAny;

use crate::cel::{Kinds, parse_all};
use crate::embedded::{CATALOG, COMPLIANCE};
use crate::error::Result;
use crate::framework::Framework;
use crate::rule::CelRule;
use crate::rule_file::{File, RuleFile};
use crate::rules::{Controls, controls, ids_and_aliases, is_framework};

/// So many sets of kinds are remembered: a program seldom has more, and each takes megabytes.
const MOST_SETS: usize = 4;

/// A rule as a scan needs it.
pub(crate) type Written = RuleFile<IgnoredAny>;

/// The catalog as it is written.
pub(crate) struct Catalog {
    pub(crate) rules: Vec<Written>,
    files: Vec<File<'static>>,
    pub(crate) frameworks: Vec<Arc<Framework>>,
    /// The controls of each rule.
    pub(crate) controls: Controls,
}

/// The built-in rules and frameworks.
pub(crate) fn catalog() -> Result<&'static Catalog> {
    static READ: OnceLock<Catalog> = OnceLock::new();
    match READ.get() {
        Some(catalog) => Ok(catalog),
        None => {
            let catalog = Catalog::read()?;
            Ok(READ.get_or_init(|| catalog))
        }
    }
}

impl Catalog {
    fn read() -> Result<Self> {
        let all = CATALOG.iter().chain(COMPLIANCE).map(|(path, text)| File { path: Path::new(path), text });
        let (frameworks, files): (Vec<_>, Vec<_>) = all.partition(|file| is_framework(file.text));
        let rules = files.iter().map(|file| file.parse::<Written>()).collect::<Result<Vec<_>>>()?;
        let pairs: Vec<_> = files.iter().copied().zip(&rules).collect();
        let ids = ids_and_aliases(&pairs)?;
        let mut read = Vec::with_capacity(frameworks.len());
        for file in frameworks {
            let mut framework = Framework::parse(file)?;
            framework.resolve(file.path, &ids)?;
            read.push(Arc::new(framework));
        }
        let controls = controls(&read);
        Ok(Self { rules, files, frameworks: read, controls })
    }

    /// The file of the rule with this number.
    pub(crate) fn file(&self, number: usize) -> File<'static> {
        self.files.get(number).copied().unwrap_or(File { path: Path::new(""), text: "" })
    }

    /// Whether there is a kind of the rule's provider (rules are in `catalog/PROVIDER`).
    fn is_for(&self, number: usize, kinds: &Kinds) -> bool {
        let provider = self.file(number).path.iter().nth(1).and_then(|name| name.to_str());
        provider.is_none_or(|provider| kinds.values().any(|kind| **kind.provider() == *provider))
    }

    /// Those of the rules with these numbers whose provider has a kind, checked and compiled.
    ///
    /// # Errors
    /// As [`RuleFile::compile`].
    pub(crate) fn compiled(&self, numbers: impl Iterator<Item = usize>, kinds: &Kinds) -> Result<Vec<Arc<CelRule>>> {
        let numbers: Vec<usize> = numbers.filter(|number| self.is_for(*number, kinds)).collect();
        let set = set_of(kinds, self.rules.len());
        let missing: Vec<_> = numbers.iter().filter(|number| set.rules[**number].get().is_none()).copied().collect();
        let expressions: Vec<_> = missing.iter().map(|number| self.rules[*number].expression.value.as_str()).collect();
        for (number, parsed) in missing.into_iter().zip(parse_all(&expressions)) {
            let rule = &self.rules[number];
            let controls = self.controls.get(rule.id.value.as_str()).cloned().unwrap_or_default();
            let compiled = rule.compile(self.file(number), parsed, kinds, controls)?;
            // Another thread may have been quicker: the two are the same.
            let _ = set.rules[number].set(Arc::new(compiled));
        }
        Ok(numbers.into_iter().filter_map(|number| set.rules[number].get().cloned()).collect())
    }
}

/// The rules that were compiled for a set of kinds.
struct Set {
    kinds: Kinds,
    rules: Vec<OnceLock<Arc<CelRule>>>,
}

fn set_of(kinds: &Kinds, rules: usize) -> Arc<Set> {
    static SETS: Mutex<Vec<Arc<Set>>> = Mutex::new(Vec::new());
    let mut sets = SETS.lock().unwrap_or_else(PoisonError::into_inner);
    let same = |set: &Arc<Set>| {
        set.kinds.len() == kinds.len() && set.kinds.values().zip(kinds.values()).all(|(a, b)| Arc::ptr_eq(a, b))
    };
    let set = match sets.iter().position(same) {
        Some(at) => sets.remove(at),
        None => Arc::new(Set { kinds: kinds.clone(), rules: (0..rules).map(|_| OnceLock::new()).collect() }),
    };
    // The one that was not used for longest is the first to go.
    if sets.len() >= MOST_SETS {
        sets.remove(0);
    }
    sets.push(set.clone());
    set
}
