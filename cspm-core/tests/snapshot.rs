//! Snapshots: what goes in comes out, and what is no snapshot is refused with the reason.
#![allow(clippy::unwrap_used, missing_docs)]

use std::io::Write;
use std::sync::Arc;

use cspm_core::*;
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
        (&deep, ErrorKind::Format, "recursion limit"),
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
    assert!(error.to_string().contains("larger than the limit of 100 bytes"), "{error}");
}

#[test]
fn a_file_that_cannot_be_written_leaves_nothing_behind() {
    let directory = tempfile::tempdir().unwrap();
    let error = save_snapshot(&inventory(vec![]), directory.path().join("no/such/place.json")).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Io);
    assert_eq!(std::fs::read_dir(directory.path()).unwrap().count(), 0);
}
