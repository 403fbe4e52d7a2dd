//! Reads `object_sample` and `object_acls` of a bucket.

use aws_sdk_s3::Client;
use aws_sdk_s3::operation::list_objects_v2::ListObjectsV2Output;
use cspm_core::{Model, Read, Reason, Unread};

use super::collect::{GONE, KINDS};
use super::convert::grant;
use super::{Bucket, OBJECT_SAMPLE};
use crate::client::{Miss, Site};
use crate::live::{each, items};
use crate::s3::bucket_settings::{ObjectAcl, OwnershipControls};
use crate::s3::sources::{GET_OBJECT_ACL, LIST_OBJECTS};

type Sample = Read<Vec<String>>;
type Acls = Read<Vec<Read<ObjectAcl>>>;

/// The keys of the first objects of a bucket, and their access control lists.
///
/// The lists are not asked for where `ownership` says that they have no effect: that saves most of the calls, for it is
/// so in every bucket whose owner did not choose otherwise.
pub(super) async fn read(
    site: &Site,
    s3: &Client,
    bucket: &str,
    ownership: &Read<Option<OwnershipControls>>,
) -> Result<(Sample, Acls), Miss> {
    let enforced = ownership.known().and_then(Option::as_ref).is_some_and(OwnershipControls::disable_acls);
    let wants = |source| site.wants_source(Bucket::KIND, source);
    let acls_wanted = wants(&GET_OBJECT_ACL) && !enforced;
    if !wants(&LIST_OBJECTS) && !acls_wanted {
        return Ok((Read::default(), skipped(enforced)));
    }
    let most = i32::try_from(OBJECT_SAMPLE).unwrap_or(i32::MAX);
    let page = site
        .call(&[], &LIST_OBJECTS)
        .gone_on(GONE)
        .read(|| s3.list_objects_v2().bucket(bucket).max_keys(most).send())
        .await?;
    let page = match page {
        Read::Known(page) => page,
        Read::Unread(unread) => return Ok((unread.clone().into(), unread.into())),
    };
    let (keys, more) = match sample(page) {
        Ok(sample) => sample,
        Err(unread) => return Ok((unread.clone().into(), unread.into())),
    };
    if !acls_wanted {
        return Ok((Read::Known(keys), skipped(enforced)));
    }
    let acls = futures::future::try_join_all(keys.iter().map(|key| acl(site, s3, bucket, key))).await?;
    let mut acls: Vec<_> = acls.into_iter().flatten().collect();
    if more {
        acls.push(unread(&format!("the bucket has more objects than the {OBJECT_SAMPLE} that are looked at")).into());
    }
    Ok((Read::Known(keys), Read::Known(acls)))
}

/// The keys of a page, and whether there are more objects. An empty bucket has no list in its answer, but a count.
fn sample(page: ListObjectsV2Output) -> Result<(Vec<String>, bool), Unread> {
    let lacks = || Unread::new(Reason::NotGiven, LIST_OBJECTS.call());
    let more = page.is_truncated.ok_or_else(lacks)?;
    let keys: Option<Vec<String>> = each(page.contents, |object| object.key).into_iter().collect();
    let keys = keys.ok_or_else(lacks)?;
    let whole = page.key_count.is_some_and(|count| usize::try_from(count).is_ok_and(|count| count == keys.len()));
    if whole { Ok((keys, more)) } else { Err(lacks()) }
}

/// The access control list of an object; `None` where the object is no more.
async fn acl(site: &Site, s3: &Client, bucket: &str, key: &str) -> Result<Option<Read<ObjectAcl>>, Miss> {
    let answer = site
        .call(KINDS, &GET_OBJECT_ACL)
        .gone_on(GONE)
        .absent_on(&["NoSuchKey"])
        .read_option(|| s3.get_object_acl().bucket(bucket).key(key).send())
        .await?;
    Ok(match answer {
        Read::Known(None) => None,
        Read::Known(Some(acl)) => {
            let grants = items(acl.grants, &GET_OBJECT_ACL, |entry| grant(entry, &GET_OBJECT_ACL));
            Some(Read::Known(ObjectAcl { key: key.to_owned(), grants }))
        }
        Read::Unread(unread) => Some(unread.into()),
    })
}

fn skipped(enforced: bool) -> Acls {
    if enforced { unread("access control lists have no effect in this bucket").into() } else { Read::default() }
}

fn unread(detail: &str) -> Unread {
    Unread::new(Reason::Skipped, GET_OBJECT_ACL.call()).with_detail(detail)
}

#[cfg(test)]
mod tests {
    use aws_sdk_s3::types::Object;

    use super::*;

    #[test]
    fn a_page_that_lacks_its_objects_is_no_empty_bucket() {
        let page = || ListObjectsV2Output::builder().is_truncated(false);
        assert_eq!(sample(page().key_count(0).build()), Ok((vec![], false)));
        let object = Object::builder().key("a").build();
        assert_eq!(sample(page().key_count(1).contents(object).build()), Ok((vec!["a".to_owned()], false)));
        assert!(sample(page().build()).is_err(), "no count");
        assert!(sample(page().key_count(1).build()).is_err(), "no objects");
        assert!(sample(page().key_count(1).contents(Object::builder().build()).build()).is_err(), "no key");
        assert!(sample(ListObjectsV2Output::builder().key_count(0).build()).is_err(), "are there more?");
    }
}
