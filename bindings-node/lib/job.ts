/** Work of the native half on a thread of its own, and the answers that it needs of JavaScript. */

import type * as binding from "./binding.js";
import { Collecting } from "./collecting.js";
import type { Collector } from "./collector.js";
import { judged, type Rule } from "./rule.js";
import { call, fromNative } from "./thrown.js";

/** How the native half tells of its work. */
export type Tell = (
  what: string,
  ticket: number,
  whom: number,
  text: string | null | undefined,
  report: binding.Report | null | undefined,
) => void;

/** What the work needs of JavaScript. */
export interface Host {
  signal?: AbortSignal | undefined;
  rules?: readonly Rule[];
  /** The caller's own collectors, each at its place in the scan. */
  collectors?: readonly (Collector | undefined)[];
}

/** What the work came to. */
export interface Outcome {
  text: string | undefined;
  report: binding.Report | undefined;
}

/** Work under way. */
export class Job {
  /** Settles when the work has ended, and nothing of it is left. */
  readonly outcome: Promise<Outcome>;
  readonly #batches: string[] = [];
  readonly #job: binding.Job;
  #over = false;
  #wake: (() => void) | undefined;

  constructor(begin: (tell: Tell) => binding.Job, { signal, rules = [], collectors = [] }: Host = {}) {
    signal?.throwIfAborted();
    const collecting = collectors.map((collector) => collector && new Collecting(collector));
    const { promise, resolve, reject } = deferred<Outcome>();
    const over = () => {
      this.#over = true;
      signal?.removeEventListener("abort", cancel);
      for (const collector of collecting) void collector?.end();
      this.#wake?.();
    };
    this.#job = call(() =>
      begin((what, ticket, whom, text, report) => {
        switch (what) {
          case "batch":
            this.#batches.push(text as string);
            this.#wake?.();
            break;
          case "judge":
            this.#job.answer(ticket, judged(rules[whom] as Rule, text as string));
            break;
          case "pull":
            void collecting[whom]?.answer(text as string).then((answer) => this.#job.answer(ticket, answer));
            break;
          case "done":
            over();
            if (signal?.aborted) reject(signal.reason);
            else resolve({ text: text ?? undefined, report: report ?? undefined });
            break;
          default:
            over();
            reject(signal?.aborted ? signal.reason : fromNative(text as string));
        }
      }),
    );
    const cancel = () => this.#job.cancel();
    signal?.addEventListener("abort", cancel, { once: true });
    this.outcome = promise;
    // Who looks at the events first hears of the end from those.
    promise.catch(() => {});
  }

  /** The next batch of events; `undefined` where there are no more. */
  async batch(): Promise<string | undefined> {
    if (this.#batches.length === 0 && !this.#over) {
      this.#job.more();
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
      this.#wake = undefined;
    }
    return this.#batches.shift();
  }

  /** Ends the work, and waits for its end. */
  async cancel(): Promise<void> {
    if (!this.#over) this.#job.cancel();
    await this.outcome.catch(() => {});
  }
}

function deferred<T>() {
  let resolve!: (value: T) => void;
  let reject!: (error: unknown) => void;
  const promise = new Promise<T>((yes, no) => {
    [resolve, reject] = [yes, no];
  });
  return { promise, resolve, reject };
}
