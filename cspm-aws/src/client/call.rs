//! The call that fills a field.

use std::error::Error as StdError;
use std::future::Future;

use aws_smithy_runtime_api::client::orchestrator::HttpResponse;
use aws_smithy_runtime_api::client::result::SdkError;
use aws_smithy_types::error::metadata::ProvideErrorMetadata;
use cspm_core::{Read, Source, Unread};
use tokio::time::Instant;

use super::failure::Failure;
use super::page::{Next, Page, Pages};
use super::retry::Target;
use super::site::{Miss, Site};

/// A call that fills fields, before it is made.
#[derive(Clone, Copy, Debug)]
#[must_use = "the call is made by `read`, `read_option` or `read_all`"]
pub(crate) struct Call<'a> {
    pub(crate) site: &'a Site,
    pub(crate) kinds: &'a [&'a str],
    pub(crate) source: &'a Source,
    absent_on: &'a [&'a str],
    gone_on: &'a [&'a str],
    retry_on: &'a [&'a str],
}

/// How a call ended.
#[derive(Debug)]
pub(crate) enum Answer<T> {
    /// With what was asked for.
    Known(T),
    /// There is no such thing.
    Absent,
    /// The object asked about is no more.
    Gone,
    /// Not read.
    Unread(Unread),
}

impl<'a> Call<'a> {
    pub(crate) fn new(site: &'a Site, kinds: &'a [&'a str], source: &'a Source) -> Self {
        Self { site, kinds, source, absent_on: &[], gone_on: &[], retry_on: &[] }
    }

    /// Error codes that mean that nothing is configured.
    pub(crate) fn absent_on(mut self, codes: &'a [&'a str]) -> Self {
        self.absent_on = codes;
        self
    }

    /// Error codes that mean that the object itself is no more.
    pub(crate) fn gone_on(mut self, codes: &'a [&'a str]) -> Self {
        self.gone_on = codes;
        self
    }

    /// Error codes that mean "not yet": the call is made again until the limit of its time.
    pub(crate) fn retry_on(mut self, codes: &'a [&'a str]) -> Self {
        self.retry_on = codes;
        self
    }

    /// What the call answers. "Nothing configured" is not an answer to this one, but a failure.
    pub(crate) async fn read<T, E, F>(self, send: impl Fn() -> F + Send + Sync) -> Result<Read<T>, Miss>
    where
        F: Future<Output = Result<T, SdkError<E, HttpResponse>>> + Send,
        E: ProvideErrorMetadata + StdError + Send + Sync + 'static,
        T: Send,
    {
        Ok(match self.read_option(send).await? {
            Read::Known(Some(answer)) => Read::Known(answer),
            Read::Known(None) => Read::Unread(Unread::new(cspm_core::Reason::Failed, self.source.call())),
            Read::Unread(unread) => Read::Unread(unread),
        })
    }

    /// What the call answers; `None` where nothing is configured.
    pub(crate) async fn read_option<T, E, F>(self, send: impl Fn() -> F + Send + Sync) -> Result<Read<Option<T>>, Miss>
    where
        F: Future<Output = Result<T, SdkError<E, HttpResponse>>> + Send,
        E: ProvideErrorMetadata + StdError + Send + Sync + 'static,
        T: Send,
    {
        if !self.is_wanted() {
            return Ok(Unread::skipped().into());
        }
        self.site.scan.expect(self.source).await;
        match self.make(send).await {
            Answer::Known(answer) => Ok(Read::Known(Some(answer))),
            Answer::Absent => Ok(Read::Known(None)),
            Answer::Gone => Err(Miss::Gone),
            Answer::Unread(unread) => Ok(unread.into()),
        }
    }

    /// The items of all pages, or unread: never a part of them. None where nothing is configured.
    pub(crate) async fn read_all<T, I, E, F>(
        self,
        send: impl Fn(Option<String>) -> F + Send + Sync,
        split: impl Fn(T) -> Page<I> + Send + Sync,
    ) -> Result<Read<Vec<I>>, Miss>
    where
        F: Future<Output = Result<T, SdkError<E, HttpResponse>>> + Send,
        E: ProvideErrorMetadata + StdError + Send + Sync + 'static,
        T: Send,
        I: Send,
    {
        let (mut all, mut token, mut pages) = (Vec::new(), None::<String>, Pages::default());
        loop {
            let begun = Instant::now();
            let page = match self.read_option(|| send(token.clone())).await? {
                Read::Known(Some(page)) => page,
                Read::Known(None) => return Ok(Read::Known(all)),
                Read::Unread(unread) => return Ok(unread.into()),
            };
            pages.took(begun.elapsed());
            let (items, missing, next) = split(page).take(&mut pages, self.source);
            if let Some(missing) = missing {
                return Ok(missing.into());
            }
            all.extend(items);
            match next {
                Next::Page(next) => token = Some(next),
                Next::End => return Ok(Read::Known(all)),
                Next::Broken(unread) => return Ok(unread.into()),
            }
        }
    }

    /// Makes the call, wanted or not.
    pub(crate) async fn make<T, E, F>(&self, send: impl Fn() -> F + Send + Sync) -> Answer<T>
    where
        F: Future<Output = Result<T, SdkError<E, HttpResponse>>> + Send,
        E: ProvideErrorMetadata + StdError + Send + Sync + 'static,
        T: Send,
    {
        let attempt = || -> futures::future::BoxFuture<'_, Result<T, Failure>> {
            let sent = send();
            Box::pin(async move { sent.await.map_err(|error| Failure::of(&error)) })
        };
        let target = Target { region: self.site.region(), service: self.source.service(), retry_on: self.retry_on };
        let (answers, enabled) = ([self.absent_on, self.gone_on], self.site.enabled);
        match self.site.scan.call(target, self.source, &answers, enabled, &attempt).await {
            Ok(answer) => Answer::Known(answer),
            Err(failure) if self.absent_on.contains(&failure.code.as_str()) => Answer::Absent,
            Err(failure) if self.gone_on.contains(&failure.code.as_str()) => Answer::Gone,
            Err(failure) => Answer::Unread(failure.unread(self.source, enabled)),
        }
    }

    fn is_wanted(&self) -> bool {
        self.kinds.is_empty() || self.kinds.iter().any(|kind| self.site.wants_source(kind, self.source))
    }
}
