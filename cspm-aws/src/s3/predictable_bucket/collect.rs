//! `aws_s3_predictable_bucket`, live.

use std::collections::BTreeSet;

use aws_sdk_s3::Client;
use aws_sdk_s3::error::{ErrorMetadata, SdkError};
use aws_sdk_s3::operation::head_bucket::HeadBucketError;
use aws_smithy_runtime_api::client::orchestrator::HttpResponse;
use cspm_core::{Model, Read, Reason, Resource, Unread};
use futures::StreamExt;

use crate::client::{Miss, Page, Site};
use crate::live::{filled, settled};
use crate::s3::predictable_bucket::{PredictableBucket, predictable_names};
use crate::s3::sources::{HEAD_BUCKET, LIST_BUCKETS};

const KINDS: &[&str] = &[PredictableBucket::KIND];
/// How many names are looked at at once.
const WIDTH: usize = 16;

/// What S3 answers about a name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Head {
    Exists,
    Absent,
    /// Refused: mostly because the bucket is someone else's.
    Refused,
}

pub(in crate::s3) async fn collect(site: &Site) {
    if !site.wants(PredictableBucket::KIND) {
        return;
    }
    let s3 = site.s3();
    let buckets = site
        .call(KINDS, &LIST_BUCKETS)
        .read_all(
            |token| s3.list_buckets().max_buckets(1000).set_continuation_token(token).send(),
            |page| Page::new(page.buckets, page.continuation_token),
        )
        .await;
    let buckets = match settled(buckets, &LIST_BUCKETS) {
        Read::Known(buckets) => buckets,
        Read::Unread(unread) => return site.gap(KINDS, unread).await,
    };
    // A bucket without its name may be any of them.
    let owned: Option<BTreeSet<String>> = buckets.into_iter().map(|bucket| bucket.name.and_then(filled)).collect();
    let Some(owned) = owned else {
        let unread = Unread::new(Reason::Failed, LIST_BUCKETS.call());
        return site.gap(KINDS, unread.with_detail("the answer has a bucket without a name")).await;
    };
    let mut looks = Vec::new();
    for at in site.regions(KINDS).await {
        let s3 = at.s3();
        for (name, used_by) in predictable_names(at.account(), at.region()) {
            looks.push(bring(at.clone(), s3.clone(), owned.contains(&name), name, used_by));
        }
    }
    futures::stream::iter(looks).buffer_unordered(WIDTH).for_each(|()| async {}).await;
}

async fn bring(site: Site, s3: Client, owned: bool, name: String, used_by: &'static str) {
    let resource = look(&site, &s3, &name, used_by, owned).await;
    site.emit_or_gap(KINDS, &LIST_BUCKETS, resource).await;
}

async fn look(site: &Site, s3: &Client, name: &str, used_by: &str, owned: bool) -> Result<Resource, Miss> {
    let exists = if owned && site.wants_source(PredictableBucket::KIND, &HEAD_BUCKET) {
        Read::Known(true)
    } else {
        exists(site, s3, name).await?
    };
    let model = PredictableBucket { name: name.to_owned(), used_by: used_by.to_owned(), owned, exists };
    // The name, not the bucket, which may be nobody's or somebody else's.
    site.untagged(format!("s3://{name}"), name, &model)
}

/// Whether a bucket of this name exists.
///
/// A refusal says that it does, but only if a name that no one uses is not refused too, as it would be by an endpoint
/// policy or with credentials that S3 does not accept.
async fn exists(site: &Site, s3: &Client, name: &str) -> Result<Read<bool>, Miss> {
    let head = site.call(KINDS, &HEAD_BUCKET).read(|| async { answer(ask(s3, name).await, true) }).await?;
    Ok(match head {
        Read::Known(Head::Exists) => Read::Known(true),
        Read::Known(Head::Absent) => Read::Known(false),
        Read::Known(Head::Refused) => {
            let unused = format!("{name}-unused");
            let probe = site.call(KINDS, &HEAD_BUCKET).read(|| async { answer(ask(s3, &unused).await, false) });
            match probe.await? {
                Read::Known(Head::Absent) => Read::Known(true),
                Read::Known(_) => Unread::new(Reason::AccessDenied, HEAD_BUCKET.call()).into(),
                Read::Unread(unread) => unread.into(),
            }
        }
        Read::Unread(unread) => unread.into(),
    })
}

type HeadError = SdkError<HeadBucketError, HttpResponse>;
type Asked = Result<(), HeadError>;

async fn ask(s3: &Client, name: &str) -> Asked {
    s3.head_bucket().bucket(name).send().await.map(|_| ())
}

/// What an answer means. `refusal`: whether to be refused is one.
/// <https://docs.aws.amazon.com/AmazonS3/latest/API/API_HeadBucket.html>
#[expect(clippy::result_large_err, reason = "a call gives the SDK's error as it is")]
fn answer(asked: Asked, refusal: bool) -> Result<Head, HeadError> {
    let status = |error: &HeadError| error.raw_response().map_or(0, |raw| raw.status().as_u16());
    match asked {
        Ok(()) => Ok(Head::Exists),
        Err(error) => match status(&error) {
            301 => Ok(Head::Exists),
            404 => Ok(Head::Absent),
            403 if refusal => Ok(Head::Refused),
            503 => Err(slow_down(error)),
            _ => Err(error),
        },
    }
}

/// The error with the code that the same answer to another call has. An answer to HEAD has no body, so no code, and 503
/// is how S3 says that requests come too fast.
/// <https://repost.aws/knowledge-center/http-5xx-errors-s3>
fn slow_down(error: HeadError) -> HeadError {
    match error {
        SdkError::ServiceError(answer) => {
            let meta = ErrorMetadata::builder().code("SlowDown").build();
            SdkError::service_error(HeadBucketError::generic(meta), answer.into_raw())
        }
        other => other,
    }
}

#[cfg(test)]
mod tests {
    use aws_smithy_types::body::SdkBody;
    use aws_smithy_types::error::metadata::ProvideErrorMetadata;

    use super::*;

    /// What an answer with this status and without a body means, and the code of the error that it is.
    fn of(status: u16, refusal: bool) -> (Option<Head>, Option<String>) {
        let raw = HttpResponse::new(status.try_into().unwrap(), SdkBody::empty());
        let error = SdkError::service_error(HeadBucketError::generic(ErrorMetadata::builder().build()), raw);
        match answer(Err(error), refusal) {
            Ok(head) => (Some(head), None),
            Err(error) => (None, error.code().map(str::to_owned)),
        }
    }

    #[test]
    fn statuses_say_what_a_body_would() {
        assert_eq!(of(301, false), (Some(Head::Exists), None));
        assert_eq!(of(404, false), (Some(Head::Absent), None));
        assert_eq!(of(403, true), (Some(Head::Refused), None));
        assert_eq!(of(403, false), (None, None));
        assert_eq!(of(500, true), (None, None));
        assert_eq!(of(503, true), (None, Some("SlowDown".to_owned())));
    }
}
