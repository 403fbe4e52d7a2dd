//! The kinds of volumes, and sysctls.

use serde_json::{Value, json};

/// The safe ones of some version, and others.
pub(crate) const SYSCTLS: [&str; 18] = [
    "kernel.shm_rmid_forced",
    "net.ipv4.ip_local_port_range",
    "net.ipv4.ip_local_reserved_ports",
    "net.ipv4.ip_unprivileged_port_start",
    "net.ipv4.ping_group_range",
    "net.ipv4.tcp_fin_timeout",
    "net.ipv4.tcp_keepalive_intvl",
    "net.ipv4.tcp_keepalive_probes",
    "net.ipv4.tcp_keepalive_time",
    "net.ipv4.tcp_notsent_lowat",
    "net.ipv4.tcp_rmem",
    "net.ipv4.tcp_slow_start_after_idle",
    "net.ipv4.tcp_syncookies",
    "net.ipv4.tcp_wmem",
    // Written as the kernel has it.
    "net/ipv4/tcp_syncookies",
    "kernel.msgmax",
    "net.core.somaxconn",
    "net.ipv4.tcp_rmem_more",
];

/// One of each type, and some that say less or more than a type.
pub(crate) fn volumes() -> Vec<Value> {
    let path = json!({"path": "/var/lib"});
    let claim = json!({"accessModes": ["ReadWriteOnce"], "resources": {"requests": {"storage": "1Gi"}}});
    let sources = [
        ("awsElasticBlockStore", json!({"volumeID": "vol-1"})),
        ("azureDisk", json!({"diskName": "disk", "diskURI": "https://example.com/disk"})),
        ("azureFile", json!({"secretName": "files", "shareName": "share"})),
        ("cephfs", json!({"monitors": ["10.0.0.1:6789"]})),
        ("cinder", json!({"volumeID": "1"})),
        ("configMap", json!({"name": "settings"})),
        ("csi", json!({"driver": "csi.example.com"})),
        ("downwardAPI", json!({"items": [{"path": "name", "fieldRef": {"fieldPath": "metadata.name"}}]})),
        ("emptyDir", json!({})),
        ("emptyDir", json!({"medium": "Memory"})),
        ("ephemeral", json!({"volumeClaimTemplate": {"spec": claim}})),
        ("fc", json!({"targetWWNs": ["50060e801049cfd1"], "lun": 0})),
        ("flexVolume", json!({"driver": "example.com/flex"})),
        ("flocker", json!({"datasetName": "data"})),
        ("gcePersistentDisk", json!({"pdName": "disk"})),
        ("gitRepo", json!({"repository": "https://example.com/repository.git"})),
        ("glusterfs", json!({"endpoints": "gluster", "path": "volume"})),
        ("hostPath", path.clone()),
        ("hostPath", path.clone()),
        ("hostPath", json!({"path": "/dev", "type": "Directory"})),
        ("image", json!({"reference": "example.com/data:1", "pullPolicy": "IfNotPresent"})),
        ("iscsi", json!({"targetPortal": "10.0.0.1:3260", "iqn": "iqn.2001-04.com.example:disk", "lun": 0})),
        ("nfs", json!({"server": "nfs.example.com", "path": "/"})),
        ("persistentVolumeClaim", json!({"claimName": "data"})),
        ("photonPersistentDisk", json!({"pdID": "disk"})),
        ("portworxVolume", json!({"volumeID": "1"})),
        ("projected", json!({"sources": [{"serviceAccountToken": {"path": "token"}}]})),
        ("quobyte", json!({"registry": "10.0.0.1:7861", "volume": "volume"})),
        ("rbd", json!({"monitors": ["10.0.0.1:6789"], "image": "image"})),
        (
            "scaleIO",
            json!({"gateway": "https://example.com", "system": "s", "volumeName": "v", "secretRef": {"name": "s"}}),
        ),
        ("secret", json!({"secretName": "settings"})),
        ("storageos", json!({"volumeName": "volume"})),
        ("vsphereVolume", json!({"volumePath": "[datastore] disk.vmdk"})),
    ];
    let mut volumes = vec![
        json!({"name": "nothing"}),
        json!({"name": "null", "emptyDir": null}),
        json!({"name": "nulls", "hostPath": null, "emptyDir": {}}),
        json!({"name": "null-path", "hostPath": null}),
        json!({"name": "null-claim", "persistentVolumeClaim": null, "hostPath": path}),
    ];
    volumes.extend(
        sources.into_iter().enumerate().map(|(n, (kind, source))| json!({"name": format!("v{n}"), kind: source})),
    );
    volumes
}
