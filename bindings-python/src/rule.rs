//! Rules in Python.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex, PoisonError};

use cspm::{
    CancellationToken as Token, Error, ErrorKind, Evidence, Inventory, Kind, Reads, Reason, Rule, RuleMeta, Status,
    Unread, UnreadField, Verdict,
};
use pyo3::exceptions::{PyTypeError, PyValueError};
use pyo3::prelude::*;
use pyo3::types::{PyBool, PyString};

use crate::evidence::{Recorder, cut};
use crate::resource::Resource;
use crate::{data, error, field, python};

/// How many different errors of one rule are told of.
const FAULTS: usize = 3;

/// A rule as the decorator `rule` makes it.
pub(crate) struct Definition {
    meta: RuleMeta,
    given: (bool, bool),
    reads: Option<Vec<String>>,
    function: Arc<Py<PyAny>>,
}

impl Definition {
    /// Takes what the decorator made.
    pub(crate) fn of(rule: &Bound<'_, PyAny>) -> PyResult<Self> {
        let py = rule.py();
        let wrong = || PyTypeError::new_err("extra has what is no rule: decorate a function with cspm.rule");
        let described = rule.call_method0("_described").map_err(|_| wrong())?;
        let described = data::json_from_python(&described)?;
        let text = |name: &str| described[name].as_str().unwrap_or_default().to_owned();
        let severity = text("severity").parse().map_err(|e| error::raised(py, &e))?;
        let (kind, provider, service) = (text("kind"), text("provider"), text("service"));
        let given = (!provider.is_empty(), !service.is_empty());
        let mut meta = RuleMeta::new(&text("id"), &text("title"), &provider, &kind, severity);
        if given.1 {
            meta.service = service.into();
        }
        (meta.message, meta.rationale) = (text("message"), text("rationale"));
        let unusable = |e: serde_json::Error| PyValueError::new_err(format!("the rule {}: {e}", text("id")));
        meta.remediation = serde_json::from_value(described["remediation"].clone()).map_err(unusable)?;
        meta.references = serde_json::from_value(described["references"].clone()).map_err(unusable)?;
        meta.frameworks = serde_json::from_value(described["frameworks"].clone()).map_err(unusable)?;
        meta.equivalents = serde_json::from_value(described["equivalents"].clone()).map_err(unusable)?;
        let reads = serde_json::from_value(described["reads"].clone()).map_err(unusable)?;
        Ok(Self { meta, given, reads, function: Arc::new(rule.getattr("function")?.unbind()) })
    }

    /// The rule for a scan with these kinds.
    pub(crate) fn rule(&self, kinds: &[Arc<Kind>], cancel: Token) -> cspm::Result<PythonRule> {
        let mut meta = self.meta.clone();
        let model = kinds.iter().find(|kind| *kind.name() == meta.kind).cloned();
        if !self.given.0 {
            meta.provider = match &model {
                Some(model) => model.provider().clone(),
                None => meta.kind.split('_').next().unwrap_or_default().into(),
            };
        }
        if let Some(model) = model.as_ref().filter(|_| !self.given.1) {
            meta.service = model.service().clone();
        }
        let reads = match &self.reads {
            None => Reads::everything(&meta.kind, model.as_deref()),
            Some(fields) => {
                let known = |field: &str| match &model {
                    Some(model) if model.schema().get("properties").is_some() => field::has(model.schema(), field),
                    _ => true,
                };
                let of_all = ["uid", "kind", "provider", "account", "region", "name", "tags"];
                if let Some(wrong) = fields.iter().find(|field| !of_all.contains(&field.as_str()) && !known(field)) {
                    let error = Error::new(ErrorKind::Rule, format!("use the rule {}", meta.id));
                    return Err(error.with_help(format!("{} has no field {wrong:?}: see its reads", meta.kind)));
                }
                let fields: BTreeSet<Arc<str>> = fields.iter().map(|field| field.as_str().into()).collect();
                Reads { fields: BTreeMap::from([(meta.kind.clone(), fields)]), ..Reads::default() }
            }
        };
        let (meta, function) = (Arc::new(meta), self.function.clone());
        Ok(PythonRule { meta, reads, model, function, cancel, faults: Mutex::default() })
    }
}

/// A function in Python as a rule of one scan.
pub(crate) struct PythonRule {
    meta: Arc<RuleMeta>,
    reads: Reads,
    model: Option<Arc<Kind>>,
    function: Arc<Py<PyAny>>,
    cancel: Token,
    faults: Mutex<Faults>,
}

#[derive(Default)]
struct Faults {
    told: Vec<String>,
    more: u64,
}

impl Rule for PythonRule {
    fn meta(&self) -> &Arc<RuleMeta> {
        &self.meta
    }

