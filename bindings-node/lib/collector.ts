import type { Schema } from "./kinds.js";
import type { Resource, ResourceGiven } from "./resource.js";
import type { Source } from "./source.js";
import type { Gap } from "./unread.js";

/** What a scan asks of a collector. */
export class Wanted {
  /** The declared kinds that are wanted. */
  readonly kinds: readonly string[];

  /** @internal */
  constructor(kinds: readonly string[]) {
    this.kinds = kinds;
  }

  /** Whether resources of the kind are wanted. */
  wants(kind: string): boolean {
    return this.kinds.includes(kind);
  }
}

/** What a collector yields. */
export type Collected = ResourceGiven | Resource | Gap;

/** Kinds by name, or by name with a JSON Schema of their data, which rules are checked against. */
export type DeclaredKinds = readonly string[] | { readonly [name: string]: Schema | null };

/**
 * The base of collectors in JavaScript: a source of resources of your own.
 *
 * What it throws is in the coverage of the report with its stack, its kinds are then not known, and the scan goes on.
 */
export abstract class Collector {
  /** What errors and coverage call it; the name of the class unless given. */
  readonly name: string;
  /** The provider of its resources; that of their kind unless given. */
  readonly provider: string | undefined;
  /** The kinds that it can collect. Without any it is asked for nothing in particular, and yields what it has. */
  readonly kinds: DeclaredKinds = [];

  constructor() {
    this.name = new.target.name;
  }

  /** Makes sure that collecting can begin; throws where it cannot. */
  connect(): void | Promise<void> {}

  /** Yields what is wanted; asked for more only as the scan takes it. A generator is ended when the scan is. */
  abstract collect(wanted: Wanted): AsyncIterable<Collected> | Iterable<Collected>;
}

/** What a scan can collect from. */
export type AnyCollector = Source | Collector;
