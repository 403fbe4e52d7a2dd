//! Which rules a scan uses.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::fmt;
use std::path::PathBuf;
use std::sync::Arc;

use cspm_core::{Kind, Rule, RuleSource, Selected, SelectedPart, Severity};

use crate::catalog::{Written, catalog};
use crate::cel::{Kinds, parse_all};
use crate::error::{Error, ErrorKind, Result};
use crate::framework::Framework;
use crate::rule_file::{File, RuleFile, Tests};
use crate::rule_folder::{self, rule_files};
use crate::suggest::did_you_mean;

/// A choice of rules: the built-in catalog, files of your own, rules written in code.
///
/// Each selection narrows the choice; several values of one selection widen it: `.framework("a").framework("b")
/// .severities([Severity::High])` are the rules of `a` or `b` that are of high severity. Selections apply to rules from
/// files. Rules written in code ([`Rules::extra`]) are always in.
///
/// ```
/// use cspm_rules::Rules;
///
/// let none = Rules::empty().load(&[]).unwrap();
/// assert!(none.is_empty());
/// let error = Rules::builtin().ids(["no_such_rule"]).load(&[]).unwrap_err();
/// assert_eq!(error.to_string(), "there is no rule `no_such_rule`");
/// ```
#[derive(Clone, Default)]
pub struct Rules {
    builtin: bool,
    paths: Vec<PathBuf>,
    extra: Vec<Arc<dyn Rule>>,
    ids: BTreeSet<String>,
    frameworks: BTreeSet<String>,
    severities: BTreeSet<Severity>,
    services: BTreeSet<String>,
}

impl Rules {
    /// The built-in catalog.
    #[must_use]
    pub fn builtin() -> Self {
        Self { builtin: true, ..Self::default() }
    }

    /// No rules, to add your own to.
    #[must_use]
    pub fn empty() -> Self {
        Self::default()
    }

    /// The rule and framework files in a folder and the folders in it, or in one file. A file with `controls` is a
    /// framework.
    #[must_use]
    pub fn path(mut self, path: impl Into<PathBuf>) -> Self {
        self.paths.push(path.into());
        self
    }

    /// A rule written in code; no selection leaves it out.
    #[must_use]
    pub fn extra(mut self, rule: Arc<dyn Rule>) -> Self {
        self.extra.push(rule);
        self
    }

    /// Only rules with these ids, or which had them formerly.
    #[must_use]
    pub fn ids<T: Into<String>>(mut self, ids: impl IntoIterator<Item = T>) -> Self {
        self.ids.extend(ids.into_iter().map(T::into));
        self
    }

    /// Only rules of this framework.
    #[must_use]
    pub fn framework(self, id: impl Into<String>) -> Self {
        self.frameworks([id])
    }

    /// Only rules of these frameworks.
    #[must_use]
    pub fn frameworks<T: Into<String>>(mut self, ids: impl IntoIterator<Item = T>) -> Self {
        self.frameworks.extend(ids.into_iter().map(T::into));
        self
    }

    /// Only rules of these severities.
    #[must_use]
    pub fn severities(mut self, severities: impl IntoIterator<Item = Severity>) -> Self {
        self.severities.extend(severities);
        self
    }

    /// Only rules of these services.
    #[must_use]
    pub fn services<T: Into<String>>(mut self, services: impl IntoIterator<Item = T>) -> Self {
        self.services.extend(services.into_iter().map(T::into));
        self
    }

