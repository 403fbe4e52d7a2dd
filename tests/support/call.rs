//! Which call of AWS a request is.

use cspm::testkit::Request;

/// A call, as a request shows it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Call {
    /// As the SDK names the service: `s3control`, where the signature says `s3`.
    pub service: String,
    pub operation: String,
    /// The region that the signature is for.
    pub region: String,
}

impl Call {
    /// The call that a request makes. Panics on one that no collector of this program may make.
    pub fn of(request: &Request) -> Self {
        let authorization = request.header("authorization").unwrap_or_else(|| panic!("not signed: {request:?}"));
        let scope = authorization.split_once("Credential=").unwrap().1;
        let mut scope = scope.split(',').next().unwrap().split('/').skip(2);
        let (region, signed) = (scope.next().unwrap().to_owned(), scope.next().unwrap());
        let (path, query) = request.target.split_once('?').unwrap_or((&request.target, ""));
        let (service, operation) = match (signed, path.strip_prefix("/v20180820/")) {
            ("s3", Some(path)) => ("s3control", s3control(path, request)),
            ("s3", None) => ("s3", s3(&request.method, path, query, request)),
            (service, _) => (service, form(request)),
        };
        Self { service: service.to_owned(), operation, region }
    }

    /// `service:Operation`.
    pub fn name(&self) -> String {
        format!("{}:{}", self.service, self.operation)
    }
}

/// <https://docs.aws.amazon.com/AWSEC2/latest/APIReference/Query-Requests.html>
fn form(request: &Request) -> String {
    let body = String::from_utf8_lossy(&request.body).into_owned();
    let action = body.split('&').find_map(|pair| pair.strip_prefix("Action="));
    action.unwrap_or_else(|| panic!("no action: {body}")).to_owned()
}

/// <https://docs.aws.amazon.com/AmazonS3/latest/API/API_Operations_Amazon_Simple_Storage_Service.html>, with the bucket in
/// the path.
fn s3(method: &str, path: &str, query: &str, request: &Request) -> String {
    let parts: Vec<_> = path.split('/').filter(|part| !part.is_empty()).collect();
    let names: Vec<_> = query.split('&').map(|pair| pair.split('=').next().unwrap_or_default()).collect();
    let has = |name: &str| names.contains(&name);
    let operation = match (method, parts.len()) {
        ("GET", 0) => "ListBuckets",
        ("HEAD", 1) => "HeadBucket",
        ("GET", 1) if has("list-type") => "ListObjectsV2",
        ("GET", 1) => {
            let of = OF_BUCKET.iter().find(|(name, _)| has(name));
            of.unwrap_or_else(|| panic!("unknown call: {request:?}")).1
        }
        ("GET", _) if has("acl") => "GetObjectAcl",
        ("GET", _) => "GetObject",
        _ => panic!("unknown call: {request:?}"),
    };
    operation.to_owned()
}

const OF_BUCKET: &[(&str, &str)] = &[
    ("location", "GetBucketLocation"),
    ("tagging", "GetBucketTagging"),
    ("publicAccessBlock", "GetPublicAccessBlock"),
    ("policy", "GetBucketPolicy"),
    ("policyStatus", "GetBucketPolicyStatus"),
    ("acl", "GetBucketAcl"),
    ("ownershipControls", "GetBucketOwnershipControls"),
    ("versioning", "GetBucketVersioning"),
    ("logging", "GetBucketLogging"),
    ("encryption", "GetBucketEncryption"),
    ("lifecycle", "GetBucketLifecycleConfiguration"),
    ("object-lock", "GetObjectLockConfiguration"),
    ("replication", "GetBucketReplication"),
    ("notification", "GetBucketNotificationConfiguration"),
    ("website", "GetBucketWebsite"),
];

/// <https://docs.aws.amazon.com/AmazonS3/latest/API/API_Operations_AWS_S3_Control.html>
fn s3control(path: &str, request: &Request) -> String {
    let operation = match path.split('/').collect::<Vec<_>>()[..] {
        ["configuration", "publicAccessBlock"] => "GetPublicAccessBlock",
        ["accesspoint"] => "ListAccessPoints",
        ["accesspoint", _] => "GetAccessPoint",
        ["accesspoint", _, "policy"] => "GetAccessPointPolicy",
        ["accesspoint", _, "policyStatus"] => "GetAccessPointPolicyStatus",
        ["mrap", "instances"] => "ListMultiRegionAccessPoints",
        _ => panic!("unknown call: {request:?}"),
    };
    operation.to_owned()
}
