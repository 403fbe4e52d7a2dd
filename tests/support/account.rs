//! The emulated account of the sample, and scans of it with the whole catalog.

use std::path::PathBuf;
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use cspm::prelude::*;
use cspm::testkit::{Fault, Request};
use cspm::{AwsBuilder, Result};

use super::call::Call;
use super::endpoint::Endpoint;
use super::moto::Moto;
use super::python;
use super::tape::Tape;

/// An account of moto with the sample's company in it.
pub struct Account {
    pub moto: Moto,
    pub tape: Arc<Tape>,
    pub python: PathBuf,
}

impl Account {
    /// One account for all tests of a program: its server ends with the program. `None` where there is no Python.
    pub fn shared() -> Option<&'static Self> {
        static SHARED: OnceLock<Option<Account>> = OnceLock::new();
        SHARED.get_or_init(Self::filled).as_ref()
    }

    /// Starts moto and fills it; `None` where there is no Python to do so.
    pub fn filled() -> Option<Self> {
        let python = python::interpreter()?;
        let moto = Moto::start(&python);
        python::run(&python, "examples/sample/fill.py", &[&moto.url()]);
        python::run(&python, "tests/support/extend.py", &[&moto.url()]);
        let tape = Arc::new(Tape::new(moto.address));
        Some(Self { moto, tape, python })
    }

    /// The account behind faults.
    pub async fn behind(&self, fault: impl Fn(&Call, &Request) -> Fault + Send + Sync + 'static) -> Endpoint {
        Endpoint::start(self.tape.clone(), fault).await
    }

    /// What a scan without faults reports.
    pub async fn baseline(&self) -> Report {
        let endpoint = Endpoint::sound(self.tape.clone()).await;
        scan(&endpoint).await.unwrap()
    }
}

/// Access to an endpoint, without patience.
pub fn hasty(endpoint: &Endpoint) -> AwsBuilder {
    let seconds = Duration::from_secs;
    Aws::builder()
        .credentials("test", "test", None)
        .endpoint_url(endpoint.url())
        .rate_share(f64::INFINITY)
        .max_attempts(1)
        .connect_timeout(seconds(10))
        .timeout(seconds(10))
        .call_timeout(seconds(20))
}

/// A scan of an account with the whole catalog, which is loaded once.
pub fn whole_catalog(aws: Aws) -> Scan {
    static CATALOG: OnceLock<Vec<Arc<dyn Rule>>> = OnceLock::new();
    let load = || Rules::builtin().load(&cspm::kinds().unwrap()).unwrap().rules().to_vec();
    Scan::new().collector(aws).rules(CATALOG.get_or_init(load).clone())
}

/// Scans an endpoint with the whole catalog.
pub async fn scan(endpoint: &Endpoint) -> Result<Report> {
    whole_catalog(hasty(endpoint).build().await?).run().await
}
