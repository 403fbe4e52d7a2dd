//! The program of docs/src/programs.md, which the test `documented_programs` runs.
#![allow(clippy::print_stdout, reason = "a program for people to read")]

use cspm::prelude::*;

#[tokio::main]
async fn main() -> Result<(), cspm::Error> {
    let report = Scan::new()
        .collector(Aws::builder().regions(["us-east-1"]).build().await?)
        .collector(Kubernetes::from_context("prod").await?)
        .rules(Rules::builtin().frameworks(["cis_aws_7.0", "pss_baseline"]))
        .exceptions(Exceptions::from_file("exceptions.yaml")?)
        .sink(JsonGraph::create("graph.json")?) // any GraphSink
        .run()
        .await?;
    for finding in report.findings() {
        println!("{} {} {}", finding.status.as_str(), finding.rule.id, finding.resource.uid);
    }

    let scan = Scan::new().collector(cspm::snapshot("inventory.json")).rules(Rules::builtin());
    let mut events = std::pin::pin!(scan.stream()); // impl Stream<Item = Event>
    while let Some(event) = events.next().await {
        if let Event::Done(report) = event {
            println!("{} findings", report.len());
            println!("{}", report.inventory().sql("select name, region from aws_s3_bucket")?.to_json());
        }
    }
    Ok(())
}
