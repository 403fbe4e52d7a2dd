//! The collectors of S3 against an emulator of AWS: `moto_server -p 5000`, then
//! `CSPM_TEST_AWS=http://127.0.0.1:5000 cargo test -p cspm-aws --features s3 --test s3_emulator -- --ignored`.
#![cfg(feature = "s3")]
#![allow(clippy::unwrap_used, reason = "a test that cannot be set up fails")]

mod emulator;

use aws_credential_types::Credentials;
use aws_sdk_s3::Client;
use aws_sdk_s3::types as sdk;
use cspm_core::{Reads, Reason, Wanted};
use emulator::{REGION, collect, collect_in, config, own};
use serde_json::json;

const ACCOUNT: &str = "123456789012";
const POLICY: &str = r#"{"Version": "2012-10-17", "Statement": {"Effect": "Allow", "Principal": "*",
    "Action": "s3:GetObject", "Resource": "arn:aws:s3:::full/*"}}"#;

fn client(credentials: Credentials) -> Client {
    let config = aws_sdk_s3::config::Builder::from(&config(credentials)).force_path_style(true);
    Client::from_conf(config.build())
}

async fn bucket(s3: &Client, name: &str) {
    let here = sdk::CreateBucketConfiguration::builder().location_constraint(REGION.into()).build();
    s3.create_bucket()
        .bucket(name)
        .create_bucket_configuration(here)
        .object_ownership(sdk::ObjectOwnership::ObjectWriter)
        .send()
        .await
        .unwrap();
}

/// A bucket with everything that the emulator lets be set.
async fn full(s3: &Client) {
    bucket(s3, "full").await;
    let s3 = || s3.clone();
    let versioning = sdk::VersioningConfiguration::builder().status(sdk::BucketVersioningStatus::Enabled).build();
    s3().put_bucket_versioning().bucket("full").versioning_configuration(versioning).send().await.unwrap();
    s3().put_bucket_policy().bucket("full").policy(POLICY).send().await.unwrap();
    s3().put_bucket_acl().bucket("full").acl(sdk::BucketCannedAcl::PublicRead).send().await.unwrap();
    let block = sdk::PublicAccessBlockConfiguration::builder().block_public_acls(true).restrict_public_buckets(true);
    s3().put_public_access_block()
        .bucket("full")
        .public_access_block_configuration(block.build())
        .send()
        .await
        .unwrap();
    let by_default = sdk::ServerSideEncryptionByDefault::builder()
        .sse_algorithm(sdk::ServerSideEncryption::AwsKms)
        .kms_master_key_id("arn:aws:kms:eu-west-1:123456789012:key/k")
        .build()
        .unwrap();
    let rule = sdk::ServerSideEncryptionRule::builder().apply_server_side_encryption_by_default(by_default);
    let encryption = sdk::ServerSideEncryptionConfiguration::builder().rules(rule.bucket_key_enabled(true).build());
    s3().put_bucket_encryption()
        .bucket("full")
        .server_side_encryption_configuration(encryption.build().unwrap())
        .send()
        .await
        .unwrap();
    let rule = sdk::LifecycleRule::builder()
        .id("old")
        .status(sdk::ExpirationStatus::Enabled)
        .filter(sdk::LifecycleRuleFilter::builder().prefix("logs/").build())
        .expiration(sdk::LifecycleExpiration::builder().days(30).build())
        .build()
        .unwrap();
    let lifecycle = sdk::BucketLifecycleConfiguration::builder().rules(rule).build().unwrap();
    s3().put_bucket_lifecycle_configuration().bucket("full").lifecycle_configuration(lifecycle).send().await.unwrap();
    let tag = sdk::Tag::builder().key("team").value("web").build().unwrap();
    let tags = sdk::Tagging::builder().tag_set(tag).build().unwrap();
    s3().put_bucket_tagging().bucket("full").tagging(tags).send().await.unwrap();
    let website = sdk::WebsiteConfiguration::builder()
        .index_document(sdk::IndexDocument::builder().suffix("index.html").build().unwrap());
    s3().put_bucket_website().bucket("full").website_configuration(website.build()).send().await.unwrap();
    for n in 0..12 {
        let put = s3().put_object().bucket("full").key(format!("{n:02}"));
        let acl = if n == 3 { sdk::ObjectCannedAcl::PublicRead } else { sdk::ObjectCannedAcl::Private };
        put.acl(acl).body(Vec::new().into()).send().await.unwrap();
    }
}

