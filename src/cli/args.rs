//! The arguments.

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand};

use crate::admission_policy::ValidationAction;
use crate::{Format, Severity};

#[derive(Parser)]
#[command(name = "cspm", version, about = "Scans clouds for misconfigurations; what could not be read is unknown.")]
pub(super) struct Cli {
    #[command(subcommand)]
    pub(super) command: Command,
}

#[derive(Subcommand)]
pub(super) enum Command {
    /// Scan the sample that comes with the program
    Demo(DemoArgs),
    /// Scan one or several sources: aws | k8s | manifests PATH | manifests:NAME=PATH | snapshot FILE
    Scan(ScanArgs),
    /// Show the calls that a scan would make, and the exact permissions; makes no call
    Plan(PlanArgs),
    /// List the rules, show one, or check rule files: rules [ID] | rules check DIR
    Rules(RulesArgs),
    /// Write rules in the language of another enforcer: export vap
    Export(ExportArgs),
    /// Ask an inventory in SQL: query "select name, region from aws_s3_bucket where not versioning_enabled"
    #[cfg(feature = "sql")]
    Query(QueryArgs),
}

#[cfg(feature = "sql")]
#[derive(Args)]
pub(super) struct QueryArgs {
    /// One select statement in the SQL of SQLite
    #[arg(required_unless_present_any = ["tables", "columns"], value_name = "SQL")]
    pub(super) query: Option<String>,
    /// The inventory; the sample that comes with the program unless given
    #[arg(long, value_name = "FILE")]
    pub(super) snapshot: Option<PathBuf>,
    /// How to write the answer
    #[arg(long, value_enum, default_value_t = QueryFormat::Table)]
    pub(super) format: QueryFormat,
    /// How long the query may take, in seconds
    #[arg(long, value_name = "SECONDS", default_value_t = 10)]
    pub(super) time_limit: u64,
    /// List the tables
    #[arg(long, conflicts_with_all = ["query", "columns"])]
    pub(super) tables: bool,
    /// List the columns of a table
    #[arg(long, value_name = "TABLE", conflicts_with = "query")]
    pub(super) columns: Option<String>,
    /// The largest snapshot that is read, in MiB of JSON
    #[arg(long, value_name = "MIB", default_value_t = 1024)]
    pub(super) max_snapshot: u64,
}

/// The table for people, or one of the formats for programs.
#[cfg(feature = "sql")]
#[derive(Clone, Copy, Debug, clap::ValueEnum)]
pub(super) enum QueryFormat {
    Table,
    Csv,
    Json,
}

#[derive(Args)]
pub(super) struct ExportArgs {
    #[command(subcommand)]
    pub(super) what: Export,
}

#[derive(Subcommand)]
pub(super) enum Export {
    /// ValidatingAdmissionPolicies of Kubernetes with their bindings, as a list for `kubectl apply -f -`
    Vap(VapArgs),
}

#[derive(Args)]
pub(super) struct VapArgs {
    #[command(flatten)]
    pub(super) rules: RuleArgs,
    /// What becomes of an object that a rule fails: deny, warn, audit
    #[arg(long, value_name = "ACTION", default_value = "deny", value_parser = action)]
    pub(super) validation_actions: ValidationAction,
    /// The version of the cluster, e.g. 1.37; rules that depend on it are left out unless given
    #[arg(long, value_name = "VERSION")]
    pub(super) kubernetes_version: Option<String>,
    /// Where to write them; the terminal unless given
    #[arg(long, short, value_name = "FILE")]
    pub(super) output: Option<PathBuf>,
}

fn action(name: &str) -> Result<ValidationAction, String> {
    match name {
        "deny" => Ok(ValidationAction::Deny),
        "warn" => Ok(ValidationAction::Warn),
        "audit" => Ok(ValidationAction::Audit),
        _ => Err("it is one of deny, warn, audit".to_owned()),
    }
}

#[derive(Args)]
pub(super) struct DemoArgs {
    #[command(flatten)]
    pub(super) rules: RuleArgs,
    #[command(flatten)]
    pub(super) output: OutputArgs,
}

#[derive(Args)]
pub(super) struct ScanArgs {
    /// What to scan: aws, k8s, manifests PATH, manifests:NAME=PATH, snapshot FILE; several may be combined
    #[arg(required = true, num_args = 1.., value_name = "SOURCE")]
    pub(super) sources: Vec<String>,
    #[command(flatten)]
    pub(super) aws: AwsArgs,
    #[command(flatten)]
    pub(super) kubernetes: KubernetesArgs,
    #[command(flatten)]
    pub(super) rules: RuleArgs,
    #[command(flatten)]
    pub(super) output: OutputArgs,
    /// Save the inventory as a snapshot (compressed where the name ends in .zst)
    #[arg(long, value_name = "FILE")]
    pub(super) save: Option<PathBuf>,
    /// Collect everything, not only what the rules need; for --save and --graph
    #[arg(long)]
    pub(super) everything: bool,
    /// Write the resources and their links as a node-link file
    #[arg(long, value_name = "FILE")]
    pub(super) graph: Option<PathBuf>,
    /// The largest snapshot that is read, in MiB of JSON
    #[arg(long, value_name = "MIB", default_value_t = 1024)]
    pub(super) max_snapshot: u64,
}

