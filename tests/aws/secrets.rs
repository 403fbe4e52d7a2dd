//! Secrets that the account keeps are found, and never leave: not in a report, the snapshot, the graph, an event or an error.

use std::sync::{Arc, Mutex};

use cspm::{Format, JsonGraph, Status, save_snapshot};

use crate::support::account;
use crate::support::endpoint::Endpoint;
use crate::support::moto::Moto;
use crate::support::program::cspm;
use crate::support::python;
use crate::support::tape::Tape;

/// What the one who scans would not like to see again either.
const OWN: [&str; 2] = ["own-secret-key-0123456789", "own-session-token-0123456789"];

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn planted_secrets_stay_where_they_are() {
    let Some(python) = python::interpreter() else { return };
    let moto = Moto::start(&python);
    let planted = python::run(&python, "tests/support/plant_secrets.py", &[&moto.url()]);
    let planted: Vec<&str> = planted.lines().chain(OWN).collect();
    assert!(planted.len() > 20, "{planted:?}");
    let endpoint = Endpoint::sound(Arc::new(Tape::new(moto.address))).await;
    let folder = tempfile::tempdir().unwrap();
    let file = |name: &str| folder.path().join(name);

    let [secret, token] = OWN;
    let aws = account::hasty(&endpoint).credentials("AKIAIOSFODNN7EXAMPLE", secret, Some(token.to_owned()));
    let aws = aws.build().await.unwrap();
    let mut texts = vec![("the collector".to_owned(), format!("{aws:?}"))];
    let events = Arc::new(Mutex::new(String::new()));
    let listener = events.clone();
    let scan = account::whole_catalog(aws).collect_everything().sink(JsonGraph::create(file("graph.json")).unwrap());
    let scan = scan.on_event(move |event| listener.lock().unwrap().push_str(&format!("{event:?}\n")));
    let report = scan.run().await.unwrap();

    let found = |rule: &str| {
        let of_rule = report.statuses().filter(|(_, of, _)| &*of.meta().id == rule);
        of_rule.filter(|(status, ..)| *status == Status::Fail).count()
    };
    // The third is in UTF-16.
    assert!(found("aws_ec2_instance_user_data_without_secrets") >= 2, "{:?}", report.summary);
    assert_eq!(found("aws_ec2_launch_template_user_data_without_secrets"), 1, "{:?}", report.summary);

    for format in Format::ALL {
        texts.push((format.to_string(), cspm::to_string(&report, format).unwrap()));
    }
    save_snapshot(report.inventory(), file("snapshot.json")).unwrap();
    for name in ["graph.json", "snapshot.json"] {
        texts.push((name.to_owned(), std::fs::read_to_string(file(name)).unwrap()));
    }
    texts.push(("the events".to_owned(), events.lock().unwrap().clone()));
    texts.push(("the report".to_owned(), format!("{report:?}")));
    texts.push(("the inventory".to_owned(), format!("{:?}", report.inventory().resources())));
    let findings: Vec<_> = report.findings().collect();
    texts.push(("the findings".to_owned(), format!("{findings:?}")));

    let url = endpoint.url();
    let program = cspm(["scan", "aws", "--regions", "us-east-1", "--endpoint-url", &url, "--everything"]);
    let program = program.env("AWS_ACCESS_KEY_ID", "AKIAIOSFODNN7EXAMPLE").env("AWS_SECRET_ACCESS_KEY", secret);
    // However much somebody asks the libraries beneath to tell.
    let ended = program.env("AWS_SESSION_TOKEN", token).env("RUST_LOG", "trace").end();
    assert_eq!(ended.status, 1, "{ended:?}");
    texts.push(("the program".to_owned(), ended.out + &ended.err));

    for (name, text) in &texts {
        assert!(text.len() > 100, "{name} says nothing: {text}");
        for secret in &planted {
            assert!(!text.contains(secret), "{secret} is in {name}");
        }
    }
}
