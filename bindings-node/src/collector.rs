//! Collectors written in JavaScript. They are asked for more whenever there is room for it.

use std::collections::VecDeque;
use std::sync::Arc;

use async_trait::async_trait;
use cspm::{
    CancellationToken, Collected, Collector, Data, Error, ErrorKind, GLOBAL, Gap, Identity, Kind, Reason, Resource,
    Result, Unread, Wanted,
};
use futures::stream::{BoxStream, StreamExt};
use serde::Deserialize;
use serde_json::json;

use crate::kinds::{Given, provider_of};
use crate::link::Link;

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
        let kinds = self.kinds.iter().map(|kind| kind.kind(self.provider.as_deref())).collect::<Result<Vec<_>>>()?;
        let first = kinds.first().map_or("custom", |kind| kind.provider());
        let provider = self.provider.clone().unwrap_or_else(|| first.to_owned());
        Ok(Caller { number, link, name: self.name.clone(), provider, kinds })
    }
}

/// A collector written in JavaScript.
pub(crate) struct Caller {
    number: u32,
    link: Option<Arc<Link>>,
    name: String,
    provider: String,
    kinds: Vec<Arc<Kind>>,
}

/// What JavaScript answers when it is asked for more.
#[derive(Deserialize)]
struct Answer {
    items: Vec<Item>,
    /// Whether this was all.
    done: bool,
    /// What was thrown, with its stack.
    error: Option<String>,
    /// The code of what was thrown, where it is an error of the package.
    #[serde(default)]
    code: Option<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
enum Item {
    Resource(Data),
    Gap(GapRow),
    /// What is not a resource, and why.
    Bad(String),
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
                let kind = code.as_deref().map_or(ErrorKind::Extension, kind_of);
                Err(Error::new(kind, format!("connect {}", self.name)).with_source(error))
            }
            _ => Ok(Vec::new()),
        }
    }

    fn collect(&self, wanted: Arc<Wanted>, _: CancellationToken) -> BoxStream<'_, Collected> {
        let Some(link) = self.link.clone() else { return futures::stream::empty().boxed() };
        let kinds: Vec<_> = wanted.kinds().map(|kind| &**kind).collect();
        let wanted = json!({"kinds": kinds}).to_string();
        let begin = (VecDeque::new(), false);
        futures::stream::unfold(begin, move |(mut ready, mut done): (VecDeque<Collected>, bool)| {
            let (link, wanted) = (link.clone(), wanted.clone());
            async move {
                loop {
                    if let Some(collected) = ready.pop_front() {
                        return Some((collected, (ready, done)));
                    }
                    if done {
                        return None;
                    }
                    // Where nobody will answer any more, the scan is being stopped.
                    let answer = link.pull(self.number, wanted.clone()).await?;
                    done = self.take(&answer, &mut ready);
                }
            }
        })
        .boxed()
    }
}

impl Caller {
    /// Takes an answer; whether it was the last.
    fn take(&self, answer: &str, ready: &mut VecDeque<Collected>) -> bool {
        let answer = match serde_json::from_str::<Answer>(answer) {
            Ok(answer) => answer,
            Err(e) => Answer { items: Vec::new(), done: true, error: Some(e.to_string()), code: None },
        };
        for item in answer.items {
            match item {
                Item::Resource(given) => match Resource::from_data(&given, &self.kinds) {
                    Ok(resource) => ready.push_back(resource.into()),
                    Err(error) => {
                        let kind = given.get("kind").and_then(Data::as_str);
                        let text = error.to_string();
                        self.missing(&text, kind, ready);
                    }
                },
                Item::Gap(gap) => ready.push_back(Collected::Gap(self.gap(gap))),
                Item::Bad(text) => self.missing(&text, None, ready),
            }
        }
        if let Some(error) = &answer.error {
            self.missing(error, None, ready);
        }
        answer.done || answer.error.is_some()
    }

    fn gap(&self, gap: GapRow) -> Gap {
        let own = self.kinds.iter().find(|kind| **kind.name() == *gap.kind).map(|kind| kind.provider().to_string());
        let provider = gap.provider.or(own).unwrap_or_else(|| provider_of(&gap.kind).to_owned());
        Gap {
            provider: provider.into(),
            kind: gap.kind.into(),
            account: gap.account.unwrap_or_default().into(),
            region: gap.region.unwrap_or_else(|| GLOBAL.to_owned()).into(),
            unread: Arc::new(gap.unread),
        }
    }

    /// Something was not given that was there: a failure, and of the kind that it may have been, or of all, not all is known.
    fn missing(&self, text: &str, kind: Option<&str>, ready: &mut VecDeque<Collected>) {
        let error =
            Error::new(ErrorKind::Extension, format!("collect with {}", self.name)).with_source(text.to_owned());
        let line = text.lines().next().unwrap_or_default();
        let unread = Arc::new(Unread::new(Reason::Failed, self.name.as_str()).with_detail(line));
        let declared = self.kinds.iter().map(|kind| (kind.name().clone(), kind.provider().clone()));
        let of: Vec<_> = match kind {
            Some(kind) => vec![(kind.into(), provider_of(kind).into())],
            None => declared.collect(),
        };
        ready.push_back(Collected::Failed(error));
        for (kind, provider) in of {
            let (account, region) = ("".into(), GLOBAL.into());
            ready.push_back(Collected::Gap(Gap { kind, provider, account, region, unread: unread.clone() }));
        }
    }
}

/// The kind of an error by its code; what a scan does not tell apart is a fault of the collector.
fn kind_of(code: &str) -> ErrorKind {
    match code {
        "access_denied" => ErrorKind::AccessDenied,
        "config" => ErrorKind::Config,
        "credentials" => ErrorKind::Credentials,
        "unreachable" => ErrorKind::Unreachable,
        _ => ErrorKind::Extension,
    }
}
