/** Collectors as a scan has them: their declarations for the native half, and the caller's own at work. */

import type * as binding from "./binding.js";
import { type AnyCollector, type Collected, Collector, type DeclaredKinds, Wanted } from "./collector.js";
import { ConfigError, CspmError } from "./errors.js";
import { native } from "./native.js";
import { given } from "./resource.js";
import { Source } from "./source.js";
import { call, told } from "./thrown.js";
import { Gap } from "./unread.js";

/** How many items go to the native half at once, and how long it waits for that many, in milliseconds. */
const BATCH = 64;
const PATIENCE = 5;

/** Kinds as the native half takes them. */
export function declared(kinds: DeclaredKinds): unknown[] {
  if (Array.isArray(kinds)) return [...kinds];
  return Object.entries(kinds).map(([name, schema]) => (schema === null ? name : { name, schema }));
}

/** The sources of a scan, and those that are the caller's own. */
export function sourcesOf(
  collectors: AnyCollector | readonly AnyCollector[],
): { source: binding.Source; own: Collector | undefined }[] {
  const all = Array.isArray(collectors) ? (collectors as readonly AnyCollector[]) : [collectors as AnyCollector];
  return all.map((collector) => {
    if (collector instanceof Source) return { source: Source.native(collector), own: undefined };
    if (!(collector instanceof Collector)) {
      throw new ConfigError("cannot use a collector: it is none of this package, and no Collector", {
        attempted: "use a collector",
        help: "give Aws, Kubernetes, Manifests, Snapshot, or a class that extends Collector",
      });
    }
    const { name, provider, kinds } = collector;
    const text = JSON.stringify({ name, provider, kinds: declared(kinds) });
    return { source: call(() => native.Source.own(text)), own: collector };
  });
}

/** A collector at work in one scan. */
export class Collecting {
  readonly #collector: Collector;
  #items: AsyncIterator<Collected> | Iterator<Collected> | undefined;
  #over = false;

  constructor(collector: Collector) {
    this.#collector = collector;
  }

  /** The answer to a question of the native half: what it wants, or nothing to connect. */
  async answer(question: string): Promise<string> {
    const items: string[] = [];
    try {
      if (question === "connect") {
        await this.#collector.connect();
        return answer(items, true);
      }
      const done = await this.#take(new Wanted((JSON.parse(question) as Wanted).kinds), items);
      return answer(items, done);
    } catch (error) {
      this.#over = true;
      return answer(items, true, error);
    }
  }

  async #take(wanted: Wanted, items: string[]): Promise<boolean> {
    this.#items ??= iterator(this.#collector.collect(wanted));
    const until = performance.now() + PATIENCE;
    while (items.length < BATCH && performance.now() < until) {
      const next = await this.#items.next();
      if (next.done) {
        this.#over = true;
        return true;
      }
      items.push(item(next.value));
    }
    return false;
  }

  /** Ends a generator that the scan does not need any more. */
  async end(): Promise<void> {
    if (this.#over) return;
    this.#over = true;
    try {
      await this.#items?.return?.();
    } catch {
      // The scan is over: there is no report that could tell of it.
    }
  }
}

function iterator(items: AsyncIterable<Collected> | Iterable<Collected>): AsyncIterator<Collected> | Iterator<Collected> {
  if (typeof items === "object" && items !== null) {
    if (Symbol.asyncIterator in items) return items[Symbol.asyncIterator]();
    if (Symbol.iterator in items) return items[Symbol.iterator]();
  }
  throw new TypeError("collect gives nothing to go over: it should be a generator, or return an array");
}

function item(of: Collected): string {
  if (of instanceof Gap) return `{"gap":${JSON.stringify(of)}}`;
  try {
    return `{"resource":${given(of)}}`;
  } catch (error) {
    const { uid, kind } = (of ?? {}) as { uid?: unknown; kind?: unknown };
    const text = (value: unknown) => (typeof value === "string" ? value : undefined);
    return JSON.stringify({ bad: { uid: text(uid), kind: text(kind), why: told(error).line } });
  }
}

function answer(items: string[], done: boolean, error?: unknown): string {
  const code = error instanceof CspmError ? error.code : null;
  const { line, full } = error === undefined ? {} : told(error);
  const text = JSON.stringify(full === undefined ? null : { line, full });
  return `{"items":[${items.join(",")}],"done":${done},"error":${text},"code":${JSON.stringify(code)}}`;
}
