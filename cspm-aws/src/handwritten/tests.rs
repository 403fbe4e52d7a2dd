use cspm_core::{Data, ErrorKind, Inventory, Reason};
use serde_json::json;

use super::*;

fn read(value: Value) -> Vec<Resource> {
    import(&value).expect("it has one of the lists").expect("it is sound")
}

fn one(list: &str, item: Value) -> Resource {
    read(json!({list: [item], "collected_at": "2026-01-31T12:00:00Z"})).swap_remove(0)
}

fn error(value: Value) -> String {
    let error = import(&value).expect("it has one of the lists").expect_err("it is not sound");
    assert_eq!(error.kind(), ErrorKind::Format);
    error.to_string()
}

fn at(resource: &Resource, path: &str) -> Value {
    resource.data.at(path).unwrap_or_else(|| panic!("{path} of {:?}", resource.data)).to_json()
}

fn reason(resource: &Resource, field: &str) -> Reason {
    resource.data.at(field).and_then(Data::unread).unwrap_or_else(|| panic!("{field} was read")).reason
}

#[test]
fn other_json_is_not_taken() {
    assert!(import(&json!([1])).is_none());
    assert!(import(&json!({"buckets": []})).is_none());
    assert!(import(&json!({"s3_buckets": []})).is_some());
}

#[test]
fn what_is_not_said_is_unread() {
    let bucket = one("s3_buckets", json!({"name": "photos"}));
    assert_eq!((&*bucket.uid, &*bucket.name, &*bucket.region), ("arn:aws:s3:::photos", "photos", "us-east-1"));
    assert_eq!(bucket.collected_at.to_string(), "2026-01-31T12:00:00Z");
    for field in ["acl", "policy_std", "versioning_enabled", "logging", "ignore_public_acls"] {
        assert_eq!(reason(&bucket, field), Reason::NotGiven);
    }
    let group = one("security_groups", json!({"id": "sg-1"}));
    assert_eq!(reason(&group, "ip_permissions"), Reason::NotGiven);
}

#[test]
fn own_fields_are_taken_as_they_are() {
    let bucket = one("s3_buckets", json!({"name": "b", "versioning_enabled": true, "object_sample": ["a"]}));
    assert_eq!(at(&bucket, "versioning_enabled"), json!(true));
    assert_eq!(at(&bucket, "object_sample"), json!(["a"]));
    let text = error(json!({"s3_buckets": [{"name": "b", "versioning": true, "versioning_enabled": true}]}));
    assert!(text.contains("s3_buckets[0].versioning_enabled"), "{text}");
}

#[test]
fn settings_of_buckets_have_short_forms() {
    let bucket = one(
        "s3_buckets",
        json!({"bucket_name": "b", "versioning": false, "mfa_delete": false, "logging": "logs", "encryption": "aws:kms",
               "public_access_block": true, "tags": [{"Key": "team", "Value": "web"}]}),
    );
    assert_eq!(at(&bucket, "versioning_enabled"), json!(false));
    assert_eq!(at(&bucket, "logging.target_bucket"), json!("logs"));
    assert_eq!(at(&bucket, "server_side_encryption_configuration.rules"), json!([{"sse_algorithm": "aws:kms"}]));
    assert_eq!(at(&bucket, "restrict_public_buckets"), json!(true));
    assert_eq!(at(&bucket, "tags_src.team"), json!("web"));
    assert_eq!(bucket.tags.get("team").map(|team| &**team), Some("web"));
}

#[test]
fn encryption_of_an_unknown_kind_is_at_least_encryption() {
    let bucket = one("s3_buckets", json!({"name": "b", "encryption": true}));
    let rules = bucket.data.at("server_side_encryption_configuration.rules").unwrap().as_list().unwrap();
    assert_eq!(rules[0].get("sse_algorithm"), Some(&Data::from("AES256")));
    assert!(rules[1].unread().is_some(), "the algorithm may be another");
    assert_eq!(at(&one("s3_buckets", json!({"name": "b", "encryption": false})), "logging"), Value::Null);
}

#[test]
fn public_is_meant_in_effect() {
    let file = json!({"s3_buckets": [{"name": "b", "public": true}]});
    let resources = read(file);
    assert_eq!(at(&resources[0], "ignore_public_acls"), json!(false));
    let grants = at(&resources[0], "acl.grants");
    assert_eq!(grants[0]["permission"], "READ");
    assert_eq!(reason(&resources[0], "policy_std"), Reason::NotGiven);
    let account = resources.iter().find(|r| &*r.kind == "aws_account").unwrap();
    assert_eq!(at(account, "s3_public_access_block.ignore_public_acls"), json!(false));
    assert_eq!(reason(account, "s3_public_access_block.block_public_policy"), Reason::NotGiven);

    let private = one("s3_buckets", json!({"name": "b", "public": false}));
    assert_eq!(at(&private, "restrict_public_buckets"), json!(true));
    assert_eq!(at(&private, "acl.grants"), json!([]));
    assert_eq!(reason(&private, "block_public_acls"), Reason::NotGiven);
}

