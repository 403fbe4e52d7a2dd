//! From the SDK's types to those of the models.

use aws_sdk_ec2::primitives::DateTime;
use aws_sdk_ec2::types::{GroupIdentifier as SdkGroup, Tag};
use cspm_core::{Error, ErrorKind, Source};
use jiff::Timestamp;

use super::instance::GroupIdentifier;
use crate::client::Miss;
use crate::live::{given, timestamp};

/// The id, without which there is no resource.
pub(super) fn id(value: Option<String>, kind: &str) -> Result<String, Miss> {
    Ok(value.ok_or_else(|| Error::new(ErrorKind::Format, format!("read an {kind}: the answer has no id")))?)
}

/// A list; an answer in XML does not tell an empty one from none.
pub(super) fn each<T, U>(list: Option<Vec<T>>, f: impl FnMut(T) -> U) -> Vec<U> {
    list.unwrap_or_default().into_iter().map(f).collect()
}

/// The text of an enumeration.
pub(super) fn text(value: Option<impl AsRef<str>>) -> Option<String> {
    value.map(|value| value.as_ref().to_owned())
}

/// A time; absent also where it is outside of what a timestamp can say.
pub(super) fn time(value: Option<DateTime>) -> Option<Timestamp> {
    timestamp(value?)
}

/// A time that the API gives as text, in ISO 8601.
pub(super) fn time_of(value: Option<String>) -> Option<Timestamp> {
    value?.parse().ok()
}

/// The tags.
pub(super) fn tags(tags: Option<Vec<Tag>>) -> Vec<(String, String)> {
    each(tags, |tag| (tag.key.unwrap_or_default(), tag.value.unwrap_or_default()))
}

/// What people call a resource: its tag `Name`, else its id.
pub(super) fn name(tags: &[(String, String)], id: &str) -> String {
    tags.iter().find(|(key, value)| key == "Name" && !value.is_empty()).map_or(id, |(_, value)| value).to_owned()
}

/// Security groups by id and name.
pub(super) fn groups(groups: Option<Vec<SdkGroup>>, source: &Source) -> Vec<GroupIdentifier> {
    each(groups, |group| GroupIdentifier { group_id: given(group.group_id, source), group_name: group.group_name })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_name_is_the_tag_or_the_id() {
        let tagged = tags(Some(vec![Tag::builder().key("Name").value("web").build()]));
        assert_eq!(name(&tagged, "i-1"), "web");
        assert_eq!(name(&tags(Some(vec![Tag::builder().key("Name").value("").build()])), "i-1"), "i-1");
        assert_eq!(name(&[], "i-1"), "i-1");
    }

    #[test]
    fn times_keep_their_moment() {
        let moment = time(Some(DateTime::from_secs_and_nanos(1_767_225_600, 500_000_000)));
        assert_eq!(moment, "2026-01-01T00:00:00.5Z".parse().ok());
        assert_eq!(time_of(Some("2026-01-01T00:00:00.500Z".into())), moment);
        assert_eq!(time_of(Some("soon".into())), None);
    }
}
