//! The collectors of IAM against an emulator of AWS: `moto_server -p 5000`, then
//! `CSPM_TEST_AWS=http://127.0.0.1:5000 cargo test -p cspm-aws --features iam --test iam_emulator -- --ignored`.
#![cfg(feature = "iam")]
#![allow(clippy::unwrap_used, reason = "a test that cannot be set up fails")]

mod emulator;

use aws_sdk_iam::Client;
use cspm_core::{Reads, Wanted};
use emulator::{collect, config, own};
use serde_json::json;

const ADMIN: &str = r#"{"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "*", "Resource": "*"}]}"#;
const READ_ALL: &str = r#"{"Version": "2012-10-17", "Statement": {"Effect": "Allow", "Action": "s3:Get*",
    "Resource": "*"}}"#;
const TRUST: &str = r#"{"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "sts:AssumeRole",
    "Principal": {"AWS": "111111111111", "Service": "ec2.amazonaws.com"}}]}"#;

async fn make(iam: &Client) {
    iam.create_group().group_name("admins").send().await.unwrap();
    let admin = iam.create_policy().policy_name("admin").policy_document(ADMIN).send().await.unwrap();
    let admin = admin.policy.unwrap().arn.unwrap();
    iam.attach_group_policy().group_name("admins").policy_arn(admin).send().await.unwrap();
    iam.create_user().user_name("ann").path("/people/").send().await.unwrap();
    iam.add_user_to_group().user_name("ann").group_name("admins").send().await.unwrap();
    iam.put_user_policy().user_name("ann").policy_name("read").policy_document(READ_ALL).send().await.unwrap();
    iam.create_login_profile().user_name("ann").password("Correct-horse-9").send().await.unwrap();
    iam.create_access_key().user_name("ann").send().await.unwrap();
    let device = iam.create_virtual_mfa_device().virtual_mfa_device_name("ann").send().await.unwrap();
    let serial = device.virtual_mfa_device.unwrap().serial_number;
    iam.enable_mfa_device()
        .user_name("ann")
        .serial_number(serial)
        .authentication_code1("234567")
        .authentication_code2("987654")
        .send()
        .await
        .unwrap();
    iam.create_user().user_name("bob").send().await.unwrap();
    iam.create_role().role_name("web").assume_role_policy_document(TRUST).send().await.unwrap();
    iam.create_policy().policy_name("unused").policy_document(READ_ALL).send().await.unwrap();
}

#[tokio::test]
#[ignore = "needs an emulator of AWS"]
async fn iam_is_collected() {
    let iam = Client::new(&config(own()));
    make(&iam).await;
    let found = collect("iam", Wanted::everything).await;
    // The emulator does not know ListOrganizationsFeatures.
    let gaps: Vec<&str> = found.gaps.iter().map(|gap| &*gap.kind).collect();
    assert_eq!(gaps, ["aws_iam_organizations_features"]);

    let ann = |path: &str| found.json("aws_iam_user", "/ann", path);
    assert_eq!(&*found.of("aws_iam_user", "/ann").region, "global");
    assert_eq!(ann("path"), json!("/people/"));
    assert_eq!(ann("groups"), json!(["admins"]));
    assert_eq!(ann("inline_policies_std.0.policy_name"), json!("read"));
    assert_eq!(ann("inline_policies_std.0.policy_std.Statement.0.Action"), json!(["s3:get*"]));
    assert_eq!(ann("login_profile.password_reset_required"), json!(false));
    assert_eq!(ann("mfa_devices").as_array().unwrap().len(), 1);
    assert_eq!(found.json("aws_iam_user", "/bob", "login_profile"), json!(null));
    let admin = |path: &str| found.json("aws_iam_policy", "policy/admin", path);
    assert_eq!(found.json("aws_iam_group", "/admins", "attached_policy_arns.0"), admin("arn"));

    let key = found.resources.iter().find(|r| &*r.kind == "aws_iam_access_key").unwrap();
    assert_eq!(key.data.get("user_name").unwrap().as_str(), Some("ann"));
    assert_eq!(key.data.get("status").unwrap().as_str(), Some("Active"));

    let trust = found.json("aws_iam_role", "/web", "assume_role_policy_std.Statement.0.Principal");
    assert_eq!(trust, json!({"AWS": ["arn:aws:iam::111111111111:root"], "Service": ["ec2.amazonaws.com"]}));

    let unused = |path: &str| found.json("aws_iam_policy", "/unused", path);
    assert_eq!((unused("is_attached"), unused("is_aws_managed")), (json!(false), json!(false)));
    assert_eq!(unused("policy_std.Statement.0.Effect"), json!("Allow"));
    assert_eq!((admin("is_attached"), admin("attachment_count")), (json!(true), json!(1)));
    assert_eq!(admin("policy_std.Statement.0.Action"), json!(["*"]));
    // The emulator may know the policies of AWS: none is in use.
    assert!(!found.resources.iter().any(|r| r.uid.starts_with("arn:aws:iam::aws:policy/")));

    let root = |path: &str| found.json("aws_iam_root_user", "arn:aws:iam::123456789012:root", path);
    assert_eq!((root("account_mfa_enabled"), root("partition")), (json!(false), json!("aws")));
    assert_eq!(ann("credential_report.password_enabled"), json!(true));
    assert_eq!(ann("credential_report.access_key_1_active"), json!(true));
    let account = collect("account", Wanted::everything).await;
    let account = |path: &str| account.json("aws_account", "AWS::::Account:123456789012", path);
    assert_eq!(account("users"), json!(2));
    assert_eq!(account("password_policy.exists"), json!(false));
    assert_eq!(account("password_policy.minimum_password_length"), json!(8));
    assert_eq!(found.json("aws_iam_virtual_mfa_device", "mfa/ann", "user_name"), json!("ann"));

    iam.update_account_password_policy().minimum_password_length(14).require_symbols(true).send().await.unwrap();
    let found = collect("account", |kinds| {
        let mut reads = Reads::default();
        let fields = reads.fields.entry("aws_account".into()).or_default();
        fields.insert("password_policy.minimum_password_length".into());
        Wanted::of(kinds, [&reads])
    })
    .await;
    let account = |path: &str| found.json("aws_account", "AWS::::Account:123456789012", path);
    assert_eq!(account("password_policy.exists"), json!(true));
    assert_eq!(account("password_policy.minimum_password_length"), json!(14));
    assert!(!found.calls.contains_key("iam:GetAccountSummary"), "only what is wanted is called");
}
