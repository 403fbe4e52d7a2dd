//! The partitions of AWS: worlds of their own, each with its regions and the second part of its ARNs.

/// The regions of partitions other than `aws`, by how their names begin.
/// <https://docs.aws.amazon.com/general/latest/gr/rande.html>
const OTHERS: [(&str, &str); 7] = [
    ("cn-", "aws-cn"),
    ("us-gov-", "aws-us-gov"),
    ("us-iso-", "aws-iso"),
    ("us-isob-", "aws-iso-b"),
    ("eu-isoe-", "aws-iso-e"),
    ("us-isof-", "aws-iso-f"),
    ("eusc-", "aws-eusc"),
];

/// The partition that a region is in, e.g. `aws-cn`.
///
/// ```
/// assert_eq!(cspm_aws::partition::of("us-gov-west-1"), "aws-us-gov");
/// assert_eq!(cspm_aws::partition::of("eu-west-1"), "aws");
/// ```
#[must_use]
pub fn of(region: &str) -> &'static str {
    OTHERS.iter().find(|(prefix, _)| region.starts_with(prefix)).map_or("aws", |(_, partition)| partition)
}

#[cfg(test)]
mod tests {
    #[test]
    fn regions_tell_their_partition() {
        for (region, partition) in [
            ("us-east-1", "aws"),
            ("cn-northwest-1", "aws-cn"),
            ("us-gov-east-1", "aws-us-gov"),
            ("us-iso-west-1", "aws-iso"),
            ("us-isob-east-1", "aws-iso-b"),
            ("eu-isoe-west-1", "aws-iso-e"),
            ("us-isof-south-1", "aws-iso-f"),
            ("eusc-de-east-1", "aws-eusc"),
            ("global", "aws"),
        ] {
            assert_eq!(super::of(region), partition, "{region}");
        }
    }
}
