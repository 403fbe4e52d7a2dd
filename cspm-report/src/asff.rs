//! ASFF: an array of findings, as `aws securityhub batch-import-findings --findings file://…` takes it (at most 100 at
//! a time). <https://docs.aws.amazon.com/securityhub/1.0/APIReference/API_AwsSecurityFinding.html>
//!
//! The verdict is `Compliance.Status`: PASSED, FAILED, or NOT_AVAILABLE for unknown, with a reason for each field that
//! was not read. Texts are on one line and cut to the documented lengths. The label of a passed finding is
//! INFORMATIONAL, as the format defines it; `Severity.Original` is the rule's in any case. What is not of AWS is of type
//! `Other` and belongs to the account of the first AWS identity of the scan, as the format must name one.

use std::io::{self, Write};

use cspm_core::{Finding, GLOBAL, Report, Resource, Severity, Status};
use jiff::Timestamp;
use serde_json::{Map, Value, json};

use crate::asff_types::resource_type;
use crate::standing::Standing;
use crate::{VERSION, stream, text};

/// Where findings of no region are imported.
const HOME_REGION: &str = "us-east-1";
/// The account of findings for which none is known.
const NO_ACCOUNT: &str = "000000000000";

pub(crate) fn write(report: &Report, out: &mut dyn Write) -> io::Result<()> {
    let mut accounts = report.identities.iter().filter(|identity| &*identity.provider == "aws");
    let home = accounts.next().map_or(NO_ACCOUNT, |identity| &identity.account).to_owned();
    stream::rows(out, report.findings().map(|finding| row(&finding, &home)))?;
    out.write_all(b"\n")
}

fn row(finding: &Finding, home: &str) -> Value {
    let (rule, resource) = (&finding.rule, &finding.resource);
    let of_aws = &*resource.provider == "aws";
    let account = if of_aws && resource.account.len() == 12 { &resource.account } else { home };
    let region = if of_aws && &*resource.region != GLOBAL { &*resource.region } else { HOME_REGION };
    let partition = partition_of(resource).unwrap_or_else(|| partition(region));
    let time = time(resource.collected_at);
    let label = if finding.status == Status::Pass { Severity::Informational } else { rule.severity };
    let severity = json!({"Label": label.as_str().to_uppercase(), "Original": rule.severity});
    let types = ["Software and Configuration Checks/Industry and Regulatory Standards"];
    let mut row = json!({
        "SchemaVersion": "2018-10-08",
        "Id": finding.id,
        "ProductArn": format!("arn:{partition}:securityhub:{region}:{account}:product/{account}/default"),
        "ProductName": "cspm",
        "CompanyName": "cspm",
        "Region": fit(region, 16),
        "GeneratorId": fit(&rule.id, 512),
        "AwsAccountId": account,
        "Types": types,
        "CreatedAt": time,
        "UpdatedAt": time,
        "Severity": severity,
        "Title": fit(&rule.title, 256),
        "Description": fit(&finding.message, 1024),
        "ProductFields": product_fields(finding),
        "Resources": [place(resource, partition, &finding.id)],
        "Compliance": compliance(finding),
        "Workflow": {"Status": workflow(finding)},
        "RecordState": "ACTIVE",
        "FindingProviderFields": {"Severity": severity, "Types": types},
    });
    let mut recommendation = Map::new();
    if !rule.remediation.text.trim().is_empty() {
        recommendation.insert("Text".into(), fit(&rule.remediation.text, 512).into());
    }
    if let Some(reference) = text::web_reference(rule) {
        recommendation.insert("Url".into(), reference.into());
    }
    if !recommendation.is_empty() {
        row["Remediation"] = json!({"Recommendation": recommendation});
    }
    if let Some(exception) = &finding.exception {
        let text = format!("{} (until {})", exception.reason, exception.expires);
        row["Note"] = json!({"Text": fit(&text, 512), "UpdatedBy": fit(&exception.owner, 512), "UpdatedAt": time});
    }
    row
}

fn workflow(finding: &Finding) -> &'static str {
    match Standing::of(finding) {
        Standing::Pass => "RESOLVED",
        Standing::Fail | Standing::Unknown => "NEW",
        Standing::Excepted => "SUPPRESSED",
    }
}

fn compliance(finding: &Finding) -> Value {
    let status = match finding.status {
        Status::Pass => "PASSED",
        Status::Fail => "FAILED",
        Status::Unknown => "NOT_AVAILABLE",
    };
    let controls: Vec<_> = text::controls(&finding.rule).take(32).map(|control| fit(&control, 64)).collect();
    let mut compliance = json!({"Status": status});
    if !controls.is_empty() {
        compliance["RelatedRequirements"] = controls.into();
    }
    if !finding.unread.is_empty() {
        let reasons = finding.unread.iter().take(20).map(|u| {
            let description = format!("{} was not read: {}", u.field, u.unread);
            json!({"ReasonCode": u.unread.reason.as_str().to_uppercase(), "Description": fit(&description, 2048)})
        });
        compliance["StatusReasons"] = reasons.collect();
    }
    compliance
}

fn product_fields(finding: &Finding) -> Value {
    let mut fields = json!({"cspm/version": VERSION, "cspm/status": finding.status, "cspm/service": fit(&finding.rule.service, 2048)});
    if !finding.evidence.is_empty() {
        let evidence = Value::Object(text::evidence(&finding.evidence)).to_string();
        fields["cspm/evidence"] = fit(&evidence, 2048).into();
    }
    if let Some(controls) = finding.rule.equivalents.get("security_hub").filter(|controls| !controls.is_empty()) {
        fields["cspm/security_hub"] = fit(&controls.join(", "), 2048).into();
    }
    fields
}