    fn reads(&self) -> &Reads {
        &self.reads
    }

    fn evaluate(&self, resource: &cspm::Resource, _: &Inventory) -> Verdict {
        // Of a list that could not be made nothing is known: there is nothing to ask the function.
        if let Some(unread) = resource.data.unread() {
            return Verdict::unknown(self.meta.kind.clone(), unread.clone());
        }
        if self.cancel.is_cancelled() {
            return Verdict::unknown(self.meta.kind.clone(), Unread::new(Reason::Cancelled, ""));
        }
        let recorder = Arc::new(Recorder::default());
        let asked = Python::try_attach(|py| {
            let resource = Resource::judged(Arc::new(resource.clone()), self.model.clone(), recorder.clone());
            let answer = self.function.bind(py).call1((resource,)).and_then(|answer| self.verdict(&answer));
            answer.unwrap_or_else(|exception| self.failed(py, exception))
        });
        // Python is about to end.
        let ended = || Verdict::unknown(self.meta.kind.clone(), Unread::new(Reason::Cancelled, ""));
        let mut verdict = asked.unwrap_or_else(ended);
        if verdict.evidence.is_empty() {
            verdict.evidence = recorder.evidence();
        }
        verdict
    }

    fn faults(&self) -> Vec<String> {
        let faults = self.faults.lock().unwrap_or_else(PoisonError::into_inner);
        let more = (faults.more > 0).then(|| format!("and {} more errors of this rule", faults.more));
        faults.told.iter().cloned().chain(more).collect()
    }
}

impl PythonRule {
    fn verdict(&self, answer: &Bound<'_, PyAny>) -> PyResult<Verdict> {
        if let Ok(pass) = answer.cast::<PyBool>() {
            return Ok(Verdict::of(if pass.is_true() { Status::Pass } else { Status::Fail }));
        }
        if let Ok(name) = answer.cast::<PyString>() {
            return self.of_status(&name.to_cow()?);
        }
        if !answer.is_instance(python::verdict(answer.py())?)? {
            let what = answer.repr().map_or_else(|_| "nothing usable".to_owned(), |repr| repr.to_string());
            return Err(PyTypeError::new_err(format!(
                "the rule returned {what}: return True, False, \"pass\", \"fail\" or a cspm.Verdict"
            )));
        }
        let mut verdict = self.of_status(&answer.getattr("status")?.extract::<String>()?)?;
        verdict.message = answer.getattr("message")?.extract()?;
        let evidence = data::from_python(&answer.getattr("evidence")?)?;
        let fields = evidence.as_object().into_iter().flat_map(|object| object.iter());
        verdict.evidence = fields.map(|(field, value)| Evidence { field: field.into(), value: cut(value) }).collect();
        let unread = answer.getattr("unread")?.try_iter()?.map(|part| {
            let part = part?;
            let field: String = part.getattr("field")?.extract()?;
            Ok(UnreadField { field: field.into(), unread: Arc::new(data::unread_from_python(&part)?) })
        });
        let unread = unread.collect::<PyResult<Vec<_>>>()?;
        if !unread.is_empty() {
            // What could not be read is known of no verdict but this one.
            verdict.status = Status::Unknown;
            verdict.unread = unread;
        }
        Ok(verdict)
    }

    fn of_status(&self, name: &str) -> PyResult<Verdict> {
        match name {
            "pass" => Ok(Verdict::of(Status::Pass)),
            "fail" => Ok(Verdict::of(Status::Fail)),
            "unknown" => {
                let unread = Unread::new(Reason::NotGiven, "").with_detail("the rule could not tell");
                Ok(Verdict::unknown(self.meta.kind.clone(), unread))
            }
            other => Err(PyValueError::new_err(format!("the rule returned {other:?}: it is no status"))),
        }
    }

    /// Unknown: for a field that was not read, or by a fault of the rule.
    fn failed(&self, py: Python<'_>, exception: PyErr) -> Verdict {
        if python::unread_error(py).is_ok_and(|class| exception.is_instance(py, class)) {
            let value = exception.value(py).as_any();
            let field = value.getattr("field").and_then(|field| field.extract::<String>());
            if let (Ok(field), Ok(unread)) = (field, data::unread_from_python(value)) {
                return Verdict::unknown(field, unread);
            }
        }
        let traceback = error::traceback(py, &exception);
        let mut faults = self.faults.lock().unwrap_or_else(PoisonError::into_inner);
        if faults.told.len() < FAULTS && !faults.told.contains(&traceback) {
            faults.told.push(traceback);
        } else if !faults.told.contains(&traceback) {
            faults.more += 1;
        }
        let unread = Unread::new(Reason::RuleError, "").with_detail(error::line(&exception));
        Verdict::unknown("rule", unread)
    }
}