#[test]
fn public_by_policy_leaves_the_acl_open() {
    let policy = r#"{"Statement": {"Effect": "Allow", "Principal": "*", "Action": "s3:GetObject", "Resource": "*"}}"#;
    let resources = read(json!({"s3_buckets": [{"name": "b", "public": true, "policy": policy}]}));
    assert_eq!(at(&resources[0], "restrict_public_buckets"), json!(false));
    assert_eq!(reason(&resources[0], "acl"), Reason::NotGiven);
    assert_eq!(at(&resources[0], "policy_std.Statement")[0]["Action"], json!(["s3:getobject"]));
    assert_eq!(at(&resources[0], "policy.Statement.Action"), json!("s3:GetObject"));
}

#[test]
fn contradictions_are_errors() {
    let text = error(json!({"s3_buckets": [{"name": "b", "public": true, "public_access_block": true}]}));
    assert!(text.contains("s3_buckets[0].public") && text.contains("ignore_public_acls is on"), "{text}");
    let text = error(json!({"s3_buckets": [{"name": "b", "public": true}], "account_public_access_block": true}));
    assert!(text.contains("s3_buckets[0].public"), "{text}");
    let text = error(json!({"s3_buckets": [{"name": "b"}, {"name": "b"}]}));
    assert!(text.contains("s3_buckets[1]") && text.contains("twice"), "{text}");
}

#[test]
fn nothing_is_lost_silently() {
    let text = error(json!({"s3_buckets": [{"name": "a"}, {"name": "b", "versionning": true}]}));
    assert!(text.contains("s3_buckets[1].versionning") && text.contains("versioning, versioning_enabled"), "{text}");
    let text = error(json!({"s3_buckets": [], "rds_instances": []}));
    assert!(text.contains("rds_instances") && text.contains("iam_roles"), "{text}");
    let text = error(json!({"s3_buckets": [{"name": "b", "versioning": "yes"}]}));
    assert!(text.contains("s3_buckets[0].versioning of the hand-written inventory: it is not true or false"), "{text}");
    let text = error(json!({"ec2_instances": [{"id": "i-1", "launch_time": "yesterday"}]}));
    assert!(text.contains("ec2_instances[0].launch_time of the hand-written inventory: it is not a time"), "{text}");
    let text = error(json!({"ec2_instances": [{"id": "i-1", "metadata_options": {"tokens": "required"}}]}));
    assert!(text.contains("ec2_instances[0].metadata_options.tokens") && text.contains("http_tokens"), "{text}");
    let text = error(json!({"security_groups": [{"id": "sg-1", "rules": [{"ports": [22]}]}]}));
    assert!(text.contains("security_groups[0].rules[0].ports") && text.contains("port_range"), "{text}");
    let text = error(json!({"iam_roles": [{"name": "r", "trust_policy": {"Statement": [{"Effect": "Maybe"}]}}]}));
    assert!(text.contains("iam_roles[0].trust_policy"), "{text}");
}

#[test]
fn instances_have_short_forms() {
    let instance = one(
        "ec2_instances",
        json!({"id": "i-1", "name": "web", "public_ip": "198.51.100.7", "security_groups": ["sg-1", {"id": "sg-2"}],
               "imdsv2": false, "iam_role": "web", "state": "running", "user_data": "export DB_PASSWORD=hunter22x",
               "region": "eu-west-1"}),
    );
    assert_eq!(&*instance.uid, "arn:aws:ec2:eu-west-1:000000000000:instance/i-1");
    assert_eq!(&*instance.name, "web");
    assert_eq!(at(&instance, "network_interfaces")[0]["groups"][1]["group_id"], json!("sg-2"));
    assert_eq!(at(&instance, "public_ip_address"), json!("198.51.100.7"));
    assert_eq!(at(&instance, "metadata_options"), json!({"http_endpoint": "enabled", "http_tokens": "optional"}));
    assert_eq!(at(&instance, "iam_instance_profile_arn"), json!("arn:aws:iam::000000000000:instance-profile/web"));
    assert_eq!(at(&instance, "user_data_secrets")[0]["line"], json!(1));
    assert!(!format!("{instance:?}").contains("hunter22x"));
}

