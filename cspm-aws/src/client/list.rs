//! The call that lists resources.

use std::error::Error as StdError;
use std::future::Future;

use aws_smithy_runtime_api::client::orchestrator::HttpResponse;
use aws_smithy_runtime_api::client::result::SdkError;
use aws_smithy_types::error::metadata::ProvideErrorMetadata;
use cspm_core::{Reason, Source, Unread};
use futures::StreamExt;
use futures::stream::FuturesUnordered;
use tokio::time::Instant;

use super::call::{Answer, Call};
use super::page::{Next, Page, Pages};
use super::site::{Found, Miss, Site};

/// How many items of one list are worked on at once.
const WIDTH: usize = 16;

/// A list, before it is made.
#[derive(Clone, Copy, Debug)]
#[must_use = "the list is made by `each`"]
pub(crate) struct List<'a>(Call<'a>);

impl<'a> List<'a> {
    pub(crate) fn new(site: &'a Site, kinds: &'a [&'a str], source: &'a Source) -> Self {
        Self(Call::new(site, kinds, source))
    }

    /// Error codes that mean that the list is empty.
    pub(crate) fn absent_on(self, codes: &'a [&'a str]) -> Self {
        Self(self.0.absent_on(codes))
    }

    /// Lists: `send` asks for the page of a token, `split` takes it apart, `each` makes
    /// resources of an item. The resources are reported as they come; so is a gap, where the list could not be made or
    /// broke off.
    pub(crate) async fn each<T, I, R, E, F, H>(
        self,
        send: impl Fn(Option<String>) -> F + Send + Sync,
        split: impl Fn(T) -> Page<I> + Send + Sync,
        each: impl Fn(I) -> H + Send + Sync,
    ) where
        F: Future<Output = Result<T, SdkError<E, HttpResponse>>> + Send,
        H: Future<Output = Result<R, Miss>> + Send,
        E: ProvideErrorMetadata + StdError + Send + Sync + 'static,
        T: Send,
        I: Send,
        R: Into<Found> + Send,
    {
        let Call { site, kinds, source, .. } = self.0;
        if !kinds.iter().any(|kind| site.wants(kind)) {
            return;
        }
        let (mut running, mut token, mut pages) = (FuturesUnordered::new(), None::<String>, Pages::default());
        let mut unread = None;
        loop {
            site.scan.expect(source).await;
            let begun = Instant::now();
            let page = match self.page(&send, token.take(), &mut running).await {
                Answer::Known(page) => split(page),
                Answer::Absent | Answer::Gone => break,
                Answer::Unread(why) => {
                    unread = Some(why);
                    break;
                }
            };
            pages.took(begun.elapsed());
            let (items, missing, next) = page.take(&mut pages, source);
            unread = missing.or(unread);
            if let [kind] = kinds {
                site.scan.expect_details(kind, items.len()).await;
            }
            for item in items {
                while running.len() >= WIDTH {
                    self.keep_next(&mut running).await;
                }
                running.push(each(item));
            }
            match next {
                Next::Page(next) => token = Some(next),
                Next::End => break,
                Next::Broken(why) => {
                    unread = Some(why);
                    break;
                }
            }
        }
        while !running.is_empty() {
            self.keep_next(&mut running).await;
        }
        if let Some(unread) = unread {
            site.gap(kinds, unread).await;
        }
    }

    /// The page of `token`, while the items of those before are worked on.
    async fn page<T, R, E, F, H>(
        &self,
        send: &(impl Fn(Option<String>) -> F + Send + Sync),
        token: Option<String>,
        running: &mut FuturesUnordered<H>,
    ) -> Answer<T>
    where
        F: Future<Output = Result<T, SdkError<E, HttpResponse>>> + Send,
        H: Future<Output = Result<R, Miss>> + Send,
        E: ProvideErrorMetadata + StdError + Send + Sync + 'static,
        T: Send,
        R: Into<Found> + Send,
    {
        let page = self.0.make(|| send(token.clone()));
        let mut page = std::pin::pin!(page);
        loop {
            tokio::select! {
                page = &mut page => return page,
                Some(result) = running.next(), if !running.is_empty() => self.keep(result).await,
            }
        }
    }

    async fn keep_next<R, H>(&self, running: &mut FuturesUnordered<H>)
    where
        H: Future<Output = Result<R, Miss>> + Send,
        R: Into<Found> + Send,
    {
        if let Some(result) = running.next().await {
            self.keep(result).await;
        }
    }

    /// Reports what an item gave.
    async fn keep<R: Into<Found>>(&self, result: Result<R, Miss>) {
        let Call { site, kinds, source, .. } = self.0;
        match result.map(Into::into) {
            Ok(Found(resources)) => {
                for resource in resources {
                    site.emit(resource).await;
                }
            }
            Err(Miss::Gone) => {}
            Err(Miss::Broken(error)) => {
                let unread = Unread::new(Reason::Failed, source.call()).with_detail(error.to_string());
                site.gap(kinds, unread).await;
            }
        }
    }
}