    /// Reads, checks and compiles the rules for resources of these kinds. Built-in rules of a provider that has no kind
    /// among them are left out.
    ///
    /// # Errors
    /// [`Error`] says what is wrong with a rule and where, or what a selection names that does not exist.
    pub fn load(&self, kinds: &[Arc<Kind>]) -> Result<RuleSet> {
        let kinds: Kinds = kinds.iter().map(|kind| (kind.name().clone(), kind.clone())).collect();
        let builtin = if self.builtin { Some(catalog()?) } else { None };
        let sources = self.sources()?;
        let (framework_sources, sources): (Vec<_>, Vec<_>) = sources.iter().partition(|source| source.is_framework);
        let mut own = Vec::with_capacity(sources.len());
        for source in &sources {
            source.check_cases()?;
            own.push(source.file().parse::<Written>()?);
        }
        let numbers = 0..builtin.map_or(0, |catalog| catalog.rules.len());
        let files = numbers.filter_map(|number| builtin.map(|catalog| (catalog.file(number), &catalog.rules[number])));
        let files: Vec<_> = files.chain(sources.iter().map(|source| source.file()).zip(&own)).collect();
        let ids = ids_and_aliases(&files)?;
        let mut added = Vec::with_capacity(framework_sources.len());
        for source in framework_sources {
            let mut framework = Framework::parse(source.file())?;
            framework.resolve(&source.path, &ids)?;
            added.push(Arc::new(framework));
        }
        let added_controls = controls(&added);
        let mut frameworks: Vec<_> = builtin.into_iter().flat_map(|catalog| &catalog.frameworks).cloned().collect();
        frameworks.extend(added);
        let Chosen { ids: chosen, mut parts } = self.choose(&files, &ids, &frameworks)?;
        let mut rules: Vec<Arc<dyn Rule>> = self.extra.clone();
        parts.extend(self.extra.iter().map(|rule| SelectedPart::rule(&rule.meta().id)));
        if let Some(catalog) = builtin {
            let is_chosen = |number: &usize| chosen.contains(catalog.rules[*number].id.value.as_str());
            for rule in catalog.compiled((0..catalog.rules.len()).filter(is_chosen), &kinds)? {
                rules.push(Arc::new(rule.of_a_scan(added_controls.get(&*rule.meta().id))));
            }
        }
        let own: Vec<_> = sources.iter().map(|source| source.file()).zip(&own).collect();
        let own: Vec<_> = own.into_iter().filter(|(_, rule)| chosen.contains(rule.id.value.as_str())).collect();
        let expressions: Vec<_> = own.iter().map(|(_, rule)| rule.expression.value.as_str()).collect();
        for ((file, rule), parsed) in own.iter().zip(parse_all(&expressions)) {
            let controls = added_controls.get(rule.id.value.as_str()).cloned().unwrap_or_default();
            // In our own texts nothing is secret, as a test has it.
            rules.push(Arc::new(rule.compile(*file, parsed, &kinds, controls)?.scrubbed()));
        }
        rules.sort_by(|a, b| a.meta().id.cmp(&b.meta().id));
        if let Some(pair) = rules.windows(2).find(|pair| pair[0].meta().id == pair[1].meta().id) {
            return Err(Error::new(ErrorKind::Rule, format!("there are two rules `{}`", pair[0].meta().id)));
        }
        frameworks.sort_by(|a, b| a.id.cmp(&b.id));
        let asked = self.builtin || !self.paths.is_empty() || !parts.is_empty();
        Ok(RuleSet { rules, frameworks, parts, asked })
    }

    /// The files that were named.
    fn sources(&self) -> Result<Vec<Source>> {
        let mut sources = Vec::new();
        for path in &self.paths {
            let mut found = Vec::new();
            rule_files(path, &mut found)?;
            for path in found {
                let text = rule_folder::read(&path)?;
                sources.push(Source { is_framework: is_framework(&text), path, text });
            }
        }
        Ok(sources)
    }

    /// The ids of the rules that no selection leaves out, and which of them each part of the selection asks for.
    fn choose(
        &self,
        files: &[(File<'_>, &Written)],
        ids: &BTreeMap<&str, Arc<str>>,
        frameworks: &[Arc<Framework>],
    ) -> Result<Chosen> {
        let unknown = |what: &str, name: &str, known: &mut dyn Iterator<Item = &str>| {
            Error::new(ErrorKind::Selection, format!("there is no {what} `{name}`"))
                .with_help_if(did_you_mean(name, known))
        };
        let mut parts = Vec::new();
        let mut part = |what: &str, name: &str, rules: BTreeSet<Arc<str>>| {
            parts.push(SelectedPart { name: format!("{what} {name}"), rules: rules.clone() });
            rules
        };
        let mut by_id = BTreeSet::new();
        for id in &self.ids {
            let found = ids.get(id.as_str()).ok_or_else(|| unknown("rule", id, &mut ids.keys().copied()))?;
            by_id.extend(part("rule", id, BTreeSet::from([found.clone()])));
        }
        let mut by_framework = BTreeSet::new();
        for id in &self.frameworks {
            let found = frameworks.iter().find(|framework| *framework.id == **id);
            let found = found.ok_or_else(|| unknown("framework", id, &mut frameworks.iter().map(|f| &*f.id)))?;
            let rules = found.controls.iter().flat_map(|control| &control.rules).cloned().collect();
            by_framework.extend(part("framework", id, rules));
        }
        let of = |wanted: &dyn Fn(&Written) -> bool| -> BTreeSet<Arc<str>> {
            let rules = files.iter().map(|(_, rule)| *rule).filter(|rule| wanted(rule));
            rules.map(|rule| Arc::from(rule.id.value.as_str())).collect()
        };
        let mut by_service = BTreeSet::new();
        for service in &self.services {
            let rules = of(&|rule| rule.service == *service);
            if rules.is_empty() {
                let mut services = files.iter().map(|(_, rule)| rule.service.as_str());
                return Err(unknown("service", service, &mut services));
            }
            by_service.extend(part("service", service, rules));
        }
        let mut by_severity = BTreeSet::new();
        for severity in &self.severities {
            by_severity.extend(part("severity", severity.as_str(), of(&|rule| rule.severity == *severity)));
        }
        let mut chosen = of(&|_| true);
        for (asked, rules) in [
            (!self.ids.is_empty(), by_id),
            (!self.frameworks.is_empty(), by_framework),
            (!self.services.is_empty(), by_service),
            (!self.severities.is_empty(), by_severity),
        ] {
            chosen.retain(|id| !asked || rules.contains(id));
        }
        Ok(Chosen { ids: chosen, parts })
    }
}

/// What a selection chooses.
struct Chosen {
    ids: BTreeSet<Arc<str>>,
    parts: Vec<SelectedPart>,
}

impl RuleSource for Rules {
    fn rules(&self, kinds: &[Arc<Kind>]) -> cspm_core::Result<Vec<Arc<dyn Rule>>> {
        Ok(self.load(kinds)?.into_iter().collect())
    }

    fn select(&self, kinds: &[Arc<Kind>]) -> cspm_core::Result<Selected> {
        Ok(self.load(kinds)?.selected())
    }
}

impl fmt::Debug for Rules {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Rules")
            .field("builtin", &self.builtin)
            .field("paths", &self.paths)
            .field("extra", &self.extra.iter().map(|rule| &rule.meta().id).collect::<Vec<_>>())
            .field("ids", &self.ids)
            .field("frameworks", &self.frameworks)
            .field("severities", &self.severities)
            .field("services", &self.services)
            .finish()
    }
}

/// A file that was named, and read.
struct Source {
    path: PathBuf,
    text: String,
    is_framework: bool,
}

impl Source {
    /// A user's rule must have its cases; the built-in rules have them in the repository, and are embedded without.
    fn check_cases(&self) -> Result<()> {
        let rule: RuleFile<Tests> = self.file().parse()?;
        let missing = rule.tests.missing().next();
        missing.map_or(Ok(()), |status| Err(rule.without_case(self.file(), status)))
    }