#[test]
fn rules_of_groups_are_those_of_the_api() {
    let group = one(
        "security_groups",
        json!({"id": "sg-1", "name": "web", "inbound": [
            {"protocol": "TCP", "port": 22, "cidr": "0.0.0.0/0"},
            {"protocol": "tcp", "port_range": "20-21", "cidrs": ["::/0", "10.0.0.1"]},
            {"protocol": "all", "source": "sg-2"},
            {"protocol": "udp", "port": "all", "source": "pl-1"},
            {"port": 80, "cidr": "0.0.0.0/0"},
        ]}),
    );
    let rules = at(&group, "ip_permissions");
    assert_eq!((&rules[0]["ip_protocol"], &rules[0]["from_port"]), (&json!("tcp"), &json!(22)));
    assert_eq!(rules[0]["ip_ranges"][0]["cidr_ip"], json!("0.0.0.0/0"));
    assert_eq!(rules[0]["ipv6_ranges"], json!([]));
    assert_eq!((&rules[1]["from_port"], &rules[1]["to_port"]), (&json!(20), &json!(21)));
    assert_eq!(rules[1]["ipv6_ranges"][0]["cidr_ipv6"], json!("::/0"));
    assert_eq!(rules[1]["ip_ranges"][0]["cidr_ip"], json!("10.0.0.1/32"));
    assert_eq!((&rules[2]["ip_protocol"], &rules[2]["from_port"]), (&json!("-1"), &Value::Null));
    assert_eq!(rules[2]["user_id_group_pairs"][0]["group_id"], json!("sg-2"));
    assert_eq!((&rules[3]["from_port"], &rules[3]["to_port"]), (&json!(0), &json!(65535)));
    assert_eq!(rules[4].get("ip_protocol"), None, "no protocol is assumed");
}

#[test]
fn ports_and_sides_must_make_sense() {
    let rule = |rule: Value| error(json!({"security_groups": [{"id": "sg-1", "rules": [rule]}]}));
    assert!(rule(json!({"protocol": "tcp", "port_range": "21-20"})).contains("rules[0].port_range"));
    assert!(rule(json!({"protocol": "tcp", "port": 70000})).contains("rules[0].port"));
    assert!(rule(json!({"protocol": "tcp", "from_port": 1})).contains("together"));
    assert!(rule(json!({"cidr": "10.0.0.0/33"})).contains("rules[0].cidr"));
    assert!(rule(json!({"protocol": "carrier pigeon"})).contains("rules[0].protocol"));
}

#[test]
fn roles_have_short_forms() {
    let document = json!({"Statement": [{"Effect": "Allow", "Action": "*", "Resource": "*"}]});
    let role = one(
        "iam_roles",
        json!({"name": "deploy", "policies": ["AdministratorAccess", "own", "arn:aws:iam::aws:policy/X"],
               "trust_policy": {"Statement": [{"Effect": "Allow", "Principal": {"AWS": "210987654321"}, "Action": "sts:AssumeRole"}]},
               "inline_policies": {"all": document}}),
    );
    assert_eq!((&*role.uid, &*role.region), ("arn:aws:iam::000000000000:role/deploy", "global"));
    assert_eq!(
        at(&role, "attached_policy_arns"),
        json!([
            "arn:aws:iam::aws:policy/AdministratorAccess",
            "arn:aws:iam::000000000000:policy/own",
            "arn:aws:iam::aws:policy/X"
        ])
    );
    let trust = at(&role, "assume_role_policy_std.Statement");
    assert_eq!(trust[0]["Principal"]["AWS"], json!(["arn:aws:iam::210987654321:root"]));
    assert_eq!(at(&role, "inline_policies_std")[0]["policy_name"], json!("all"));
}

#[test]
fn lists_that_are_not_there_are_not_taken_for_empty() {
    let resources = read(json!({"ec2_instances": [{"id": "i-1", "security_groups": ["sg-1"]}]}));
    let groups: Vec<_> = resources.iter().filter(|r| &*r.kind == "aws_vpc_security_group").collect();
    assert_eq!(groups.len(), 1);
    assert!(groups[0].data.unread().is_some());

    let file = json!({"ec2_instances": [{"id": "i-1", "security_groups": ["sg-1", "sg-2"]}], "security_groups": [{"id": "sg-1"}]});
    let mut builder = Inventory::builder([]);
    read(file).into_iter().for_each(|resource| builder.add(resource));
    let inventory = builder.build();
    let named = inventory.get("arn:aws:ec2:us-east-1:000000000000:security-group/sg-2").unwrap();
    assert_eq!(reason(named, "ip_permissions"), Reason::NotGiven);
    let missing: Vec<_> = inventory.resources().iter().filter(|r| r.data.unread().is_some()).collect();
    assert_eq!(missing.iter().map(|r| &*r.kind).collect::<Vec<_>>(), ["aws_ec2_network_interface"]);
}
