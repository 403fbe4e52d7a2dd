//! SQL over the sample, from Rust and from the command line.
#![cfg(feature = "sql")]
#![allow(clippy::unwrap_used, reason = "these are tests")]

use std::fs;
use std::sync::Arc;

use cspm::cli::{exit, run};
use cspm::prelude::*;
use serde_json::{Value, json};

/// The inventory of the sample.
async fn sample() -> Arc<Inventory> {
    let report = Scan::new().collector(cspm::sample()).collect_everything().run().await.unwrap();
    report.inventory().clone()
}

/// Runs the command line: its status, and what it wrote on both streams.
fn cspm(args: &[&str]) -> (u8, String, String) {
    let (mut out, mut err) = (Vec::new(), Vec::new());
    let status = run([&["cspm"], args].concat(), &mut out, &mut err);
    (status, String::from_utf8(out).unwrap(), String::from_utf8(err).unwrap())
}

/// Queries as users of Steampipe keep them, with the answers that the file of the sample gives.
fn queries() -> Vec<(&'static str, Value)> {
    vec![
        (
            "select region, count(*) as n from aws_s3_bucket where not versioning_enabled group by region order by n desc",
            json!([{"region": "us-east-1", "n": 9}, {"region": "eu-west-1", "n": 1}]),
        ),
        (
            "select distinct group_name from aws_vpc_security_group, json_each(ip_permissions) p,
             json_each(p.value -> 'ip_ranges') r where r.value ->> 'cidr_ip' = '0.0.0.0/0'
             and 22 between p.value ->> 'from_port' and p.value ->> 'to_port' order by 1",
            json!([{"group_name": "launch-wizard-1"}, {"group_name": "web-admin"}]),
        ),
        (
            "select region, count(volume_id) as volumes from aws_ebs_volume where not encrypted group by region order by 1",
            json!([{"region": "eu-central-1", "volumes": 2}, {"region": "eu-west-1", "volumes": 2},
                {"region": "us-east-1", "volumes": 10}]),
        ),
        (
            "select name from aws_iam_user where login_profile is not null and json_array_length(mfa_devices) = 0 order by 1",
            json!([{"name": "bob"}, {"name": "dave"}, {"name": "erin"}]),
        ),
        (
            "select count(*) as v1 from aws_ec2_instance where metadata_options ->> 'http_tokens' <> 'required'",
            json!([{"v1": 6}]),
        ),
        (
            "select user_name, count(*) as keys from aws_iam_access_key where status = 'Active'
             group by user_name having count(*) > 1",
            json!([{"user_name": "backup-bot", "keys": 2}]),
        ),
        (
            "select distinct title, account_id from aws_iam_role, json_each(assume_role_policy_std -> 'Statement') as s
             where s.value -> 'Condition' -> 'stringequals' -> 'sts:externalid' is not null",
            json!([{"title": "audit", "account_id": "123456789012"}]),
        ),
        ("select count(*) as spare from aws_ebs_volume where attachments = '[]'", json!([{"spare": 3}])),
        (
            "select count(*) as n from aws_ec2_instance i join aws_vpc_subnet s on s.subnet_id = i.subnet_id
             where s.map_public_ip_on_launch",
            json!([{"n": 5}]),
        ),
        (
            "select title, tags from aws_ec2_instance where tags ->> 'team' is null order by name limit 1",
            json!([{"title": "batch-2024", "tags": {"Name": "batch-2024"}}]),
        ),
        (
            "select arn, name, versioning_enabled from aws_s3_bucket where name = 'meadow-goods-photos'",
            json!([{"arn": "arn:aws:s3:::meadow-goods-photos", "name": "meadow-goods-photos", "versioning_enabled": false}]),
        ),
    ]
}

#[tokio::test]
async fn queries_of_steampipe_have_their_answers() {
    let inventory = sample().await;
    for (query, expected) in queries() {
        assert_eq!(inventory.sql(query).unwrap().to_json(), expected, "{query}");
    }
}

#[tokio::test]
async fn every_table_can_be_asked() {
    let inventory = sample().await;
    let tables = cspm::Sql::new(&inventory).tables();
    assert!(tables.len() > 60, "{}", tables.len());
    for table in tables {
        let rows = inventory.sql(&format!("select * from {}", table.name())).unwrap();
        assert_eq!(rows.len(), inventory.of_kind(table.kind()).len(), "{}", table.name());
        assert_eq!(rows.columns().len(), table.columns().len());
    }
    let pods = "select namespace, labels, spec ->> 'nodeName' as node from kubernetes_pod";
    let missing = inventory.sql(pods).unwrap().unread()[0].to_string();
    assert!(missing.starts_with("kubernetes_pod: nobody asked for it"), "{missing}");
}

