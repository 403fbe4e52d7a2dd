import type * as binding from "./binding.js";
import { Job } from "./job.js";
import { Resource } from "./resource.js";
import { Rows } from "./rows.js";
import { lines, Sequence } from "./sequence.js";
import { call } from "./thrown.js";
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
export class Inventory implements Iterable<Resource> {
  /** How many resources there are. */
  readonly length: number;
  readonly #native: binding.Inventory;

  /** @internal */
  constructor(of: binding.Inventory) {
    this.#native = of;
    this.length = of.count();
  }

  /** The resource with this uid. */
  get(uid: string): Resource | undefined {
    const line = call(() => this.#native.get(uid));
    return line === null ? undefined : new Resource(line);
  }

  /** The resources of a kind, in the order of their uids. */
  ofKind(kind: string): Sequence<Resource> {
    return this.#sequence(kind);
  }

  /** All resources. */
  [Symbol.iterator](): IterableIterator<Resource> {
    return this.#sequence(undefined)[Symbol.iterator]();
  }

  #sequence(kind: string | undefined): Sequence<Resource> {
    const make = (start: number, end: number) =>
      lines(
        call(() => this.#native.resources(kind, start, end)),
        (line) => new Resource(line),
      );
    return new Sequence(this.#native.count(kind), make);
  }

  /** The kinds of which there are resources. */
  get kinds(): string[] {
    const counts = Object.entries(this.counts);
    return counts.filter(([, count]) => count > 0).map(([kind]) => kind);
  }

  /** How many resources there are of each kind of which there are resources or gaps. */
  get counts(): Record<string, number> {
    return JSON.parse(call(() => this.#native.counts()));
  }

  /** Every list that could not be made. */
  get gaps(): GapRow[] {
    return JSON.parse(call(() => this.#native.gaps()));
  }

  /** Writes a snapshot, which is there whole or not at all. */
  async save(path: string): Promise<void> {
    await new Job((tell) => this.#native.save(path, tell)).outcome;
  }

  /** The answer to one `select` statement: one table per kind, read-only, within limits. It holds up the event loop. */
  sql(query: string, options: SqlOptions = {}): Rows {
    return new Rows(call(() => this.#native.sql(query, JSON.stringify(options))));
  }

  /** The same on a thread of its own. */
  async sqlAsync(query: string, options: SqlOptions = {}): Promise<Rows> {
    const job = new Job((tell) => this.#native.sqlAsync(query, JSON.stringify(options), tell));
    return new Rows((await job.outcome).text as string);
  }
}
