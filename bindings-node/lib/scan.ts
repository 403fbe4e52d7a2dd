import { sourcesOf } from "./collecting.js";
import type { AnyCollector } from "./collector.js";
import { type Event, eventOf } from "./event.js";
import { Job } from "./job.js";
import { native } from "./native.js";
import { Report } from "./report.js";
import { Rules } from "./rules.js";
import { lines } from "./sequence.js";

/** Options of a stream. */
export interface StreamOptions {
  /** Ends the scan when it is aborted, and has it fail with the signal's reason. */
  signal?: AbortSignal | undefined;
  /** Tells of progress and of calls that did not go well, and not of each resource and finding: that takes longer than judging. */
  progressOnly?: boolean | undefined;
  /** Drops each resource when it is judged, unless a rule looks it up: the report then has no inventory, and of the findings
   * only failures and unknowns. */
  dropInventory?: boolean | undefined;
  /** Collects everything that the collectors have, not only what the rules need. */
  collectEverything?: boolean | undefined;
  /** A file for the graph of resources, as JSON. */
  graph?: string | undefined;
  /** How many seconds the sources may take, all at once. What is not read by then is unknown, and the report is of what there is. */
  timeout?: number | undefined;
}

/** Options of a scan. */
export interface ScanOptions extends StreamOptions {
  /** Is told of each event. Where it returns a promise, the scan waits for it; what it throws ends the scan, which fails with it. */
  onEvent?: ((event: Event) => unknown) | undefined;
}

function start(
  collectors: AnyCollector | readonly AnyCollector[],
  rules: Rules,
  { signal, progressOnly, dropInventory, collectEverything, graph, timeout }: StreamOptions,
  events: boolean,
): Job {
  const sources = sourcesOf(collectors);
  const options = JSON.stringify({ events, progressOnly, dropInventory, collectEverything, graph, timeout });
  const all = sources.map(({ source }) => source);
  return new Job((tell) => native.scan(all, Rules.native(rules), options, tell), {
    signal,
    rules: Rules.extra(rules),
    collectors: sources.map(({ own }) => own),
  });
}

async function reportOf(job: Job): Promise<Report> {
  const { report } = await job.outcome;
  if (report === undefined) throw new TypeError("the scan ended without a report");
  return new Report(report);
}

/**
 * Scans: collects what the rules need, judges it, and says what could not be read. It runs on a thread of its own.
 *
 * @throws Where the rules are not usable, no collector could connect, or the signal was aborted. What goes wrong later is in the
 * coverage of the report.
 */
export async function scan(
  collectors: AnyCollector | readonly AnyCollector[],
  rules: Rules = Rules.byDefault(),
  { onEvent, ...options }: ScanOptions = {},
): Promise<Report> {
  if (onEvent === undefined) return reportOf(start(collectors, rules, options, false));
  for await (const event of stream(collectors, rules, options)) {
    const returned = onEvent(event);
    if (returned instanceof Promise) await returned;
    if (event.type === "done") return event.report;
  }
  throw new TypeError("the scan ended without a report");
}

/**
 * Scans, and tells of what happens while it happens; the last event is `done`, with the report. The scan waits where nobody takes
 * its events. Leaving the loop ends the scan.
 */
export async function* stream(
  collectors: AnyCollector | readonly AnyCollector[],
  rules: Rules = Rules.byDefault(),
  options: StreamOptions = {},
): AsyncGenerator<Event, void, undefined> {
  const job = start(collectors, rules, options, true);
  try {
    for (let batch = await job.batch(); batch !== undefined; batch = await job.batch()) {
      for (const event of lines(batch, eventOf)) {
        yield event;
        options.signal?.throwIfAborted();
      }
    }
    yield { type: "done", report: await reportOf(job) };
  } finally {
    await job.cancel();
  }
}
