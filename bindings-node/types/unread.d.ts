import { CspmError } from "./errors.js";
/** Why something was not read. */
export type Reason = "access_denied" | "throttled" | "timed_out" | "credentials_expired" | "not_opted_in" | "failed" | "not_exposed" | "not_selected" | "not_written" | "skipped" | "not_given" | "cancelled" | "conflicting" | "rule_error";
/**
 * A part of a resource that was not read: it stands in the place of the value in what a collector yields or `evaluate` is given,
 * so that nobody takes it for empty or false.
 */
export declare class Unread {
    readonly reason: Reason;
    readonly call: string;
    readonly detail: string;
    /**
     * @param reason - Why.
     * @param call - The call that would have read it, as `service:Operation`.
     * @param detail - What the provider said, without anything secret.
     */
    constructor(reason: Reason, call?: string, detail?: string);
}
/** A field was looked at that was not read. In a rule that makes the verdict unknown, and the finding names the field. */
export declare class UnreadError extends CspmError {
    readonly field: string;
    readonly reason: Reason;
    readonly call: string;
    readonly detail: string;
    /**
     * @param field - The path of the field.
     * @param reason - Why it was not read.
     * @param call - The call that would have read it.
     * @param detail - What the provider said.
     */
    constructor(field: string, reason: Reason, call?: string, detail?: string);
}
/** A list that could not be made: what is not collected because of it is not known to be absent. A collector yields it. */
export declare class Gap {
    /** The kind that was listed. */
    readonly kind: string;
    /** Why the list could not be made. */
    readonly reason: Reason;
    /** The call that would have made it. */
    readonly call: string;
    /** What the provider said. */
    readonly detail: string;
    /** The account of the list; empty where it is not known. */
    readonly account: string;
    /** The region of the list; `global` for one of the whole account. */
    readonly region: string;
    /** The provider of the kind. */
    readonly provider: string | undefined;
    constructor(of: {
        kind: string;
        reason?: Reason;
        call?: string;
        detail?: string;
        account?: string;
        region?: string;
        provider?: string | undefined;
    });
}
