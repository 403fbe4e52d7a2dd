//! What is no secret stays as it is: in the sample, and in the manifests that real projects publish.

use std::path::{Path, PathBuf};
use std::process::Command;

use cspm::prelude::*;
use cspm::secrets::{WITHHELD, scrub};
use cspm::{Data, Manifests};

#[tokio::test]
async fn the_sample_is_not_altered() {
    let text = include_str!("../../examples/sample/inventory.json");
    let report = Scan::new().collector(cspm::sample()).collect_everything().run().await.unwrap();
    let written = serde_json::to_string(report.inventory().resources()).unwrap();
    assert_eq!(written.matches(WITHHELD).count(), text.matches(WITHHELD).count());
}

/// Where an object keeps what is withheld in any case, so that only other strings are looked at.
const WITHHELD_BY_PLACE: [&str; 12] = [
    "env",
    "data",
    "stringData",
    "binaryData",
    "httpHeaders",
    "annotations",
    "parameters",
    "volumeAttributes",
    "command",
    "args",
    "path",
    "message",
];

fn each_text(data: &Data, f: &mut dyn FnMut(&str)) {
    match data {
        Data::Str(text) => f(text),
        Data::List(items) => items.iter().for_each(|item| each_text(item, f)),
        Data::Object(object) => {
            let others = object.iter().filter(|(key, _)| !WITHHELD_BY_PLACE.contains(key));
            others.for_each(|(key, value)| {
                f(key);
                each_text(value, f);
            });
        }
        _ => {}
    }
}

#[tokio::test]
async fn real_manifests_are_not_altered() {
    let archive = Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/data/manifests.tar.zst");
    let folder = tempfile::tempdir().unwrap();
    if !archive.exists() || !unpacked(&archive, folder.path()) {
        return assert!(std::env::var_os("CI").is_none(), "SKIPPED: there is no {}", archive.display());
    }
    let source = Manifests::new([PathBuf::from(folder.path())]).unwrap();
    let report = Scan::new().collector(source).collect_everything().run().await.unwrap();
    // Overlays and releases repeat most objects word for word: what is written alike is one resource.
    let (resources, repeated) = (report.inventory().len(), report.coverage.repeated);
    assert!(resources > 700, "{resources}");
    assert!(resources as u64 + repeated > 1500, "{resources} and {repeated} repeated");
    let mut seen = 0_u32;
    for resource in report.inventory().resources() {
        each_text(&resource.data, &mut |text| {
            seen += 1;
            assert!(!text.contains(WITHHELD), "{}: {text}", resource.uid);
            assert_eq!(scrub(text), text, "{}", resource.uid);
        });
    }
    assert!(seen > 20_000, "{seen}");
    // Words of commands are withheld one by one: these projects give passwords by reference.
    let words = |resource: &&std::sync::Arc<Resource>| {
        let text = serde_json::to_string(&resource.data.at("spec.template.spec")).unwrap();
        text.contains(&format!("={WITHHELD}"))
    };
    let withheld: Vec<&str> =
        report.inventory().resources().iter().filter(words).map(|resource| &*resource.uid).collect();
    assert!(withheld.len() < 5, "{withheld:?}");
}

fn unpacked(archive: &Path, folder: &Path) -> bool {
    let tar = Command::new("tar").arg("--zstd").arg("-xf").arg(archive).arg("-C").arg(folder).status();
    tar.is_ok_and(|status| status.success())
}
