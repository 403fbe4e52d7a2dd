/**
 * cspm: an embeddable scan engine for cloud security posture. What could not be read is unknown, with the call and the reason, and
 * never a pass or a failure.
 *
 * @packageDocumentation
 */
/** The version of this package. */
export declare const version: string;
export { type AnyCollector, type Collected, Collector, type DeclaredKinds, Wanted, } from "./collector.js";
export { AccessDeniedError, CancelledScanError, ConfigError, CredentialsError, CspmError, type ErrorCode, type ErrorDetails, ExtensionError, FileError, FormatError, LimitError, ModelError, RuleError, UnreachableError, VersionError, } from "./errors.js";
export { type EvaluateOptions, evaluate } from "./evaluate.js";
export type { CallEvent, DeniedEvent, DoneEvent, Event, FailedEvent, FindingEvent, PlannedEvent, ProgressEvent, ResourceEvent, ThrottledEvent, } from "./event.js";
export { type AppliedException, Finding, type FindingResource, type FindingRow, type Findings, type Remediation, type Severity, type Status, } from "./finding.js";
export { type GapRow, Inventory, type SqlOptions } from "./inventory.js";
export { type Kind, kinds, type Schema } from "./kinds.js";
export { Plan, type PlannedCall, plan } from "./plan.js";
export { type Format, Report } from "./report.js";
export { type Origin, Resource, type ResourceGiven, type ResourceRow, type UnreadField } from "./resource.js";
export type { CallCounts, Coverage, Identity, Score, Scores, Summary } from "./results.js";
export { type Missing, type Row, Rows } from "./rows.js";
export { type Answer, Rule, type RuleAbout, rule, type Verdict } from "./rule.js";
export { type Exception, type Framework, type RuleInfo, Rules, type RulesOptions } from "./rules.js";
export { type ScanOptions, type StreamOptions, scan, stream } from "./scan.js";
export { Sequence } from "./sequence.js";
export { Aws, type AwsOptions, Kubernetes, type KubernetesOptions, Manifests, type ManifestsOptions, Snapshot, type SnapshotOptions, Source, sample, } from "./source.js";
export { Gap, type Reason, Unread, UnreadError } from "./unread.js";
