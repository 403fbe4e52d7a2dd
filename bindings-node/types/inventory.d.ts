import { Resource } from "./resource.js";
import { Rows } from "./rows.js";
import { Sequence } from "./sequence.js";
import type { Reason } from "./unread.js";
/** A list that could not be made. */
export interface GapRow {
    /** The kind that was listed. */
    kind: string;
    /** The provider of the kind. */
    provider: string;
    /** The account of the list; empty where it is not known. */
    account: string;
    /** The region of the list; `global` for one of the whole account. */
    region: string;
    /** Why it could not be made. */
    reason: Reason;
    /** The call that would have made it. */
    call: string;
    /** What the provider said. */
    detail: string;
}
/** The limits of a query. */
export interface SqlOptions {
    /** How long it may take, in milliseconds. */
    timeLimit?: number | undefined;
    /** How many rows it may give. */
    maxRows?: number | undefined;
    /** How many bytes of memory it may take. */
    maxMemory?: number | undefined;
}
/** All resources of a scan, in the order of kind and uid. */
export declare class Inventory implements Iterable<Resource> {
    #private;
    /** How many resources there are. */
    readonly length: number;
    /** The resource with this uid. */
    get(uid: string): Resource | undefined;
    /** The resources of a kind, in the order of their uids. */
    ofKind(kind: string): Sequence<Resource>;
    /** All resources. */
    [Symbol.iterator](): IterableIterator<Resource>;
    /** The kinds of which there are resources. */
    get kinds(): string[];
    /** How many resources there are of each kind of which there are resources or gaps. */
    get counts(): Record<string, number>;
    /** Every list that could not be made. */
    get gaps(): GapRow[];
    /** Writes a snapshot, which is there whole or not at all. */
    save(path: string): Promise<void>;
    /** The answer to one `select` statement: one table per kind, read-only, within limits. It holds up the event loop. */
    sql(query: string, options?: SqlOptions): Rows;
    /** The same on a thread of its own. */
    sqlAsync(query: string, options?: SqlOptions): Promise<Rows>;
}
