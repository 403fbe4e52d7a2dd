import type { Origin, UnreadField } from "./resource.js";
import type { Sequence } from "./sequence.js";
/** What a rule says of a resource. */
export type Status = "pass" | "fail" | "unknown";
/** How bad a failure is, the least first. */
export type Severity = "informational" | "low" | "medium" | "high" | "critical";
/** How to mend what a rule found. */
export interface Remediation {
    /** In words. */
    text: string;
    /** With the provider's command line. */
    cli?: string;
    /** With Terraform. */
    terraform?: string;
    /** In the provider's web console. */
    console?: string;
}
/** The resource of a finding, without its data. */
export interface FindingResource {
    /** Unique over all providers. */
    uid: string;
    /** The name of its kind. */
    kind: string;
    /** The provider. */
    provider: string;
    /** The account, subscription or cluster. */
    account: string;
    /** The region; `global` where there is none. */
    region: string;
    /** What people call it. */
    name: string;
    /** Its tags or labels. */
    tags: Record<string, string>;
    /** Where it is written, if it comes from a file that people write. */
    origin?: Origin;
}
/** What a finding says of the reviewed waiver that covers it. */
export interface AppliedException {
    /** Who answers for the waiver. */
    owner: string;
    /** Why it is acceptable. */
    reason: string;
    /** The last day on which it counts. */
    expires: string;
}
/** A finding as JSON, in the names of the report. */
export interface FindingRow {
    id: string;
    rule_id: string;
    status: Status;
    severity: Severity;
    title: string;
    message: string;
    resource: FindingResource;
    evidence: Record<string, unknown>;
    unread: UnreadField[];
    remediation: Remediation;
    frameworks: Record<string, string[]>;
    exception?: AppliedException;
    collected_at: string;
}
/** A rule's answer for a resource. */
export declare class Finding {
    #private;
    /** Stable from scan to scan. */
    readonly id: string;
    /** The id of the rule. */
    readonly ruleId: string;
    /** The answer. */
    readonly status: Status;
    /** The severity of the rule. */
    readonly severity: Severity;
    /** The state that the rule wants. */
    readonly title: string;
    /** The answer in a sentence. */
    readonly message: string;
    /** The resource. */
    readonly resource: FindingResource;
    /** The fields that the answer rests on, with their values. */
    readonly evidence: Record<string, unknown>;
    /** The fields that were needed and not read; not empty where the status is `unknown`. */
    readonly unread: readonly UnreadField[];
    /** How to mend it. */
    readonly remediation: Remediation;
    /** The controls that the rule answers, by framework. */
    readonly frameworks: Record<string, string[]>;
    /** The reviewed waiver that covers it, if there is one. */
    readonly exception: AppliedException | undefined;
    /** When the resource was collected, as RFC 3339. */
    readonly collectedAt: string;
    /** Whether it is a failure that no exception covers. */
    get isOpenFailure(): boolean;
    /**
     * The finding in the names of the report, for `JSON.stringify`: the text is that of the report, but for what JavaScript cannot
     * hold (whole numbers beyond 2^53, the `.0` of a float, the order of keys that are numbers).
     */
    toJSON(): FindingRow;
    /** The exact text that Rust writes. */
    toJSONString(): string;
}
/** The findings of a report, each made when it is looked at. */
export type Findings = Sequence<Finding>;