#[derive(Args)]
pub(super) struct PlanArgs {
    /// What would be scanned: aws, k8s; files need no call
    #[arg(required = true, num_args = 1.., value_name = "SOURCE")]
    pub(super) sources: Vec<String>,
    #[command(flatten)]
    pub(super) aws: AwsArgs,
    #[command(flatten)]
    pub(super) kubernetes: KubernetesArgs,
    #[command(flatten)]
    pub(super) rules: RuleArgs,
    /// Print the IAM policy that allows exactly these calls, and nothing else
    #[arg(long, conflicts_with = "cluster_role")]
    pub(super) iam_policy: bool,
    /// Print the ClusterRole that allows exactly these calls, and nothing else
    #[arg(long)]
    pub(super) cluster_role: bool,
}

#[derive(Args)]
pub(super) struct RulesArgs {
    /// A rule's id; or `check` and a folder of rule files
    #[arg(num_args = 0..=2, value_name = "ID | check DIR")]
    pub(super) what: Vec<String>,
    #[command(flatten)]
    pub(super) rules: RuleArgs,
}

#[derive(Args, Default)]
pub(super) struct RuleArgs {
    /// Only rules of these frameworks, e.g. cis_aws_7.0
    #[arg(long, value_delimiter = ',', value_name = "IDS")]
    pub(super) frameworks: Vec<String>,
    /// Only these rules
    #[arg(long, value_delimiter = ',', value_name = "IDS")]
    pub(super) ids: Vec<String>,
    /// Only rules of these severities
    #[arg(long, value_delimiter = ',', value_name = "SEVERITIES")]
    pub(super) severities: Vec<Severity>,
    /// Only rules of these services
    #[arg(long, value_delimiter = ',', value_name = "SERVICES")]
    pub(super) services: Vec<String>,
    /// Further rules, from your own folder or file
    #[arg(long = "rules", value_name = "PATH")]
    pub(super) paths: Vec<PathBuf>,
}

#[derive(Args)]
pub(super) struct OutputArgs {
    /// How to write the report: table, json, ocsf, asff, sarif, junit, csv, markdown, html
    #[arg(long, default_value = "table", value_parser = format)]
    pub(super) format: Shape,
    /// Where to write it; the terminal unless given
    #[arg(long, short, value_name = "FILE")]
    pub(super) output: Option<PathBuf>,
    /// Reviewed exceptions (YAML)
    #[arg(long, value_name = "FILE")]
    pub(super) exceptions: Option<PathBuf>,
    /// Exit with status 1 only on failures of at least this severity
    #[arg(long, value_name = "SEVERITY", default_value = "informational")]
    pub(super) fail_on: Severity,
    /// Exit with status 3 where a smaller share of the verdicts could be given, or a smaller share was read, in percent
    #[arg(long, value_name = "PERCENT", default_value_t = 0.0)]
    pub(super) min_coverage: f64,
    /// Exit with status 0 also where something was not read, and not with 4
    #[arg(long)]
    pub(super) allow_unread: bool,
    /// How long the sources may take, in seconds; what is not read by then is unknown
    #[arg(long, value_name = "SECONDS", value_parser = clap::value_parser!(u64).range(1..))]
    pub(super) timeout: Option<u64>,
    /// Show no progress; what was not read is told all the same
    #[arg(long, short)]
    pub(super) quiet: bool,
}

/// The table for people, or one of the formats for programs.
#[derive(Clone, Copy, Debug)]
pub(super) enum Shape {
    Table,
    File(Format),
}

fn format(name: &str) -> Result<Shape, String> {
    match name {
        "table" => Ok(Shape::Table),
        name => name.parse().map(Shape::File).map_err(|e: crate::Error| e.to_string()),
    }
}

#[derive(Args, Default)]
pub(super) struct AwsArgs {
    /// The regions to scan; every enabled region unless given
    #[arg(long, value_delimiter = ',', value_name = "REGIONS")]
    pub(super) regions: Vec<String>,
    /// The profile in the AWS configuration
    #[arg(long)]
    pub(super) profile: Option<String>,
    /// A role to assume
    #[arg(long, value_name = "ARN")]
    pub(super) role_arn: Option<String>,
    /// The external id that the role asks for
    #[arg(long, value_name = "ID")]
    pub(super) external_id: Option<String>,
    /// Another endpoint than AWS's own
    #[arg(long, value_name = "URL")]
    pub(super) endpoint_url: Option<String>,
}

#[derive(Args, Default)]
pub(super) struct KubernetesArgs {
    /// The kubeconfig; KUBECONFIG or ~/.kube/config unless given
    #[arg(long, value_name = "FILE")]
    pub(super) kubeconfig: Option<PathBuf>,
    /// The context in the kubeconfig; the current one unless given
    #[arg(long, value_name = "NAME")]
    pub(super) context: Option<String>,
    /// The namespaces to scan; all unless given
    #[arg(long, visible_alias = "namespace", value_delimiter = ',', value_name = "NAMES")]
    pub(super) namespaces: Vec<String>,
    /// What findings call the cluster
    #[arg(long, value_name = "NAME")]
    pub(super) cluster_name: Option<String>,
    /// The version of Kubernetes that manifests are judged as of, e.g. 1.37
    #[arg(long, value_name = "VERSION")]
    pub(super) kubernetes_version: Option<String>,
    /// The manifests are all that the cluster will have: what they refer to and do not hold is missing
    #[arg(long)]
    pub(super) complete: bool,
    /// The manifests are a part of what the cluster has: what could change a verdict and is not among them leaves it unknown
    #[arg(long, conflicts_with = "complete")]
    pub(super) partial: bool,
}
