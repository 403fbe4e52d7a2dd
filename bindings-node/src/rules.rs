//! Which rules a scan uses.

use std::collections::BTreeSet;
use std::sync::Arc;

use cspm::{Exception, Exceptions, Kind, Rule, RuleSet, RuleSource, Selected, SelectedPart, Severity};
use napi::Env;
use napi::bindgen_prelude::ObjectFinalize;
use napi_derive::napi;
use serde::Deserialize;

use crate::error::{Failure, sync, to_json};
use crate::kinds::{self, Given};
use crate::link::Link;
use crate::rule::{Called, Described};
use crate::source::parse;

#[derive(Default, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
struct Options {
    builtin: Option<bool>,
    ids: Vec<String>,
    frameworks: Vec<String>,
    severities: Vec<String>,
    services: Vec<String>,
    paths: Vec<String>,
    exceptions: Option<Waivers>,
    extra: Vec<Described>,
    kinds: Vec<Given>,
    /// Whether the caller named no rules.
    implied: bool,
}

/// Exceptions: the path of a file, or a list.
#[derive(Deserialize)]
#[serde(untagged)]
pub(crate) enum Waivers {
    File(String),
    List(Vec<Exception>),
}

impl Waivers {
    pub(crate) fn read(self) -> cspm::Result<Exceptions> {
        match self {
            Self::File(path) => Exceptions::from_file(path),
            Self::List(list) => Exceptions::new(list),
        }
    }
}

/// What a rule takes in memory, compiled, more or less.
pub(crate) const RULE: usize = 15_000;

/// A choice of rules, read and checked.
#[napi(custom_finalize)]
pub struct Rules {
    inner: Arc<Inner>,
    /// What JavaScript was told of its size, so that it looks for garbage in time.
    told: i64,
}

struct Inner {
    chosen: cspm::Rules,
    exceptions: Exceptions,
    /// The rules of JavaScript, in the order in which it knows them.
    called: Vec<Called>,
    /// The kinds that only the caller knows.
    given: Vec<Arc<Kind>>,
    kinds: Vec<Arc<Kind>>,
    /// The rules for those kinds, and those of JavaScript, by id.
    loaded: RuleSet,
    implied: bool,
}

impl ObjectFinalize for Rules {
    fn finalize(self, env: Env) -> napi::Result<()> {
        env.adjust_external_memory(-self.told).map(|_| ())
    }
}

#[napi]
impl Rules {
    /// Reads and checks them.
    #[napi(constructor)]
    pub fn new(env: Env, options: String) -> napi::Result<Self> {
        let inner = sync(|| {
            let options: Options = parse("use the options of Rules", &options)?;
            let given = options.kinds.iter().map(|kind| kind.kind(None, None)).collect::<cspm::Result<Vec<_>>>()?;
            let kinds = kinds::with(&given)?;
            let mut chosen = match options.builtin {
                Some(false) => cspm::Rules::empty(),
                _ => cspm::Rules::builtin(),
            };
            chosen = chosen.ids(options.ids).frameworks(options.frameworks).services(options.services);
            let severities = options.severities.iter().map(|name| name.parse::<Severity>());
            chosen = chosen.severities(severities.collect::<cspm::Result<Vec<_>>>()?);
            chosen = options.paths.into_iter().fold(chosen, cspm::Rules::path);
            let exceptions = options.exceptions.map_or_else(|| Ok(Exceptions::default()), Waivers::read)?;
            let described = (0u32..).zip(options.extra);
            let called = described.map(|(number, rule)| rule.rule(number, &kinds)).collect::<cspm::Result<Vec<_>>>()?;
            let shown = |rules: cspm::Rules, rule: &Called| rules.extra(Arc::new(rule.alone()));
            let loaded = called.iter().fold(chosen.clone(), shown).load(&kinds)?;
            Ok(Inner { chosen, exceptions, called, given, kinds, loaded, implied: options.implied })
        })?;
        let told = i64::try_from(inner.loaded.len() * RULE).unwrap_or_default();
        env.adjust_external_memory(told)?;
        Ok(Self { inner: Arc::new(inner), told })
    }

