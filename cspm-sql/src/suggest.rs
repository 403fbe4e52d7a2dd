//! "Did you mean …?"

/// The one of `known` that `given` most likely was meant to be, as a question; `None` where nothing is near.
pub(crate) fn did_you_mean<'a>(given: &str, known: impl IntoIterator<Item = &'a str>) -> Option<String> {
    let given = given.to_lowercase();
    let nearest = known.into_iter().map(|name| (distance(&given, &name.to_lowercase()), name)).min()?;
    (nearest.0 <= given.len().div_ceil(3)).then(|| format!("did you mean {}?", nearest.1))
}

/// How many letters must be added, dropped, replaced or swapped with their neighbour to get from `a` to `b`.
fn distance(a: &str, b: &str) -> usize {
    let (a, b): (Vec<char>, Vec<char>) = (a.chars().take(100).collect(), b.chars().take(100).collect());
    let mut before: Vec<usize> = Vec::new();
    let mut previous: Vec<usize> = (0..=b.len()).collect();
    for i in 1..=a.len() {
        let mut row = vec![i];
        for j in 1..=b.len() {
            let replaced = previous[j - 1] + usize::from(a[i - 1] != b[j - 1]);
            let mut best = replaced.min(previous[j] + 1).min(row[j - 1] + 1);
            if i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1] {
                best = best.min(before[j - 2] + 1);
            }
            row.push(best);
        }
        before = std::mem::replace(&mut previous, row);
    }
    previous[b.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_nearest_name_is_suggested() {
        let known = ["aws_s3_bucket", "aws_vpc", "aws_ec2_instance"];
        assert_eq!(did_you_mean("aws_s3_buckets", known).as_deref(), Some("did you mean aws_s3_bucket?"));
        assert_eq!(did_you_mean("AWS_VCP", known).as_deref(), Some("did you mean aws_vpc?"));
        assert_eq!(did_you_mean("kubernetes_pod", known), None);
        assert_eq!(did_you_mean("x", []), None);
    }
}
