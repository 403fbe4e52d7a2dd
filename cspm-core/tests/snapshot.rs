//! Snapshots: what goes in comes out, and what is no snapshot is refused with the reason.
#![allow(clippy::unwrap_used, missing_docs)]

use std::io::Write;
use std::sync::Arc;

use cspm_core::*;
use futures::StreamExt;
use proptest::prelude::*;

fn resource(uid: &str, data: Data) -> Resource {
    Resource {
        uid: uid.into(),
        kind: "acme_server".into(),
        provider: "acme".into(),
        account: "1".into(),
        region: GLOBAL.into(),
        name: uid.into(),
        tags: Arc::new([("a".into(), "b".into())].into()),
        collected_at: "2026-01-01T00:00:00Z".parse().unwrap(),
        origin: None,
        data,
    }
}

fn unread() -> Unread {
    Unread::new(Reason::Throttled, "acme:GetServer").with_detail("Rate exceeded")
}

fn inventory(resources: Vec<Resource>) -> Inventory {
    let mut builder = Inventory::builder([]);
    resources.into_iter().for_each(|resource| builder.add(resource));
    builder.add_gap(Gap {
        kind: "acme_disk".into(),
        provider: "acme".into(),
        account: "1".into(),
        region: "eu".into(),
        unread: Arc::new(unread()),
    });
    builder.build()
}

async fn load(snapshot: Snapshot) -> Result<Arc<Inventory>> {
    Scan::new().collector(snapshot).run().await.map(|report| report.inventory().clone())
}

fn error_of(bytes: impl Into<Arc<[u8]>>) -> Error {
    let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
    runtime.block_on(load(Snapshot::from_bytes("test", bytes))).unwrap_err()
}

fn data() -> impl Strategy<Value = Data> {
    let leaf = prop_oneof![
        Just(Data::Null),
        any::<bool>().prop_map(Data::from),
        any::<i64>().prop_map(Data::from),
        ".{0,6}".prop_map(Data::from),
        Just(Data::from(unread())),
    ];
    leaf.prop_recursive(4, 24, 4, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(Data::list),
            prop::collection::btree_map("[a-c~/.]{0,3}", inner, 0..4).prop_map(Data::object),
        ]
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]
    #[test]
    fn any_inventory_comes_back_as_it_was(all in prop::collection::vec(data(), 0..5), compressed: bool) {
        let resources = all.into_iter().enumerate().map(|(n, data)| resource(&format!("acme:{n}"), data)).collect();
        let inventory = inventory(resources);
        let file = tempfile::Builder::new().suffix(if compressed { ".json.zst" } else { ".json" }).tempfile().unwrap();
        save_snapshot(&inventory, file.path()).unwrap();
        let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
        let back = runtime.block_on(load(Snapshot::open(file.path()))).unwrap();
        prop_assert_eq!(back.resources(), inventory.resources());
        prop_assert_eq!(back.gaps().collect::<Vec<_>>(), inventory.gaps().collect::<Vec<_>>());
    }

    #[test]
    fn no_bytes_make_it_panic(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
        error_of(bytes);
    }
}

fn written() -> Vec<u8> {
    let mut bytes = Vec::new();
    write_snapshot(&inventory(vec![resource("acme:1", Data::from(unread()))]), &mut bytes).unwrap();
    bytes
}

#[test]
fn what_is_no_snapshot_is_refused_with_the_reason() {
    let whole = String::from_utf8(written()).unwrap();
    let deep = whole.replace("\"data\":null", &format!("\"data\":{}", "[".repeat(100_000)));
    for (bytes, kind, says) in [
        ("", ErrorKind::Format, "ends too early"),
        ("{}", ErrorKind::Format, "does not begin with the key \"cspm_snapshot\""),
        ("nonsense", ErrorKind::Format, "line 1 column"),
        (&whole[..whole.len() - 20], ErrorKind::Format, "ends too early"),
        (
            &whole.replace("\"cspm_snapshot\":1", "\"cspm_snapshot\":7"),
            ErrorKind::Version,
            "is 7, and this program reads 1",
        ),
        (&whole.replace("\"path\":\"\"", "\"path\":\"/no/where\""), ErrorKind::Format, "is not in the data"),
        (&whole.replace("throttled", "bored"), ErrorKind::Format, "unknown variant `bored`"),
        ("{\"cspm_snapshot\":1}", ErrorKind::Format, "missing field `resources`"),
        (&deep, ErrorKind::Limit, "nested deeper than 127"),
    ] {
        let error = error_of(bytes.as_bytes().to_vec());
        assert_eq!(error.kind(), kind, "{error}");
        assert!(error.to_string().contains(says), "{error} should say {says}");
    }
    let mut not_utf8 = written();
    let at = not_utf8.windows(4).position(|w| w == b"acme").unwrap();
    not_utf8[at] = 0xff;
    assert_eq!(error_of(not_utf8).kind(), ErrorKind::Format);
}

