//! A compressed snapshot from anybody: it is read within its limits, or is an error.
#![no_main]

use std::sync::{Arc, LazyLock};

use cspm::{Kind, Scan, Snapshot};
use libfuzzer_sys::fuzz_target;
use tokio::runtime::{Builder, Runtime};

static RUNTIME: LazyLock<Runtime> =
    LazyLock::new(|| Builder::new_current_thread().enable_time().build().expect("a runtime"));
static KINDS: LazyLock<Vec<Arc<Kind>>> = LazyLock::new(|| cspm::kinds().expect("the kinds are sound"));

/// How every frame of Zstandard begins: <https://www.rfc-editor.org/rfc/rfc8878#section-3.1.1>
const MAGIC: [u8; 4] = [0x28, 0xb5, 0x2f, 0xfd];

fuzz_target!(|bytes: &[u8]| {
    let bytes = if bytes.starts_with(&MAGIC) { bytes.to_vec() } else { [&MAGIC[..], bytes].concat() };
    let snapshot = Snapshot::from_bytes("fuzz.json.zst", bytes).max_bytes(64 << 20);
    let snapshot = snapshot.kinds(KINDS.iter().cloned()).import(cspm_aws::handwritten::import);
    if let Err(error) = RUNTIME.block_on(Scan::new().collector(snapshot).run()) {
        assert!(!error.to_string().is_empty());
    }
});
