//! Volumes: what their drivers are told.

use cspm_core::Data;
use cspm_core::secrets::{scrub, withhold_all};

/// Parameters of drivers that name or choose, and hold nothing secret; others are withheld unless they switch something on or
/// off, or are numbers.
/// <https://kubernetes.io/docs/concepts/storage/storage-classes/#parameters>
const SHOWN: [&str; 32] = [
    "type",
    "fstype",
    "fsType",
    "csi.storage.k8s.io/fstype",
    "encrypted",
    "encryptInTransit",
    "kmsKeyId",
    "iops",
    "iopsPerGB",
    "throughput",
    "provisioningMode",
    "fileSystemId",
    "directoryPerms",
    "basePath",
    "gidRangeStart",
    "gidRangeEnd",
    "replication-type",
    "disk-encryption-kms-key",
    "skuName",
    "skuname",
    "storageaccounttype",
    "kind",
    "cachingMode",
    "location",
    "resourceGroup",
    "storageAccount",
    "protocol",
    "server",
    "share",
    "path",
    "zone",
    "zones",
];

/// What a volume is: its driver's parameters are withheld.
pub(super) fn source(volume: &mut Data) {
    for path in ["csi.volumeAttributes", "flexVolume.options"] {
        if volume.at(path).is_some() {
            parameters(volume.at_mut(path));
        }
    }
    options(volume);
}

/// Withholds the values of parameters that may be secret.
pub(super) fn parameters(parameters: Option<&mut Data>) {
    let Some(parameters) = parameters else { return };
    let Some(known) = parameters.as_object() else {
        withhold_all(parameters);
        return;
    };
    let secret = |(name, value): (&str, &Data)| (!is_shown(name, value)).then(|| name.to_owned());
    let secret: Vec<String> = known.iter().filter_map(secret).collect();
    for name in secret {
        parameters.get_mut(&name).map(withhold_all);
    }
}

fn is_shown(name: &str, value: &Data) -> bool {
    let names_a_secret = name.ends_with("-secret-name") || name.ends_with("-secret-namespace");
    let chooses = match value {
        Data::Str(text) => matches!(&*text.to_ascii_lowercase(), "true" | "false" | "yes" | "no"),
        Data::Bool(_) => true,
        _ => false,
    };
    names_a_secret || chooses || SHOWN.contains(&name)
}

/// Options of a mount: `username=…,password=…`.
fn options(volume: &mut Data) {
    let Some(options) = volume.get("mountOptions").and_then(Data::as_list) else { return };
    let new: Vec<Data> = options
        .iter()
        .map(|option| match option.as_str() {
            Some(text) => Data::from(text.split(',').map(scrub).collect::<Vec<_>>().join(",")),
            None => option.clone(),
        })
        .collect();
    if *options != new
        && let Some(options) = volume.get_mut("mountOptions")
    {
        *options = Data::list(new);
    }
}
