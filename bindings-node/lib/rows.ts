import type { Reason } from "./unread.js";

/** A row of an answer: values by the names of the columns. */
// biome-ignore lint/suspicious/noExplicitAny: what a column holds is known to the query alone.
export type Row = { [column: string]: any };

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
export class Rows extends Array<Row> {
  /** The names of the columns, in order. */
  readonly columns: readonly string[] = [];
  /** What was not read of that which the query looked at: where it is empty the answer is complete. */
  readonly unread: readonly Missing[] = [];

  /** @internal */
  constructor(text: string) {
    const { columns, rows, unread } = JSON.parse(text) as { columns: string[]; rows: Row[]; unread: Missing[] };
    super();
    for (const row of rows) this.push(row);
    // Not enumerable, so that the rows compare and print as an array of objects.
    Object.defineProperty(this, "columns", { value: columns, enumerable: false });
    Object.defineProperty(this, "unread", { value: unread, enumerable: false });
  }

  /** What methods such as `map` make is a plain array. */
  static override get [Symbol.species](): ArrayConstructor {
    return Array;
  }
}
