//! What the plugin says of a pod that it refuses: a reason for each control that is violated.

/// A rule, and how the reason for its control begins; in Restricted some controls stand in for one of Baseline. None where a
/// level has no such control.
const REASONS: [(&str, Option<&str>, &str); 21] = [
    ("host_process_disabled", Some("hostProcess ("), "hostProcess ("),
    ("host_network_not_shared", Some("hostNetwork=true"), "hostNetwork=true"),
    ("host_pid_not_shared", Some("hostPID=true"), "hostPID=true"),
    ("host_ipc_not_shared", Some("hostIPC=true"), "hostIPC=true"),
    ("not_privileged", Some("privileged ("), "privileged ("),
    ("added_capabilities_default", Some("non-default capabilities ("), "unrestricted capabilities ("),
    ("host_path_volumes_absent", Some("hostPath volumes ("), "restricted volume types ("),
    ("host_ports_absent", Some("hostPort ("), "hostPort ("),
    ("probe_hosts_absent", Some("probe or lifecycle host"), "probe or lifecycle host"),
    ("apparmor_not_unconfined", Some("forbidden AppArmor profile"), "forbidden AppArmor profile"),
    ("selinux_confined", Some("seLinuxOptions ("), "seLinuxOptions ("),
    ("proc_mount_masked", Some("procMount ("), "procMount ("),
    ("proc_mount_default", None, "procMount ("),
    ("seccomp_not_unconfined", Some("seccompProfile ("), "seccompProfile ("),
    ("sysctls_safe", Some("forbidden sysctls ("), "forbidden sysctls ("),
    ("volume_types_restricted", None, "restricted volume types ("),
    ("privilege_escalation_disallowed", None, "allowPrivilegeEscalation != false ("),
    ("run_as_non_root", None, "runAsNonRoot != true ("),
    ("run_as_user_not_root", None, "runAsUser=0 ("),
    ("seccomp_profile_set", None, "seccompProfile ("),
    ("capabilities_dropped", None, "unrestricted capabilities ("),
];

/// The rules of a level, each with the beginning of its reason.
pub(crate) fn of(level: &str) -> Vec<(String, &'static str)> {
    let with_reason = |(rule, baseline, restricted): &(&str, Option<&'static str>, &'static str)| {
        let reason = if level == "baseline" { *baseline } else { Some(*restricted) };
        reason.map(|reason| (format!("kubernetes_pod_{rule}"), reason))
    };
    REASONS.iter().filter_map(with_reason).collect()
}