#[tokio::test]
async fn a_snapshot_over_the_limit_is_refused_before_it_fills_the_memory() {
    let mut file = tempfile::NamedTempFile::new().unwrap();
    file.write_all(b"{\"cspm_snapshot\":1,\"collected_at\":\"2026-01-01T00:00:00Z\",\"resources\":[").unwrap();
    file.as_file().set_len(2 << 30).unwrap(); // zeros from here on, which take no disk
    let error = load(Snapshot::open(file.path())).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Format, "{error}");
    let error = load(Snapshot::from_bytes("small", written()).max_bytes(100)).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Limit);
    assert!(error.to_string().contains("larger than the limit of 100 bytes: max_bytes"), "{error}");
    let error = load(Snapshot::from_bytes("small", written()).max_values(10)).await.unwrap_err();
    assert!(error.to_string().contains("larger than the limit of 10 values: max_values"), "{error}");
}

/// A file that becomes very many values, in its own form or in another program's.
fn bomb(part: &str, times: usize, beside: &str) -> Vec<u8> {
    let mut text = zstd::Encoder::new(Vec::new(), 3).unwrap();
    text.write_all(beside.split('$').next().unwrap().as_bytes()).unwrap();
    for _ in 0..times / 1000 {
        text.write_all(part.repeat(1000).as_bytes()).unwrap();
    }
    text.write_all(beside.split('$').nth(1).unwrap().as_bytes()).unwrap();
    text.finish().unwrap()
}

#[tokio::test]
async fn a_small_file_of_very_many_values_is_refused_in_time() {
    let own = r#"{"cspm_snapshot":1,"collected_at":"2026-01-01T00:00:00Z","resources":[{"uid":"a","kind":"k","provider":"p",
        "account":"1","region":"r","name":"n","data":{"x":[$1]}}]}"#;
    let rows = r#"{"cspm_snapshot":1,"collected_at":"2026-01-01T00:00:00Z","resources":[$1]}"#;
    let row = r#"{"uid":"a","kind":"k","provider":"p","account":"1","region":"r","name":"n","data":{"x":[[],[],[]]}},"#;
    for (name, bytes) in [
        ("nested lists in one resource", bomb("[],", 20_000_000, own)),
        ("nested lists of another program", bomb("[],", 20_000_000, "[$1]")),
        ("objects of another program", bomb("{\"\":{}},", 20_000_000, "{\"s3_buckets\":[$1]}")),
        ("a string without an end", bomb("aaaaaaaaaaaaaaaaaaaa", 5_000_000, "{\"cspm_snapshot\":1,\"x\":\"$")),
        ("gaps", bomb("[],", 20_000_000, "{\"cspm_snapshot\":1,\"gaps\":[$1]}")),
    ] {
        assert!(bytes.len() < 200_000, "{name}: {} bytes", bytes.len());
        let began = std::time::Instant::now();
        let error = load(Snapshot::from_bytes(name, bytes)).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Limit, "{name}: {error}");
        assert!(began.elapsed().as_secs() < 20, "{name} took {:?}", began.elapsed());
    }
    let error = load(Snapshot::from_bytes("rows", bomb(row, 1000, rows)).max_values(10_000)).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Limit, "{error}");
}

#[tokio::test]
async fn a_large_snapshot_is_read_while_it_is_scanned() {
    // More than is read before a scan begins.
    let text = "x".repeat(100_000);
    let many = 1500;
    let inventory = inventory((0..many).map(|n| resource(&format!("acme:{n}"), Data::from(text.clone()))).collect());
    let file = tempfile::Builder::new().suffix(".json").tempfile().unwrap();
    save_snapshot(&inventory, file.path()).unwrap();
    let snapshot = Snapshot::open(file.path());
    snapshot.connect().await.unwrap();
    let wanted = Arc::new(Wanted::default());
    let all: Vec<_> = snapshot.collect(wanted.clone(), CancellationToken::new()).collect().await;
    assert_eq!(all.iter().filter(|c| matches!(c, Collected::Resource(_))).count(), many);
    assert!(!all.iter().any(|c| matches!(c, Collected::Failed(_))));

    let cancel = CancellationToken::new();
    snapshot.connect().await.unwrap();
    let mut some = snapshot.collect(wanted.clone(), cancel.clone());
    while !matches!(some.next().await, Some(Collected::Resource(_))) {}
    cancel.cancel();
    assert!(some.filter(|c| std::future::ready(matches!(c, Collected::Resource(_)))).count().await < 2);

    // What is wrong behind the beginning is not hidden, and says what is missing.
    let whole = std::fs::metadata(file.path()).unwrap().len();
    std::fs::File::options().write(true).open(file.path()).unwrap().set_len(whole - 30).unwrap();
    let report = Scan::new().collector(Snapshot::open(file.path())).run().await.unwrap();
    assert!(
        report.coverage.failures.iter().any(|f| f.error.contains("ends too early")),
        "{:?}",
        report.coverage.failures
    );
}

#[cfg(unix)]
#[tokio::test]
async fn a_pipe_is_no_snapshot() {
    let folder = tempfile::tempdir().unwrap();
    let pipe = folder.path().join("pipe");
    assert!(std::process::Command::new("mkfifo").arg(&pipe).status().unwrap().success());
    let error = load(Snapshot::open(&pipe)).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Io);
    assert!(error.to_string().contains("it is a pipe"), "{error}");
}

#[test]
fn a_file_that_cannot_be_written_leaves_nothing_behind() {
    let directory = tempfile::tempdir().unwrap();
    let error = save_snapshot(&inventory(vec![]), directory.path().join("no/such/place.json")).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Io);
    assert_eq!(std::fs::read_dir(directory.path()).unwrap().count(), 0);
}
