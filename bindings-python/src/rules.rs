//! Which rules a scan uses.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::{Arc, LazyLock};

use cspm::{
    CancellationToken as Token, Error, Exceptions, Kind, Rule, RuleSet, RuleSource, Selected, SelectedPart, Severity,
};
use pyo3::exceptions::{PyKeyError, PyValueError};
use pyo3::prelude::*;
use pyo3::types::PyString;

use crate::aws::given;
use crate::collector::kind_of;
use crate::error::raised;
use crate::manifests::paths;
use crate::rule::Definition;
use crate::rule_info::RuleInfo;
use crate::{data, kinds};

/// The built-in rules for all built-in kinds: they never change, so that they are compiled once for a process.
static BUILTIN: LazyLock<Result<Arc<Inner>, String>> = LazyLock::new(|| {
    let inner = Inner::load(cspm::Rules::builtin(), kinds::builtin().to_vec(), Vec::new(), Exceptions::default());
    inner.map(Arc::new).map_err(|e| e.to_string())
});

/// A choice of rules: the built-in catalog, files and folders of your own (`paths`), rules in Python (`extra`).
///
/// Each selection narrows the choice, several values of one selection widen it. Rules in Python are always in. Everything is
/// checked here: against the built-in kinds, and those of `kinds` (names with JSON Schemas).
#[pyclass(frozen, module = "cspm")]
pub(crate) struct Rules {
    inner: Arc<Inner>,
}

struct Inner {
    rules: cspm::Rules,
    loaded: RuleSet,
    kinds: Vec<Arc<Kind>>,
    extra: Vec<Definition>,
    /// All of them, in the order of their ids.
    all: Vec<Arc<dyn Rule>>,
    exceptions: Exceptions,
}

impl Inner {
    fn load(
        rules: cspm::Rules,
        kinds: Vec<Arc<Kind>>,
        extra: Vec<Definition>,
        exceptions: Exceptions,
    ) -> cspm::Result<Self> {
        let loaded = rules.load(&kinds)?;
        let mut all = loaded.rules().to_vec();
        for definition in &extra {
            all.push(Arc::new(definition.rule(&kinds, Token::new())?));
        }
        all.sort_by(|a, b| a.meta().id.cmp(&b.meta().id));
        if let Some(two) = all.windows(2).find(|two| two[0].meta().id == two[1].meta().id) {
            return Err(Error::new(cspm::ErrorKind::Rule, format!("use two rules with the id {}", two[0].meta().id)));
        }
        Ok(Self { rules, loaded, kinds, extra, all, exceptions })
    }
}

/// The rules of one scan: those in Python are made anew for it, so that what goes wrong in them is told of it alone.
pub(crate) struct Selection {
    inner: Arc<Inner>,
    cancel: Token,
    /// Whether the caller named no rules.
    implied: bool,
}

impl Selection {
    /// The rules given, or all that are built in.
    pub(crate) fn of(py: Python<'_>, rules: Option<&Bound<'_, Rules>>) -> PyResult<Self> {
        let inner = match rules {
            Some(rules) => rules.get().inner.clone(),
            None => {
                let builtin = py.detach(|| BUILTIN.clone());
                builtin.map_err(|what| crate::error::internal(py, &what))?
            }
        };
        Ok(Self { inner, cancel: Token::new(), implied: rules.is_none() })
    }

    /// The same, where rules in Python are no longer called when `cancel` is triggered.
    pub(crate) fn cancelled_by(self, cancel: Token) -> Self {
        Self { cancel, ..self }
    }

    /// The kinds that the rules were checked against.
    pub(crate) fn kinds(&self) -> &[Arc<Kind>] {
        &self.inner.kinds
    }

    /// The reviewed waivers.
    pub(crate) fn exceptions(&self) -> Exceptions {
        self.inner.exceptions.clone()
    }
}

impl RuleSource for Selection {
    fn rules(&self, kinds: &[Arc<Kind>]) -> cspm::Result<Vec<Arc<dyn Rule>>> {
        self.select(kinds).map(|selected| selected.rules)
    }

    fn select(&self, kinds: &[Arc<Kind>]) -> cspm::Result<Selected> {
        let known = &self.inner.kinds;
        let same = kinds.len() == known.len() && kinds.iter().zip(known).all(|(a, b)| a.name() == b.name());
        let mut selected = match same {
            true => self.inner.loaded.selected(),
            // Which built-in rules a scan has depends on its providers.
            false => self.inner.rules.load(kinds)?.selected(),
        };
        if self.implied {
            // Nobody asked for rules of kinds that only the caller knows.
            selected.asked = kinds.iter().any(|kind| known.iter().any(|own| own.name() == kind.name()));
        }
        for definition in &self.inner.extra {
            let rule: Arc<dyn Rule> = Arc::new(definition.rule(kinds, self.cancel.clone())?);
            selected.parts.push(SelectedPart::rule(&rule.meta().id));
            selected.rules.push(rule);
            selected.asked = true;
        }
        Ok(selected)
    }
}