/// A bucket whose name Glue would use here, in another account.
async fn squat() {
    let sts = aws_sdk_sts::Client::new(&config(own()));
    let role = sts.assume_role().role_arn("arn:aws:iam::111111111111:role/other").role_session_name("other");
    let other = role.send().await.unwrap().credentials.unwrap();
    let other =
        Credentials::new(other.access_key_id, other.secret_access_key, Some(other.session_token), None, "other");
    bucket(&client(other), &format!("aws-glue-assets-{ACCOUNT}-{REGION}")).await;
}

async fn access_points() {
    let control = aws_sdk_s3control::Client::from_conf(
        aws_sdk_s3control::config::Builder::from(&config(own())).endpoint_resolver(Plain(emulator::endpoint())).build(),
    );
    // The emulator makes it, but answers under a name that the SDK does not expect.
    let _ = control.create_access_point().account_id(ACCOUNT).name("point").bucket("full").send().await;
}

/// The endpoint without the account before its host.
#[derive(Debug)]
struct Plain(String);

impl aws_sdk_s3control::config::endpoint::ResolveEndpoint for Plain {
    fn resolve_endpoint<'a>(
        &'a self,
        _: &'a aws_sdk_s3control::config::endpoint::Params,
    ) -> aws_sdk_s3control::config::endpoint::EndpointFuture<'a> {
        let endpoint = aws_smithy_types::endpoint::Endpoint::builder().url(self.0.clone()).build();
        aws_sdk_s3control::config::endpoint::EndpointFuture::ready(Ok(endpoint))
    }
}

