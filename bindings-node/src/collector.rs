//! Collectors written in JavaScript. They are asked for more whenever there is room for it.

use std::sync::Arc;

use async_trait::async_trait;
use cspm::{CancellationToken, Collected, Collector, Data, Error, ErrorKind, Identity, Kind, Result, Unread, Wanted};
use futures::stream::{BoxStream, StreamExt};
use serde::Deserialize;
use serde_json::json;

use crate::kinds::Given;
use crate::link::Link;

mod course;

use course::Course;

/// What a collector is asked before it is told what is wanted.
const CONNECT: &str = "connect";

/// What a collector says of itself.
#[derive(Clone, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct Declared {
    name: String,
    provider: Option<String>,
    kinds: Vec<Given>,
}

impl Declared {
    pub(crate) fn collector(&self, number: u32, link: Option<Arc<Link>>) -> Result<Caller> {
        let kinds = self
            .kinds
            .iter()
            .map(|kind| kind.kind(self.provider.as_deref(), Some(&self.name)))
            .collect::<Result<Vec<_>>>()?;
        let first = kinds.first().map_or("custom", |kind| kind.provider());
        let provider = self.provider.clone().unwrap_or_else(|| first.to_owned());
        Ok(Caller { number, link, name: self.name.clone(), given: self.provider.clone(), provider, kinds })
    }
}

/// A collector written in JavaScript.
pub(crate) struct Caller {
    number: u32,
    link: Option<Arc<Link>>,
    name: String,
    /// The provider that it names, if any.
    given: Option<String>,
    provider: String,
    kinds: Vec<Arc<Kind>>,
}

/// What JavaScript answers when it is asked for more.
#[derive(Deserialize)]
struct Answer {
    items: Vec<Item>,
    /// Whether this was all.
    done: bool,
    /// What was thrown.
    error: Option<Thrown>,
    /// The code of what was thrown, where it is an error of the package.
    #[serde(default)]
    code: Option<String>,
}

/// What was thrown, in a line and with its stack.
#[derive(Deserialize)]
struct Thrown {
    line: String,
    full: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
enum Item {
    Resource(Data),
    Gap(GapRow),
    Bad(Bad),
}

/// What is not a resource, and why.
#[derive(Deserialize)]
struct Bad {
    uid: Option<String>,
    kind: Option<String>,
    why: String,
}

#[derive(Deserialize)]
struct GapRow {
    kind: String,
    provider: Option<String>,
    account: Option<String>,
    region: Option<String>,
    #[serde(flatten)]
    unread: Unread,
}

#[async_trait]
impl Collector for Caller {
    fn name(&self) -> String {
        self.name.clone()
    }

    fn provider(&self) -> &str {
        &self.provider
    }

    fn kinds(&self) -> Vec<Arc<Kind>> {
        self.kinds.clone()
    }

    async fn connect(&self) -> Result<Vec<Identity>> {
        let Some(link) = &self.link else { return Ok(Vec::new()) };
        let answer = link.pull(self.number, CONNECT.to_owned()).await;
        let answer = answer.map(|answer| serde_json::from_str::<Answer>(&answer));
        match answer {
            Some(Ok(Answer { error: Some(error), code, .. })) => {
                Err(Error::new(kind_of(code.as_deref()), format!("connect {}", self.name)).with_source(error.line))
            }
            _ => Ok(Vec::new()),
        }
    }

    fn collect(&self, wanted: Arc<Wanted>, _: CancellationToken) -> BoxStream<'_, Collected> {
        let Some(link) = self.link.clone() else { return futures::stream::empty().boxed() };
        let kinds: Vec<_> = wanted.kinds().map(|kind| &**kind).collect();
        let wanted = json!({"kinds": kinds}).to_string();
        futures::stream::unfold(Course::of(self), move |mut course| {
            let (link, wanted) = (link.clone(), wanted.clone());
            async move {
                loop {
                    if let Some(collected) = course.ready.pop_front() {
                        return Some((collected, course));
                    }
                    if course.done {
                        return None;
                    }
                    // Where nobody will answer any more, the scan is being stopped.
                    let answer = link.pull(self.number, wanted.clone()).await?;
                    course.take(&answer);
                }
            }
        })
        .boxed()
    }
}

/// The kind of what was thrown: errors of the package keep theirs, all others are faults of the caller's code.
fn kind_of(code: Option<&str>) -> ErrorKind {
    code.and_then(ErrorKind::from_code).unwrap_or(ErrorKind::Extension)
}
