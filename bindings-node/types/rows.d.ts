import type { Reason } from "./unread.js";
/** A row of an answer: values by the names of the columns. */
export type Row = {
    [column: string]: any;
};
/** What a query looked at and nobody read: values of a column, a list, or all of a kind that nobody asked for. */
export interface Missing {
    /** The table. */
    table: string;
    /** What of it. */
    what: "values" | "list" | "kind";
    /** The column of the values. */
    column?: string;
    /** How many of its values. */
    count?: number;
    /** The account of the list. */
    account?: string;
    /** The region of the list. */
    region?: string;
    /** Why it was not read. */
    reason: Reason;
    /** The call that would have read it. */
    call: string;
    /** What the provider said. */
    detail: string;
}
/** The rows of a query: an array of objects that also knows its columns, and what was not read. */
export declare class Rows extends Array<Row> {
    /** The names of the columns, in order. */
    readonly columns: readonly string[];
    /** What was not read of that which the query looked at: where it is empty the answer is complete. */
    readonly unread: readonly Missing[];
    /** What methods such as `map` make is a plain array. */
    static get [Symbol.species](): ArrayConstructor;
}