#[tokio::test]
async fn objects_of_kubernetes_have_the_columns_of_their_metadata() {
    let folder = tempfile::tempdir().unwrap();
    let manifest = json!({"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "web", "namespace": "shop",
        "labels": {"app": "web"}}, "spec": {"containers": [{"name": "c", "image": "nginx"}]}});
    fs::write(folder.path().join("pod.yaml"), manifest.to_string()).unwrap();
    let manifests = Manifests::new([folder.path()]).unwrap();
    let report = Scan::new().collector(manifests).collect_everything().run().await.unwrap();
    let query = "select name, namespace, labels, c.value ->> 'image' as image, kind
                 from kubernetes_pod, json_each(spec -> 'containers') c";
    let expected = json!([{"name": "web", "namespace": "shop", "labels": {"app": "web"}, "image": "nginx",
        "kind": "kubernetes_pod"}]);
    assert_eq!(report.inventory().sql(query).unwrap().to_json(), expected);
}

#[test]
fn the_command_line_answers_in_three_formats() {
    let query =
        "select name, image, json_array_length(network_interfaces) as n from aws_ec2_instance where name = 'jump'";
    let (status, out, err) = cspm(&["query", query]);
    assert_eq!(status, exit::CLEAN, "{err}");
    assert!(out.contains("jump") && out.ends_with("1 row\n"), "{out}");
    let note =
        "note: aws_ec2_instance.image: 12 values were not read: ec2:DescribeInstanceImageMetadata: failed (HTTP 500)\n";
    assert_eq!(err, note);
    let (_, out, _) = cspm(&["query", query, "--format", "json"]);
    assert_eq!(serde_json::from_str::<Value>(&out).unwrap(), json!([{"name": "jump", "image": null, "n": 1}]));
    let (_, out, _) = cspm(&["query", query, "--format", "csv"]);
    assert_eq!(out, "name,image,n\r\njump,,1\r\n");
    let (_, out, _) = cspm(&["query", "select '=1+1' as a, -5 as b, '-x, \"y\"' as c", "--format", "csv"]);
    assert_eq!(out, "a,b,c\r\n'=1+1,-5,\"'-x, \"\"y\"\"\"\r\n");
}

#[test]
fn people_find_their_way() {
    let (status, out, _) = cspm(&["query", "--tables"]);
    assert!(status == exit::CLEAN && out.contains("aws_s3_bucket") && out.contains("kubernetes_pod"), "{out}");
    let (_, out, _) = cspm(&["query", "--columns", "AWS_S3_Bucket"]);
    for words in ["versioning_enabled", "BOOLEAN", "_unread", "JSON"] {
        assert!(out.contains(words), "{out}");
    }
    for (args, says) in [
        (&["query"][..], "SQL"),
        (&["query", "select * from aws_s3_buckets"], "did you mean aws_s3_bucket?"),
        (&["query", "delete from aws_s3_bucket"], "the inventory is not changed"),
        (&["query", "select 1", "--snapshot", "/no/such/file"], "/no/such/file"),
        (&["query", "--columns", "nothing"], "cspm query --tables"),
        (
            &["query", "select count(*) from aws_vpc a, aws_ebs_volume b, aws_iam_role c", "--time-limit", "0"],
            "time limit",
        ),
    ] {
        let (status, out, err) = cspm(args);
        assert_eq!((status, &*out), (exit::ERROR, ""), "{args:?}");
        assert!(err.contains(says), "{args:?}: {err}");
    }
}

#[test]
fn what_names_contain_does_not_reach_the_terminal() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("snapshot.json");
    fs::write(&path, "{\"s3_buckets\": [{\"name\": \"evil\\u001b[31m\", \"versioning\": false}]}").unwrap();
    let query = "select name, name as \"a\u{1b}[32m\", uid from aws_s3_bucket";
    let (_, out, err) = cspm(&["query", query, "--snapshot", path.to_str().unwrap()]);
    assert!(out.contains("evil\u{fffd}[31m"), "{out}{err}");
    assert!(!out.contains('\u{1b}') && !err.contains('\u{1b}'));
    let (status, _, err) = cspm(&["query", "select \"\u{1b}[31m\" from aws_s3_bucket where x = 1"]);
    assert!(status == exit::ERROR && !err.contains('\u{1b}'), "{err}");
}

#[tokio::test]
async fn the_recipes_of_the_guide_run() {
    let inventory = sample().await;
    let guide = include_str!("../docs/src/sql.md");
    let recipes: Vec<&str> = guide.split("```sql\n").skip(1).filter_map(|rest| rest.split("```").next()).collect();
    assert_eq!(recipes.len(), 5);
    for recipe in recipes {
        assert!(!inventory.sql(recipe).unwrap().is_empty(), "{recipe}");
    }
}
