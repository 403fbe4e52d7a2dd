//! A snapshot as a source of resources.

use std::collections::BTreeSet;
use std::io::Cursor;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use async_trait::async_trait;
use futures::stream::{BoxStream, StreamExt, iter, once};
use tokio_util::sync::CancellationToken;

use super::course::{Course, Loaded, load};
use super::read::{Limits, open};
use crate::{Account, Collected, Collector, GLOBAL, Gap, Kind, Resource, Result, Unread, Wanted, open_input};

/// Takes JSON of another program's shape; `None` where it is not of that shape. A resource whose data is unread as a whole
/// stands for a list that the JSON does not have.
pub type Import = fn(&serde_json::Value) -> Option<Result<Vec<Resource>>>;

/// An inventory in a file, as a collector. It needs no call and gives everything that is in it.
///
/// ```
/// use cspm_core::{Collector, ErrorKind, Snapshot};
///
/// # tokio::runtime::Builder::new_current_thread().build().unwrap().block_on(async {
/// let error = Snapshot::open("no-such-file.json").connect().await.unwrap_err();
/// assert_eq!(error.kind(), ErrorKind::Io);
/// # });
/// ```
#[derive(Clone)]
pub struct Snapshot {
    origin: Origin,
    kinds: Vec<Arc<Kind>>,
    imports: Vec<Import>,
    limits: Limits,
    loaded: Arc<Mutex<Option<Loaded>>>,
    /// Once it was read.
    known: Arc<Mutex<Known>>,
}

/// What is known of a snapshot once it was read, also when its contents were taken.
#[derive(Clone, Debug, Default)]
struct Known {
    /// The kinds that were asked for.
    listed: BTreeSet<Arc<str>>,
    accounts: Vec<Account>,
}

#[derive(Clone)]
enum Origin {
    File(PathBuf),
    Bytes(String, Arc<[u8]>),
}

impl Snapshot {
    /// The snapshot in a file, which is read when the scan begins.
    #[must_use]
    pub fn open(path: impl AsRef<Path>) -> Self {
        Self::of(Origin::File(path.as_ref().to_owned()))
    }

    /// A snapshot in memory; errors call it `name`.
    #[must_use]
    pub fn from_bytes(name: &str, bytes: impl Into<Arc<[u8]>>) -> Self {
        Self::of(Origin::Bytes(name.to_owned(), bytes.into()))
    }

    fn of(origin: Origin) -> Self {
        Self {
            origin,
            kinds: Vec::new(),
            imports: Vec::new(),
            limits: Limits::default(),
            loaded: Arc::default(),
            known: Arc::default(),
        }
    }

    /// The same with the models of the kinds that it may hold, so that rules are checked against them.
    #[must_use]
    pub fn kinds(mut self, kinds: impl IntoIterator<Item = Arc<Kind>>) -> Self {
        self.kinds.extend(kinds);
        self
    }

    /// The same with a further shape of JSON that it takes.
    #[must_use]
    pub fn import(mut self, import: Import) -> Self {
        self.imports.push(import);
        self
    }

    /// The same with another limit on its size in bytes, decompressed; one GiB unless set, and 64 MiB for another program's
    /// JSON, which is held as a whole.
    #[must_use]
    pub fn max_bytes(mut self, max_bytes: u64) -> Self {
        self.limits.max_bytes = Some(max_bytes);
        self
    }

    /// The same with another limit on how many values are in it, lists and objects counted as three; 60 million unless set, and
    /// 4 million for another program's JSON. A file of some kilobytes can become very many of them.
    #[must_use]
    pub fn max_values(mut self, max_values: u64) -> Self {
        self.limits.max_values = Some(max_values);
        self
    }

    /// Opens it, and reads the beginning.
    async fn load(&self) -> Result<Loaded> {
        let this = self.clone();
        load(move || {
            let import = |value: &serde_json::Value| this.imports.iter().find_map(|import| import(value));
            match &this.origin {
                Origin::Bytes(name, bytes) => open(name, Cursor::new(bytes.clone()), this.limits, &import),
                Origin::File(path) => {
                    let file = open_input("open the snapshot", path)?;
                    open(&path.display().to_string(), file, this.limits, &import)
                }
            }
        })
        .await
    }

    fn known(&self) -> MutexGuard<'_, Known> {
        self.known.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn held(&self) -> MutexGuard<'_, Option<Loaded>> {
        self.loaded.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The lists that are wanted, as not made.
fn nothing(wanted: &Wanted, kinds: &[Arc<Kind>], unread: Unread) -> Vec<Gap> {
    let unread = Arc::new(unread);
    let provider = |name: &str| kinds.iter().find(|kind| **kind.name() == *name).map(|kind| kind.provider().clone());
    let gap = |kind: &Arc<str>| Gap {
        kind: kind.clone(),
        provider: provider(kind).unwrap_or_default(),
        account: "".into(),
        region: GLOBAL.into(),
        unread: unread.clone(),
    };
    wanted.kinds().map(gap).collect()
}

#[async_trait]
impl Collector for Snapshot {
    fn name(&self) -> String {
        match &self.origin {
            Origin::File(path) => format!("snapshot {}", path.display()),
            Origin::Bytes(name, _) => format!("snapshot {name}"),
        }
    }

    fn provider(&self) -> &str {
        "snapshot"
    }

    fn is_live(&self) -> bool {
        false
    }

    fn kinds(&self) -> Vec<Arc<Kind>> {
        self.kinds.clone()
    }

    async fn connect(&self) -> Result<Vec<crate::Identity>> {
        if self.held().is_none() {
            let loaded = self.load().await?;
            *self.known() = Known { listed: loaded.listed().clone(), accounts: loaded.accounts().to_vec() };
            *self.held() = Some(loaded);
        }
        Ok(Vec::new())
    }

    fn accounts(&self) -> Vec<Account> {
        self.known().accounts.clone()
    }

    /// The kinds that were asked for when the snapshot was taken, whatever this scan wants.
    fn lists(&self, _: &Wanted) -> Vec<Arc<str>> {
        self.known().listed.iter().cloned().collect()
    }

    /// Gives everything, wanted or not: what is here needs no call.
    fn collect(&self, wanted: Arc<Wanted>, cancel: CancellationToken) -> BoxStream<'_, Collected> {
        let loaded = async move {
            // A second scan of the same snapshot at the same time finds it taken, and reads again.
            let held = self.held().take();
            match held {
                Some(loaded) => Ok(loaded),
                None => self.load().await,
            }
        };
        once(loaded)
            .flat_map(move |loaded| match loaded {
                Ok(loaded) => Course::new(loaded, &self.kinds, &wanted, &cancel).stream().boxed(),
                Err(error) => {
                    let unread = Unread::new(error.kind().into(), "").with_detail(error.to_string());
                    let gaps = nothing(&wanted, &self.kinds, unread);
                    iter(gaps.into_iter().map(Collected::Gap).chain([Collected::Failed(error)])).boxed()
                }
            })
            .boxed()
    }
}
