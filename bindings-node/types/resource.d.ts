import { type Reason } from "./unread.js";
/** Where a resource is written: in a manifest, say. */
export interface Origin {
    /** The file, as it was named by whoever had it read. */
    file: string;
    /** The line where the resource begins, from 1. */
    line: number;
}
/** A field that was not read. */
export interface UnreadField {
    /** The path of the field, with dots between names. */
    field: string;
    /** The call that would have read it; empty where none is known. */
    call: string;
    /** Why it was not read. */
    reason: Reason;
    /** What the provider said. */
    detail?: string;
}
/** A resource that a caller describes; only `uid` and `kind` must be there. */
export interface ResourceGiven {
    /** Unique over all providers: the ARN, say. */
    uid: string;
    /** Its kind. */
    kind: string;
    /** Its provider; that of its kind unless given. */
    provider?: string | undefined;
    /** Its account or cluster. */
    account?: string | undefined;
    /** Its region; `global` unless given. */
    region?: string | undefined;
    /** What people call it; its uid unless given. */
    name?: string | undefined;
    /** Its tags. */
    tags?: Record<string, string> | undefined;
    /** When it was collected: the present of the rules that judge it. */
    collectedAt?: string | Date | undefined;
    /** The file and line where it is written. */
    origin?: Origin | undefined;
    /** What is known of it. A part may be {@link Unread}. */
    data?: object | null | undefined;
}
/** A resource as the native half writes it. */
export interface ResourceRow {
    uid: string;
    kind: string;
    provider: string;
    account: string;
    region: string;
    name: string;
    tags?: Record<string, string>;
    collected_at: string;
    origin?: Origin;
    data: unknown;
    unread?: ({
        path: string;
        reason: Reason;
        call?: string;
        detail?: string;
    } | undefined)[];
}
/** One object of a provider: where it is, what it is called, and its data. */
export declare class Resource {
    #private;
    /** Unique over all providers: the ARN; for Kubernetes `k8s://CLUSTER/NAMESPACE/KIND/NAME`. */
    readonly uid: string;
    /** The name of its kind, e.g. `aws_s3_bucket`. */
    readonly kind: string;
    /** The provider, e.g. `aws`. */
    readonly provider: string;
    /** The account, subscription or cluster. */
    readonly account: string;
    /** The region; `global` where there is none. */
    readonly region: string;
    /** What people call it. */
    readonly name: string;
    /** Its tags or labels. */
    readonly tags: Record<string, string>;
    /** When it was collected, as RFC 3339: the present of every rule that judges it. */
    readonly collectedAt: string;
    /** Where it is written, if it comes from a file that people write. */
    readonly origin: Origin | undefined;
    /** What of its data was not read, and why. */
    readonly unread: readonly UnreadField[];
    /**
     * What is known of it. A part that was not read throws {@link UnreadError} when it is looked at, so that nobody takes it for
     * empty or false; {@link Resource.unread} lists those parts.
     */
    get data(): {
        readonly [key: string]: any;
    };
    /**
     * The value at a path (dots between names): of the data, or else of what every resource has, such as `name`; `undefined` where
     * there is none. What a rule gets so is the evidence of its finding.
     *
     * @throws {@link UnreadError} where it was not read.
     */
    get(path: string): any;
    /** The resource as a row of a snapshot: what was not read is `null` in `data`, and named in `unread`. */
    toJSON(): ResourceRow;
    /** The same as the exact text that Rust writes. */
    toJSONString(): string;
}