#[pymethods]
impl Rules {
    #[new]
    #[pyo3(signature = (*, ids=None, frameworks=None, severities=None, services=None, paths=None, exceptions=None,
        extra=None, builtin=true, kinds=None))]
    #[allow(clippy::too_many_arguments, reason = "they are named in Python")]
    fn new(
        py: Python<'_>,
        ids: Option<Vec<String>>,
        frameworks: Option<Vec<String>>,
        severities: Option<Vec<String>>,
        services: Option<Vec<String>>,
        paths: Option<&Bound<'_, PyAny>>,
        exceptions: Option<&Bound<'_, PyAny>>,
        extra: Option<&Bound<'_, PyAny>>,
        builtin: bool,
        kinds: Option<BTreeMap<String, Option<Bound<'_, PyAny>>>>,
    ) -> PyResult<Self> {
        let mut rules = if builtin { cspm::Rules::builtin() } else { cspm::Rules::empty() };
        rules = given(rules, ids, cspm::Rules::ids);
        rules = given(rules, frameworks, cspm::Rules::frameworks);
        rules = given(rules, services, cspm::Rules::services);
        let severities: cspm::Result<Vec<Severity>> =
            severities.unwrap_or_default().iter().map(|name| name.parse()).collect();
        rules = rules.severities(severities.map_err(|e| raised(py, &e))?);
        for path in paths.map(self::paths).transpose()?.unwrap_or_default() {
            rules = rules.path(path);
        }
        let mut models = kinds::builtin().to_vec();
        for (name, schema) in kinds.unwrap_or_default() {
            models.push(kind_of(&name, None, "collector", schema.as_ref())?);
        }
        models.sort_by(|a, b| a.name().cmp(b.name()));
        models.dedup_by(|a, b| a.name() == b.name());
        let extra = match extra {
            Some(extra) => extra.try_iter()?.map(|rule| Definition::of(&rule?)).collect::<PyResult<Vec<_>>>()?,
            None => Vec::new(),
        };
        let exceptions = exceptions.map(self::exceptions).transpose()?.unwrap_or_default();
        let loaded = py.detach(|| Inner::load(rules, models, extra, exceptions));
        loaded.map(|inner| Self { inner: Arc::new(inner) }).map_err(|e| raised(py, &e))
    }

    /// The frameworks, with their controls and the rules that answer them.
    #[getter]
    fn frameworks<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        let frameworks: Vec<_> = self.inner.loaded.frameworks().iter().map(|framework| (**framework).clone()).collect();
        data::serialized(py, &frameworks)
    }

    fn __len__(&self) -> usize {
        self.inner.all.len()
    }

    fn __iter__<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        let all: Vec<_> = self.inner.all.iter().map(|rule| RuleInfo { meta: rule.meta().clone() }).collect();
        Ok(all.into_pyobject(py)?.try_iter()?.into_any())
    }

    fn __getitem__(&self, id: &str) -> PyResult<RuleInfo> {
        self.find(id).ok_or_else(|| PyKeyError::new_err(id.to_owned()))
    }

    fn __contains__(&self, id: &str) -> bool {
        self.find(id).is_some()
    }

    fn __repr__(&self) -> String {
        format!("<Rules: {} rules>", self.inner.all.len())
    }
}

impl Rules {
    /// The rule with this id, or which had it formerly.
    fn find(&self, id: &str) -> Option<RuleInfo> {
        let all = &self.inner.all;
        let by_id = all.iter().find(|rule| *rule.meta().id == *id);
        let found = by_id.or_else(|| all.iter().find(|rule| rule.meta().aliases.iter().any(|alias| alias == id)));
        found.map(|rule| RuleInfo { meta: rule.meta().clone() })
    }
}

/// Exceptions: the path of a file, or a list of dicts.
pub(crate) fn exceptions(given: &Bound<'_, PyAny>) -> PyResult<Exceptions> {
    let py = given.py();
    let read = if given.is_instance_of::<PyString>() || given.hasattr("__fspath__")? {
        Exceptions::from_file(given.extract::<PathBuf>()?)
    } else {
        let all: Vec<cspm::Exception> = serde_json::from_value(data::json_from_python(given)?)
            .map_err(|e| PyValueError::new_err(format!("an exception is not one: {e}")))?;
        Exceptions::new(all)
    };
    read.map_err(|e| raised(py, &e))
}
