//! Collectors in Python.

mod course;

use std::sync::Arc;

use async_trait::async_trait;
use cspm::{CancellationToken as Token, Collected, Collector, Error, ErrorKind, Identity, Kind, Per, Scope, Source};
use futures::stream::{BoxStream, StreamExt, iter, unfold};
use pyo3::prelude::*;
use pyo3::types::PyDict;
use tokio::sync::mpsc::{Receiver, channel};

use crate::{data, error};

/// What a scan asks of a collector.
#[pyclass(frozen, module = "cspm")]
pub(crate) struct Wanted {
    wanted: Arc<cspm::Wanted>,
}

#[pymethods]
impl Wanted {
    /// The kinds that are wanted, of those that the collector has declared.
    #[getter]
    fn kinds(&self) -> Vec<String> {
        self.wanted.kinds().map(ToString::to_string).collect()
    }

    /// Whether resources of the kind are wanted.
    fn wants(&self, kind: &str) -> bool {
        self.wanted.kind(kind)
    }

    fn __repr__(&self) -> String {
        format!("Wanted({:?})", self.kinds())
    }
}

/// An object of a class in Python as a collector.
pub(crate) struct PythonCollector {
    inner: Arc<Inner>,
}

struct Inner {
    name: String,
    /// That of all its resources, where the class says so; else it is that of their kind.
    given: Option<Arc<str>>,
    provider: Arc<str>,
    kinds: Vec<Arc<Kind>>,
    object: Py<PyAny>,
}

impl PythonCollector {
    /// Takes an object of the class `Collector`.
    pub(crate) fn of(object: &Bound<'_, PyAny>) -> PyResult<Self> {
        let mut name = object.getattr("name")?.extract::<String>()?;
        let given = object.getattr("provider")?.extract::<Option<String>>()?.filter(|given| !given.is_empty());
        if name.is_empty() {
            name = object.get_type().name()?.to_string().to_lowercase();
        }
        let declared = object.getattr("kinds")?;
        let mut kinds = Vec::new();
        let of_mapping = declared.cast::<PyDict>().ok();
        for kind in declared.try_iter()? {
            let kind = kind?;
            let schema = of_mapping.map(|mapping| mapping.get_item(&kind)).transpose()?.flatten();
            kinds.push(kind_of(&kind.extract::<String>()?, given.as_deref(), &name, schema.as_ref())?);
        }
        let (object, given) = (object.clone().unbind(), given.map(Arc::from));
        let of_kinds = || kinds.first().map_or_else(|| "custom".into(), |kind| kind.provider().clone());
        let provider = given.clone().unwrap_or_else(of_kinds);
        Ok(Self { inner: Arc::new(Inner { name, given, provider, kinds, object }) })
    }
}

impl Inner {
    fn provider_of(&self, kind: &str) -> Arc<str> {
        if let Some(given) = &self.given {
            return given.clone();
        }
        let declared = self.kinds.iter().find(|known| **known.name() == *kind);
        declared.map_or_else(|| named_in(kind).into(), |known| known.provider().clone())
    }
}

/// The provider in the name of a kind: what stands before the first `_`.
fn named_in(kind: &str) -> &str {
    kind.split('_').next().unwrap_or(kind)
}

/// The model of a kind that a caller declares, with a JSON Schema or without.
pub(crate) fn kind_of(
    name: &str,
    provider: Option<&str>,
    collector: &str,
    schema: Option<&Bound<'_, PyAny>>,
) -> PyResult<Arc<Kind>> {
    let provider = provider.unwrap_or_else(|| named_in(name));
    let schema = match schema.filter(|schema| !schema.is_none()) {
        Some(schema) => data::json_from_python(schema)?,
        None => serde_json::json!({"type": "object"}),
    };
    let list = Source::named(collector, "collect".to_owned(), String::new(), Per::Account);
    let kind = Kind::from_schema(name, provider, "custom", Scope::Account, list, schema);
    kind.map(Arc::new).map_err(|e| Python::attach(|py| error::raised(py, &e)))
}

#[async_trait]
impl Collector for PythonCollector {
    fn name(&self) -> String {
        self.inner.name.clone()
    }

    fn provider(&self) -> &str {
        &self.inner.provider
    }

    fn kinds(&self) -> Vec<Arc<Kind>> {
        self.inner.kinds.clone()
    }

    async fn connect(&self) -> cspm::Result<Vec<Identity>> {
        let inner = self.inner.clone();
        let connecting = tokio::task::spawn_blocking(move || {
            let attempted = format!("connect {}", inner.name);
            let done = Python::try_attach(|py| {
                let connected = inner.object.call_method0(py, "connect");
                connected.map(drop).map_err(|exception| error::from_exception(py, attempted.clone(), exception))
            });
            done.unwrap_or_else(|| Err(Error::new(ErrorKind::Cancelled, attempted)))
        });
        match connecting.await {
            Ok(connected) => connected.map(|()| Vec::new()),
            Err(e) => Err(Error::new(ErrorKind::Extension, format!("connect {}", self.inner.name)).with_source(e)),
        }
    }

    fn collect(&self, wanted: Arc<cspm::Wanted>, cancel: Token) -> BoxStream<'_, Collected> {
        let (sender, receiver) = channel(4);
        let inner = self.inner.clone();
        // A generator may take its time, and must not hold up others.
        drop(tokio::task::spawn_blocking(move || inner.iterate(wanted, &cancel, &sender)));
        let batches = unfold(receiver, |mut receiver: Receiver<Vec<Collected>>| async {
            receiver.recv().await.map(|batch| (batch, receiver))
        });
        batches.flat_map(iter).boxed()
    }
}
