//! Where an ARN says that its resource is.

/// The parts of an ARN that say where the resource is, each empty where the ARN leaves it out.
/// <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference-arns.html>
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Arn<'a> {
    pub(super) region: &'a str,
    pub(super) account: &'a str,
}

impl<'a> Arn<'a> {
    /// The parts of a text that is an ARN.
    pub(super) fn of(text: &'a str) -> Option<Self> {
        let mut parts = text.strip_prefix("arn:")?.splitn(5, ':');
        let (_partition, _service, region, account) = (parts.next()?, parts.next()?, parts.next()?, parts.next()?);
        parts.next().filter(|resource| !resource.is_empty()).map(|_| Self { region, account })
    }

    /// The account that it names; not `aws`, whose resources every account has, and no pattern.
    pub(super) fn owner(self) -> Option<&'a str> {
        let is_id = self.account.len() == 12 && self.account.bytes().all(|byte| byte.is_ascii_digit());
        is_id.then_some(self.account)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_arn_says_where_its_resource_is() {
        let owner = |text| Arn::of(text).map(Arn::owner);
        assert_eq!(owner("arn:aws:iam::123456789012:role/a:b"), Some(Some("123456789012")));
        assert_eq!(Arn::of("arn:aws-cn:kms:cn-north-1:123456789012:key/1").unwrap().region, "cn-north-1");
        for of_nobody in ["arn:aws:s3:::bucket", "arn:aws:iam::aws:policy/ReadOnlyAccess", "arn:aws:iam::*:role/x"] {
            assert_eq!(owner(of_nobody), Some(None), "{of_nobody}");
        }
        for other in ["vpc-1", "arn:", "arn:aws:s3", "arn:aws:s3:::", "xarn:aws:s3:::bucket", ""] {
            assert_eq!(owner(other), None, "{other}");
        }
    }
}