    /// What is said of each, in the order of their ids.
    #[napi]
    pub fn infos(&self) -> napi::Result<String> {
        sync(|| to_json(&self.inner.loaded.rules().iter().map(|rule| rule.meta()).collect::<Vec<_>>()))
    }

    /// The frameworks, with their controls and the rules that answer them.
    #[napi]
    pub fn frameworks(&self) -> napi::Result<String> {
        sync(|| to_json(&self.inner.loaded.frameworks().iter().map(|framework| &**framework).collect::<Vec<_>>()))
    }

    /// How many there are.
    #[napi(getter)]
    pub fn length(&self) -> u32 {
        u32::try_from(self.inner.loaded.len()).unwrap_or(u32::MAX)
    }
}

impl Rules {
    /// The rules for one scan; without a link, to make a plan of.
    pub(crate) fn selection(&self, link: Option<&Arc<Link>>) -> Selection {
        Selection { inner: self.inner.clone(), link: link.cloned() }
    }

    /// The same, to be linked elsewhere.
    pub(crate) fn unlinked(&self) -> Selection {
        self.selection(None)
    }
}

/// The rules of one scan.
pub(crate) struct Selection {
    inner: Arc<Inner>,
    link: Option<Arc<Link>>,
}

impl Selection {
    pub(crate) fn linked(self, link: &Arc<Link>) -> Self {
        Self { link: Some(link.clone()), ..self }
    }

    pub(crate) fn exceptions(&self) -> Exceptions {
        self.inner.exceptions.clone()
    }

    pub(crate) fn kinds(&self) -> &[Arc<Kind>] {
        &self.inner.kinds
    }

    /// All rules, whatever is collected.
    pub(crate) fn all(&self) -> Result<Selected, Failure> {
        Ok(self.select(&self.inner.kinds)?)
    }
}

impl RuleSource for Selection {
    fn rules(&self, kinds: &[Arc<Kind>]) -> cspm::Result<Vec<Arc<dyn Rule>>> {
        self.select(kinds).map(|selected| selected.rules)
    }

    fn select(&self, kinds: &[Arc<Kind>]) -> cspm::Result<Selected> {
        let names: BTreeSet<_> = kinds.iter().chain(&self.inner.given).map(|kind| kind.name()).collect();
        let same =
            names.len() == self.inner.kinds.len() && self.inner.kinds.iter().all(|kind| names.contains(kind.name()));
        let mut selected = if same {
            // Those of JavaScript are made anew.
            let called = |id: &str| self.inner.called.iter().any(|own| *own.meta().id == *id);
            let mut selected = self.inner.loaded.selected();
            selected.rules.retain(|rule| !called(&rule.meta().id));
            selected
                .parts
                .retain(|part| !self.inner.called.iter().any(|own| *part == SelectedPart::rule(&own.meta().id)));
            selected
        } else {
            // Which built-in rules a scan has depends on its providers.
            let own = |kind: &&Arc<Kind>| kinds.iter().all(|known| known.name() != kind.name());
            let all: Vec<_> = kinds.iter().chain(self.inner.given.iter().filter(own)).cloned().collect();
            self.inner.chosen.load(&all)?.selected()
        };
        if self.inner.implied {
            // Nobody asked for rules of kinds that only the caller knows.
            selected.asked = kinds.iter().any(|kind| self.inner.kinds.iter().any(|own| own.name() == kind.name()));
        }
        for rule in &self.inner.called {
            selected.asked = true;
            selected.parts.push(SelectedPart::rule(&rule.meta().id));
            selected.rules.push(Arc::new(match &self.link {
                Some(link) => rule.linked(link),
                None => rule.alone(),
            }));
        }
        Ok(selected)
    }
}
