//! Answers for the calls that moto does not know, so that verdicts depend on them too; and of those that it does know,
//! what is too much.

use super::call::Call;
use super::http::Answer;

/// The answer to a call that moto does not know, or of which it knows less than AWS. `ask` has EC2 of moto answer an
/// action.
pub fn answer(call: &Call, ask: impl Fn(&str) -> String) -> Option<Answer> {
    let body = match call.name().as_str() {
        // Two regions instead of all: what a region adds to a scan is only more of the same.
        "ec2:DescribeRegions" => REGIONS.to_owned(),
        "ec2:DescribeInstanceImageMetadata" => images(&ask("DescribeInstances")),
        "ec2:GetImageBlockPublicAccessState" => {
            ec2(call, "<imageBlockPublicAccessState>unblocked</imageBlockPublicAccessState>")
        }
        "ec2:GetInstanceMetadataDefaults" => {
            ec2(call, "<accountLevel><httpTokens>required</httpTokens></accountLevel>")
        }
        "ec2:GetSnapshotBlockPublicAccessState" => ec2(call, "<state>block-all-sharing</state>"),
        "iam:ListOrganizationsFeatures" => FEATURES.to_owned(),
        _ => return None,
    };
    Some(Answer::xml(200, body))
}

/// Whether the call is answered here instead of by moto.
pub fn knows(call: &str) -> Option<()> {
    let (service, operation) = call.split_once(':')?;
    let call = Call { service: service.to_owned(), operation: operation.to_owned(), region: String::new() };
    answer(&call, |_| String::new()).map(|_| ())
}

/// The answer of moto without the policies of AWS that nobody uses: nothing comes of them, and to parse 1,500 of them in
/// each of hundreds of scans takes longer than all the rest.
pub fn trimmed(call: &Call, mut answer: Answer) -> Answer {
    let text = answer.text();
    let policies =
        text.split_once("<Policies>").and_then(|(before, rest)| Some((before, rest.split_once("</Policies>")?)));
    if call.operation == "GetAccountAuthorizationDetails"
        && let Some((before, (policies, after))) = policies
    {
        let kept = policies.split_inclusive("</member>").fold((String::new(), String::new()), |(kept, open), part| {
            let policy = open + part;
            match policy.matches("<member>").count() == policy.matches("</member>").count() {
                false => (kept, policy),
                true if policy.contains(":iam::aws:") && policy.contains("<AttachmentCount>0<") => {
                    (kept, String::new())
                }
                true => (kept + &policy, String::new()),
            }
        });
        answer.body = format!("{before}<Policies>{}</Policies>{after}", kept.0).into_bytes();
    }
    answer
}

fn ec2(call: &Call, inner: &str) -> String {
    let name = &call.operation;
    format!("<{name}Response xmlns=\"http://ec2.amazonaws.com/doc/2016-11-15/\">{inner}</{name}Response>")
}

/// The metadata of the images of the instances in an answer: each is Amazon's and public.
fn images(instances: &str) -> String {
    let ids = instances.split("<instanceId>").skip(1).filter_map(|rest| rest.split('<').next());
    let items = ids.map(|id| {
        format!(
            "<item><instanceId>{id}</instanceId><imageMetadata><imageId>ami-1</imageId><isPublic>true</isPublic>\
             <imageOwnerAlias>amazon</imageOwnerAlias><creationDate>2026-01-01T00:00:00.000Z</creationDate>\
             </imageMetadata></item>"
        )
    });
    let items: String = items.collect();
    format!(
        "<DescribeInstanceImageMetadataResponse><instanceImageMetadataSet>{items}</instanceImageMetadataSet>\
         </DescribeInstanceImageMetadataResponse>"
    )
}

const REGIONS: &str = "<DescribeRegionsResponse xmlns=\"http://ec2.amazonaws.com/doc/2016-11-15/\"><regionInfo>\
    <item><regionName>eu-west-1</regionName><optInStatus>opt-in-not-required</optInStatus></item>\
    <item><regionName>us-east-1</regionName><optInStatus>opt-in-not-required</optInStatus></item>\
    <item><regionName>me-south-1</regionName><optInStatus>not-opted-in</optInStatus></item>\
    </regionInfo></DescribeRegionsResponse>";

const FEATURES: &str = "<ListOrganizationsFeaturesResponse><ListOrganizationsFeaturesResult>\
    <OrganizationId>o-acme</OrganizationId><EnabledFeatures><member>RootCredentialsManagement</member>\
    </EnabledFeatures></ListOrganizationsFeaturesResult></ListOrganizationsFeaturesResponse>";