/// The partition that the resource itself says, by its ARN or as a field: what belongs to no region says it no other way.
fn partition_of(resource: &Resource) -> Option<&str> {
    let by_arn = resource.uid.strip_prefix("arn:").and_then(|rest| rest.split(':').next());
    by_arn.or_else(|| resource.data.get("partition")?.as_str()).filter(|partition| partition.starts_with("aws"))
}

fn place(resource: &Resource, partition: &str, finding_id: &str) -> Value {
    let mut place = json!({
        "Type": resource_type(&resource.kind),
        "Id": resource_id(resource, finding_id),
        "Partition": partition,
        "Details": {"Other": {"kind": fit(&resource.kind, 1024), "name": fit(&resource.name, 1024)}},
    });
    if &*resource.provider == "aws" {
        let region = if &*resource.region == GLOBAL { HOME_REGION } else { &resource.region };
        place["Region"] = fit(region, 16).into();
    }
    // The format has no empty values, and takes 50 tags with keys of 128 and values of 256 characters.
    let tags = resource.tags.iter().filter(|(key, value)| !key.trim().is_empty() && !value.trim().is_empty());
    let tags: Map<_, _> = tags.take(50).map(|(key, value)| (fit(key, 128), fit(value, 256).into())).collect();
    if !tags.is_empty() {
        place["Tags"] = tags.into();
    }
    place
}

/// The id by which readers of the format know the resource: the ARN, also of what another account owns; the account for
/// settings that have no ARN. One that is too long is cut, and stays unique through the id of the finding.
fn resource_id(resource: &Resource, finding_id: &str) -> String {
    const MAX: usize = 512;
    let known = match resource_type(&resource.kind) {
        "AwsAccount" => format!("AWS::::Account:{}", resource.account),
        _ => match resource.uid.strip_prefix("aws://").and_then(|rest| rest.split_once('/')) {
            Some((_, arn)) if arn.starts_with("arn:") => arn.to_owned(),
            _ => resource.uid.to_string(),
        },
    };
    let uid = fit(&known, usize::MAX);
    if uid.encode_utf16().count() <= MAX {
        return uid;
    }
    format!("{}-{finding_id}", text::cut(&uid, MAX - 1 - finding_id.len()))
}

/// The text on one line, not empty, and of at most `max` characters.
fn fit(text: &str, max: usize) -> String {
    match text.trim() {
        "" => "-".to_owned(),
        text => text::cut(&text::one_line(text), max),
    }
}

/// Milliseconds: the format allows no finer time.
fn time(at: Timestamp) -> String {
    format!("{at:.3}")
}

fn partition(region: &str) -> &'static str {
    match region {
        _ if region.starts_with("cn-") => "aws-cn",
        _ if region.starts_with("us-gov-") => "aws-us-gov",
        _ if region.starts_with("us-isob-") => "aws-iso-b",
        _ if region.starts_with("us-iso-") => "aws-iso",
        _ if region.starts_with("eu-isoe-") => "aws-iso-e",
        _ if region.starts_with("us-isof-") => "aws-iso-f",
        _ if region.starts_with("eusc-") => "aws-eusc",
        _ => "aws",
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use cspm_core::Data;
    use jiff::Timestamp;

    use super::*;

    fn resource(kind: &str, uid: &str) -> Resource {
        Resource {
            uid: uid.into(),
            kind: kind.into(),
            provider: "aws".into(),
            account: "123456789012".into(),
            region: GLOBAL.into(),
            name: uid.into(),
            tags: Arc::default(),
            collected_at: Timestamp::UNIX_EPOCH,
            origin: None,
            data: Data::object([("partition", Data::from("aws-us-gov"))]),
        }
    }

    #[test]
    fn resources_have_the_ids_and_types_that_readers_know() {
        let account = "AWS::::Account:123456789012";
        let root = "arn:aws-cn:iam::123456789012:root";
        let policy = "arn:aws:iam::aws:policy/ReadOnlyAccess";
        let key = "AWS::IAM::AccessKey:AKIA1";
        for (kind, uid, id, of_type) in [
            ("aws_account", account, account, "AwsAccount"),
            ("aws_ec2_regional_settings", "aws://123456789012/eu-west-1/ec2-settings", account, "AwsAccount"),
            ("aws_iam_root_user", root, root, "AwsIamUser"),
            ("aws_iam_policy", "aws://123456789012/arn:aws:iam::aws:policy/ReadOnlyAccess", policy, "AwsIamPolicy"),
            ("aws_iam_access_key", key, key, "AwsIamAccessKey"),
            ("aws_s3_predictable_bucket", "s3://sagemaker-1", "s3://sagemaker-1", "Other"),
        ] {
            let place = place(&resource(kind, uid), "aws", "id");
            assert_eq!((&place["Id"], &place["Type"]), (&Value::from(id), &Value::from(of_type)), "{kind}");
        }
    }

    #[test]
    fn the_partition_is_that_of_the_resource() {
        assert_eq!(partition_of(&resource("aws_iam_root_user", "arn:aws-cn:iam::123456789012:root")), Some("aws-cn"));
        assert_eq!(partition_of(&resource("aws_account", "AWS::::Account:123456789012")), Some("aws-us-gov"));
    }
}