#[tokio::test]
#[ignore = "needs an emulator of AWS"]
async fn s3_is_collected() {
    let s3 = client(own());
    full(&s3).await;
    bucket(&s3, "bare").await;
    bucket(&s3, &format!("sagemaker-{REGION}-{ACCOUNT}")).await;
    squat().await;
    access_points().await;

    let found = collect("s3", Wanted::everything).await;
    assert_eq!(found.gaps, [], "no list is missing");
    let full = |path: &str| found.json("aws_s3_bucket", ":full", path);
    assert_eq!(&*found.of("aws_s3_bucket", ":full").region, REGION);
    assert_eq!(found.of("aws_s3_bucket", ":full").tags.get("team").map(|v| &**v), Some("web"));
    assert_eq!(full("versioning_enabled"), json!(true));
    assert_eq!(full("versioning_mfa_delete"), json!(false));
    assert_eq!(full("policy_std.Statement.0.Principal"), json!({"AWS": ["*"]}));
    assert_eq!(full("policy_std.Statement.0.Action"), json!(["s3:getobject"]));
    assert_eq!(full("policy.Statement.Principal"), json!("*"));
    assert_eq!(full("bucket_policy_is_public"), json!(true));
    let everyone = "http://acs.amazonaws.com/groups/global/AllUsers";
    let grants = full("acl.grants");
    assert!(grants.as_array().unwrap().iter().any(|g| g["grantee_uri"] == everyone && g["permission"] == "READ"));
    assert_eq!(full("block_public_acls"), json!(true));
    assert_eq!(full("ignore_public_acls"), json!(false));
    assert_eq!(full("restrict_public_buckets"), json!(true));
    assert_eq!(full("object_ownership_controls.rules.0.object_ownership"), json!("ObjectWriter"));
    assert_eq!(full("server_side_encryption_configuration.rules.0.sse_algorithm"), json!("aws:kms"));
    assert_eq!(full("server_side_encryption_configuration.rules.0.bucket_key_enabled"), json!(true));
    assert_eq!(full("lifecycle_rules.0.prefix"), json!("logs/"));
    assert_eq!(full("lifecycle_rules.0.expiration_days"), json!(30));
    assert_eq!(full("website_configuration.index_document"), json!("index.html"));
    assert_eq!(full("event_notification_configuration.topics"), json!([]));

    assert_eq!(full("object_sample").as_array().unwrap().len(), 10);
    let data = &found.of("aws_s3_bucket", ":full").data;
    let acls = data.get("object_acls").unwrap().as_list().unwrap();
    assert_eq!(acls.len(), 11);
    assert_eq!(acls[10].unread().unwrap().reason, Reason::Skipped, "there are more objects than were looked at");
    assert!(full("object_acls.3.grants").to_string().contains(everyone));
    assert!(!full("object_acls.2.grants").to_string().contains(everyone));

    let bare = |path: &str| found.json("aws_s3_bucket", ":bare", path);
    for nothing in ["policy_std", "policy", "logging", "replication", "website_configuration"] {
        assert_eq!(bare(nothing), json!(null), "{nothing}");
    }
    assert_eq!(bare("object_lock_configuration"), json!(null));
    assert_eq!(bare("lifecycle_rules"), json!([]));
    assert_eq!(bare("object_sample"), json!([]));
    assert_eq!(bare("versioning_enabled"), json!(false));
    assert_eq!(bare("block_public_policy"), json!(false));
    assert_eq!(bare("bucket_policy_is_public"), json!(false));

    // The emulator says of every access point that it is in this region.
    let points = collect_in("us-east-1", "s3", Wanted::everything).await;
    let point = |path: &str| points.json("aws_s3_access_point", "/point", path);
    assert_eq!(point("bucket_name"), json!("full"));
    assert_eq!(point("block_public_acls"), json!(true));
    assert_eq!(point("policy_std"), json!(null));

    let account = collect("account", Wanted::everything).await;
    let settings = |path: &str| account.json("aws_account", "AWS::::Account:123456789012", path);
    assert_eq!(settings("s3_public_access_block.block_public_acls"), json!(false), "nothing is set");

    let name = |name: &str, path: &str| found.json("aws_s3_predictable_bucket", name, path);
    let squatted = format!("aws-glue-assets-{ACCOUNT}-{REGION}");
    assert_eq!((name(&squatted, "owned"), name(&squatted, "exists")), (json!(false), json!(true)));
    let own = format!("sagemaker-{REGION}-{ACCOUNT}");
    assert_eq!((name(&own, "owned"), name(&own, "exists")), (json!(true), json!(true)));
    let free = format!("aws-emr-studio-{ACCOUNT}-{REGION}");
    assert_eq!((name(&free, "owned"), name(&free, "exists")), (json!(false), json!(false)));
}

#[tokio::test]
#[ignore = "needs an emulator of AWS"]
async fn only_what_is_wanted_is_called() {
    let bucket = "aws_s3_bucket";
    let found = collect("s3", |kinds| {
        let mut reads = Reads::default();
        reads.fields.entry(bucket.into()).or_default().insert("versioning_enabled".into());
        Wanted::of(kinds, [&reads])
    })
    .await;
    let calls: Vec<&str> = found.calls.keys().map(String::as_str).filter(|call| call.starts_with("s3")).collect();
    let expected = ["s3:GetBucketLocation", "s3:GetBucketVersioning", "s3:ListBuckets"];
    assert!(calls.iter().all(|call| expected.contains(call)), "{calls:?}");
    for resource in &found.resources {
        assert_eq!(resource.data.get("acl").unwrap().unread().unwrap().reason, Reason::Skipped);
    }
}
