//! The inventory of benchmarks: copies of the sample company.
#![allow(missing_docs, unreachable_pub, reason = "nobody but the benchmarks uses this")]

use std::sync::Arc;

use cspm::Data;
use cspm::prelude::*;

/// The inventory of the sample company.
pub fn sample() -> Result<Arc<Inventory>, cspm::Error> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    let runtime = runtime.map_err(|e| cspm::Error::new(cspm::ErrorKind::Config, "start").with_source(e))?;
    Ok(runtime.block_on(Scan::new().collector(cspm::sample()).run())?.inventory().clone())
}

/// The sample company over and over, each time in an account of its own and with ids of its own. Texts that a copy does
/// not change are shared: one account of this size would hold AWS's own policies, the largest of them, once.
pub fn copies(sample: &Inventory, wanted: usize, rules: &[Arc<dyn Rule>]) -> Inventory {
    let account = sample.resources().first().map(|r| r.account.to_string()).unwrap_or_default();
    let mut builder = Inventory::builder(sample.kinds().cloned());
    for rule in rules {
        rule.reads().lookups.iter().for_each(|(kind, field)| builder.index(kind.clone(), field.clone()));
    }
    sample.listed().for_each(|kind| builder.listed(kind.clone()));
    for n in 0..wanted {
        let (copy, which) = (n / sample.len(), n % sample.len());
        let original = &sample.resources()[which];
        let rename = |text: &str| renamed(text, &account, copy);
        builder.add(Resource {
            uid: rename(&original.uid).into(),
            account: rename(&original.account).into(),
            name: rename(&original.name).into(),
            data: mapped(&original.data, &rename),
            ..(**original).clone()
        });
    }
    builder.build()
}

fn mapped(data: &Data, rename: &dyn Fn(&str) -> String) -> Data {
    match data {
        Data::Str(text) => match rename(text) {
            same if *same == **text => data.clone(),
            renamed => Data::from(renamed),
        },
        Data::List(items) => Data::list(items.iter().map(|item| mapped(item, rename))),
        Data::Object(object) => Data::object(object.iter().map(|(k, v)| (k, mapped(v, rename)))),
        other => other.clone(),
    }
}

/// The text with the account's id, and what stands in an EC2 id behind its kind, changed to those of a copy.
fn renamed(text: &str, account: &str, copy: usize) -> String {
    let text = text.replace(account, &format!("{:012}", 100_000_000_000 + copy));
    match text.rsplit_once('-') {
        Some((kind, id)) if id.len() == 17 && id.bytes().all(|b| b.is_ascii_hexdigit()) => {
            format!("{kind}-{copy:05x}{}", &id[5..])
        }
        _ => text,
    }
}

/// The most memory that this process had so far.
pub fn peak_mib() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let peak = status.lines().find_map(|line| line.strip_prefix("VmHWM:")?.trim().strip_suffix(" kB")?.parse().ok());
    peak.map_or(0, |kib: u64| kib / 1024)
}
