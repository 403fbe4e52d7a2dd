//! How many verdicts a second: `cargo bench --bench verdicts [-- RESOURCES]`.
//!
//! The catalog judges an inventory of 100,000 mixed resources, made of copies of the sample company with accounts and ids
//! of their own, on one core. Three rules are held against closures written by hand over the same data. The figures are
//! wall time on one thread; the machine's noise is in them, so compare ratios of one run.

#![allow(clippy::print_stdout, reason = "a program for people to read")]

mod support;

use std::collections::BTreeMap;
use std::hint::black_box;
use std::sync::Arc;
use std::time::{Duration, Instant};

use cspm::prelude::*;
use cspm::{Data, Exceptions, evaluate};
use support::{copies, peak_mib, sample};

const RUNS: usize = 5;

fn main() -> Result<(), cspm::Error> {
    let wanted: usize = std::env::args().filter_map(|arg| arg.parse().ok()).next().unwrap_or(100_000);
    let kinds = cspm::kinds()?;
    let rules: Vec<Arc<dyn Rule>> = Rules::builtin().load(&kinds)?.into_iter().collect();
    let before = peak_mib();
    let company = sample()?;
    let inventory = Arc::new(copies(&company, wanted, &rules));
    println!("{} resources of {} kinds, {} rules", inventory.len(), inventory.counts().len(), rules.len());
    println!("memory: {before} MiB before, {} MiB with the inventory", peak_mib());

    let (verdicts, took) = judge_all(&rules, &inventory);
    println!(
        "\nverdicts: {verdicts} in {:.3} s = {:.0} per second on one core",
        took.as_secs_f64(),
        per_second(verdicts, took)
    );
    by_rule(&rules, &inventory);
    by_hand(&rules, &inventory);

    let began = Instant::now();
    let report = evaluate(inventory.clone(), rules, Exceptions::default());
    println!(
        "\nreport of {} findings in {:.3} s; peak memory {} MiB",
        report.len(),
        began.elapsed().as_secs_f64(),
        peak_mib()
    );
    Ok(())
}

fn judge_all(rules: &[Arc<dyn Rule>], inventory: &Inventory) -> (u64, Duration) {
    let mut best = Duration::MAX;
    let mut verdicts = 0;
    for _ in 0..RUNS {
        let began = Instant::now();
        verdicts = rules.iter().map(|rule| judge(&**rule, inventory)).sum();
        best = best.min(began.elapsed());
    }
    (verdicts, best)
}

fn judge(rule: &dyn Rule, inventory: &Inventory) -> u64 {
    let resources = inventory.of_kind(&rule.meta().kind);
    resources.map(|resource| black_box(rule.judge(resource, inventory))).map(|_| 1).sum()
}

fn per_second(verdicts: u64, took: Duration) -> f64 {
    verdicts as f64 / took.as_secs_f64()
}

/// The rules that take most of the time.
fn by_rule(rules: &[Arc<dyn Rule>], inventory: &Inventory) {
    let mut times: Vec<_> = rules
        .iter()
        .map(|rule| {
            let began = Instant::now();
            let verdicts = judge(&**rule, inventory);
            (began.elapsed(), verdicts, rule.meta().id.clone())
        })
        .collect();
    times.sort_by_key(|(took, ..)| std::cmp::Reverse(*took));
    let all: Duration = times.iter().map(|(took, ..)| *took).sum();
    println!("\nthe rules that take longest:");
    for (took, verdicts, id) in times.iter().take(10) {
        let each = took.as_nanos() as f64 / (*verdicts).max(1) as f64;
        println!("  {:5.1} %  {each:8.0} ns each  {id}", took.as_secs_f64() * 100.0 / all.as_secs_f64());
    }
}

/// What a rule says, written by hand.
type ByHand = fn(&Data) -> Option<bool>;

/// Three rules against closures over the same data.
fn by_hand(rules: &[Arc<dyn Rule>], inventory: &Inventory) {
    let closures: BTreeMap<&str, ByHand> = [
        ("aws_ec2_instance_imdsv2_required", imdsv2 as ByHand),
        ("aws_ebs_volume_encrypted", |volume| volume.get("encrypted")?.as_bool()),
        ("aws_vpc_security_group_no_internet_ingress_ssh", no_ssh),
    ]
    .into();
    println!("\nagainst closures by hand:");
    for (id, closure) in closures {
        let Some(rule) = rules.iter().find(|rule| *rule.meta().id == *id) else { continue };
        let resources: Vec<&Resource> = inventory.of_kind(&rule.meta().kind).collect();
        let (mut ours, mut theirs) = (Duration::MAX, Duration::MAX);
        for _ in 0..RUNS * 2 {
            let began = Instant::now();
            for resource in &resources {
                black_box(rule.judge(resource, inventory));
            }
            ours = ours.min(began.elapsed());
            let began = Instant::now();
            for resource in &resources {
                black_box(closure(&resource.data));
            }
            theirs = theirs.min(began.elapsed());
        }
        for resource in &resources {
            let expected = match closure(&resource.data) {
                Some(true) => Status::Pass,
                Some(false) => Status::Fail,
                None => Status::Unknown,
            };
            assert_eq!(rule.judge(resource, inventory), expected, "{id} of {}", resource.uid);
        }
        let each = |took: Duration| took.as_nanos() as f64 / resources.len().max(1) as f64;
        println!(
            "  {:4.1}x  {:6.1} ns, by hand {:6.1} ns  {id} ({} resources)",
            ours.as_secs_f64() / theirs.as_secs_f64(),
            each(ours),
            each(theirs),
            resources.len()
        );
    }
}

fn imdsv2(instance: &Data) -> Option<bool> {
    let options = instance.get("metadata_options")?;
    Some(options.get("http_endpoint")?.as_str()? == "disabled" || options.get("http_tokens")?.as_str()? == "required")
}

fn no_ssh(group: &Data) -> Option<bool> {
    for permission in group.get("ip_permissions")?.as_list()? {
        let port = |name| permission.get(name).and_then(Data::as_i64);
        let (from, to) = (port("from_port").unwrap_or(0), port("to_port").unwrap_or(65535));
        let covers = match permission.get("ip_protocol")?.as_str()? {
            "-1" => true,
            "tcp" | "6" => from <= 22 && 22 <= to,
            _ => false,
        };
        let any = |list: &str, field: &str, everyone: &str| -> Option<bool> {
            let ranges = permission.get(list)?.as_list()?;
            Some(ranges.iter().any(|range| range.get(field).and_then(Data::as_str) == Some(everyone)))
        };
        let lists = permission.get("prefix_list_ids")?.as_list()?;
        let listed = lists.iter().filter_map(|list| list.get("cidrs")?.as_list()).flatten();
        let by_list = listed.filter_map(Data::as_str).any(|cidr| cidr == "0.0.0.0/0" || cidr == "::/0");
        if covers && (any("ip_ranges", "cidr_ip", "0.0.0.0/0")? || any("ipv6_ranges", "cidr_ipv6", "::/0")? || by_list)
        {
            return Some(false);
        }
    }
    Some(true)
}
