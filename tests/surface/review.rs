//! The differences that are meant: `differences.json`.

use std::collections::{BTreeMap, BTreeSet};

use serde::Deserialize;

use crate::Names;

#[derive(Clone, Copy, Debug, Deserialize, PartialEq, Eq, PartialOrd, Ord)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Language {
    Rust,
    Python,
    Node,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Review {
    /// Names that say the same under another name, or several, by language: of `"Scan": "scan"` its members too.
    translations: BTreeMap<Language, BTreeMap<String, Others>>,
    differences: Vec<Difference>,
}

#[derive(Deserialize)]
#[serde(untagged)]
enum Others {
    One(String),
    Several(Vec<String>),
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Difference {
    /// The languages that have the names.
    only: BTreeSet<Language>,
    why: String,
    /// Names, and `Name.*` for all members of one.
    names: Vec<String>,
}

impl Review {
    pub(crate) fn read() -> Self {
        Self::parse(include_str!("differences.json"))
    }

    pub(crate) fn parse(text: &str) -> Self {
        let review: Self = serde_json::from_str(text).unwrap();
        assert!(review.differences.iter().all(|difference| difference.why.len() > 3), "a difference has a reason");
        review
    }

    /// The differences that are not reviewed, and the reviews of what is no difference, between the languages that are there.
    pub(crate) fn complaints(&self, surfaces: &BTreeMap<Language, Names>) -> Vec<String> {
        let mut having = BTreeMap::<String, BTreeSet<Language>>::new();
        let mut complaints = Vec::new();
        for (language, names) in surfaces {
            let translations = &self.translations[language];
            let mut used = BTreeSet::new();
            for name in names {
                let (translated, by) = translate(name, translations);
                for name in translated {
                    having.entry(name).or_default().insert(*language);
                }
                used.extend(by);
            }
            let unused = translations.keys().filter(|name| !used.contains(*name));
            complaints.extend(unused.map(|name| format!("{name}: translated, but {language:?} has no such name")));
        }
        having.retain(|_, languages| languages.len() < surfaces.len());
        let mut reviewed = BTreeSet::new();
        for Difference { only, names, .. } in &self.differences {
            let only = &only.iter().copied().filter(|language| surfaces.contains_key(language)).collect();
            // All that are there have it, or none: nothing can be said of it.
            let shows = !BTreeSet::is_empty(only) && only.len() < surfaces.len();
            for pattern in names.iter().filter(|_| shows) {
                let covers =
                    |name: &str| pattern.strip_suffix('*').map_or(name == pattern, |parent| name.starts_with(parent));
                let covered = having.iter().filter(|(name, languages)| *languages == only && covers(name));
                let covered: BTreeSet<_> = covered.map(|(name, _)| name.clone()).collect();
                if covered.is_empty() {
                    let only = said(only.iter());
                    complaints.push(format!("{pattern}: reviewed as only in {only}, which no difference is any more"));
                }
                reviewed.extend(covered);
            }
        }
        let unreviewed = having.iter().filter(|(name, _)| !reviewed.contains(*name));
        complaints.extend(unreviewed.map(|(name, languages)| {
            let lacking = surfaces.keys().filter(|language| !languages.contains(language));
            format!("{name}: in {}, not in {}", said(languages.iter()), said(lacking))
        }));
        complaints
    }
}

/// The name with its longest translated beginning replaced, and that beginning.
fn translate<'a>(name: &str, translations: &'a BTreeMap<String, Others>) -> (Vec<String>, Option<&'a String>) {
    let mut ends: Vec<_> = name.match_indices('.').map(|(at, _)| at).chain([name.len()]).collect();
    ends.reverse();
    let Some((end, (from, to))) =
        ends.into_iter().find_map(|end| Some((end, translations.get_key_value(&name[..end])?)))
    else {
        return (vec![name.to_owned()], None);
    };
    let to = match to {
        Others::One(one) => std::slice::from_ref(one),
        Others::Several(several) => several,
    };
    (to.iter().map(|to| format!("{to}{}", &name[end..])).collect(), Some(from))
}

fn said<'a>(languages: impl Iterator<Item = &'a Language>) -> String {
    languages.map(|language| format!("{language:?}")).collect::<Vec<_>>().join(" and ")
}