    fn file(&self) -> File<'_> {
        File { path: &self.path, text: &self.text }
    }
}

/// Whether a file is a framework, which has controls, and not a rule.
pub(crate) fn is_framework(text: &str) -> bool {
    text.lines().any(|line| line.starts_with("controls:"))
}

/// Every id and former id, with the id that it stands for.
pub(crate) fn ids_and_aliases<'a>(files: &[(File<'_>, &'a Written)]) -> Result<BTreeMap<&'a str, Arc<str>>> {
    let mut ids: BTreeMap<&str, Arc<str>> = BTreeMap::new();
    for (file, rule) in files {
        for name in std::iter::once(&rule.id.value).chain(&rule.aliases) {
            if ids.insert(name, rule.id.value.as_str().into()).is_some() {
                let message = format!("another rule has the id or alias `{name}`");
                return Err(file.error(ErrorKind::Rule, &rule.id, message));
            }
        }
    }
    Ok(ids)
}

/// The controls that each rule answers, by framework.
pub(crate) type Controls = HashMap<Arc<str>, BTreeMap<String, Vec<String>>>;

/// The controls of these frameworks.
pub(crate) fn controls(frameworks: &[Arc<Framework>]) -> Controls {
    let mut controls = Controls::new();
    for framework in frameworks {
        for control in &framework.controls {
            for rule in &control.rules {
                let of_rule = controls.entry(rule.clone()).or_default().entry(framework.id.to_string()).or_default();
                // A control may name a rule by its id and by a former one.
                if of_rule.last() != Some(&control.id) {
                    of_rule.push(control.id.clone());
                }
            }
        }
    }
    controls
}

/// Rules that are ready to judge, in the order of their ids, and the frameworks that they belong to.
#[derive(Clone, Default)]
pub struct RuleSet {
    rules: Vec<Arc<dyn Rule>>,
    frameworks: Vec<Arc<Framework>>,
    parts: Vec<SelectedPart>,
    asked: bool,
}

impl RuleSet {
    /// The rules with what was asked for by name, as a scan takes them.
    #[must_use]
    pub fn selected(&self) -> Selected {
        Selected { rules: self.rules.clone(), parts: self.parts.clone(), asked: self.asked }
    }

    /// The rules, in the order of their ids.
    #[must_use]
    pub fn rules(&self) -> &[Arc<dyn Rule>] {
        &self.rules
    }

    /// Every framework that was loaded, also those that no rule was selected from, in the order of their ids.
    #[must_use]
    pub fn frameworks(&self) -> &[Arc<Framework>] {
        &self.frameworks
    }

    /// The rule with this id, or which had it formerly.
    #[must_use]
    pub fn get(&self, id: &str) -> Option<&Arc<dyn Rule>> {
        let by_id = self.rules.binary_search_by(|rule| (*rule.meta().id).cmp(id)).ok().map(|at| &self.rules[at]);
        by_id.or_else(|| self.rules.iter().find(|rule| rule.meta().aliases.iter().any(|alias| alias == id)))
    }

    /// How many rules there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.rules.len()
    }

    /// Whether there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.rules.is_empty()
    }
}

impl IntoIterator for RuleSet {
    type Item = Arc<dyn Rule>;
    type IntoIter = std::vec::IntoIter<Arc<dyn Rule>>;

    fn into_iter(self) -> Self::IntoIter {
        self.rules.into_iter()
    }
}

impl fmt::Debug for RuleSet {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.rules.iter().map(|rule| &rule.meta().id)).finish()
    }
}
