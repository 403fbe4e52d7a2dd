// A thread that makes one scan. What it makes of findings takes time, and the thread that answers requests has none to spare.

import { join } from "node:path";
import { parentPort, workerData } from "node:worker_threads";
import { NAMES } from "./formats.js";
import { LIVE } from "./live.js";
import { BETWEEN, ResultsWriter } from "./results-writer.js";
import { asApiError, flat, outcomeOf, scanEvents } from "./scanning.js";
import { Spool } from "./spool.js";

/** How long a finding waits for company, in milliseconds. */
const MOMENT = 100;

/** @typedef {{ calls_done: number, calls_expected: number, resources: number, findings: number, elapsed: number }} Progress */
/** @typedef {import("./scanning.js").Outcome & { index: import("./results-writer.js").Index }} Done */
/** @typedef {{ progress: Progress } | { found: number } | { done: Done } | { cancelled: true } | { failed: { status: number, message: string, log?: unknown } }} Told */
/** @typedef {{ settings: import("./settings.js").Settings, folder: string, live: boolean, exports: boolean }} Task */

const port = /** @type {import("node:worker_threads").MessagePort} */ (parentPort);
const tell = (/** @type {Told} */ message) => port.postMessage(message);

const abort = new AbortController();
port.once("message", () => abort.abort());

/** Passes findings on, many at a time. */
class Live {
  #spool;
  /** @type {NodeJS.Timeout | undefined} */
  #timer;

  /** @param {string} folder */
  constructor(folder) {
    this.#spool = new Spool(join(folder, LIVE));
  }

  /** @param {import("./results-writer.js").FlatFinding} finding */
  add(finding) {
    this.#spool.write(JSON.stringify(finding) + BETWEEN);
    this.#timer ??= setTimeout(() => this.flush(), MOMENT);
  }

  flush() {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#spool.flush();
    tell({ found: this.#spool.bytes });
  }
}

/** @param {Task} task */
async function scan({ settings, folder, live: wantsLive, exports }) {
  const live = wantsLive ? new Live(folder) : null;
  let report;
  for await (const event of scanEvents(settings, abort.signal)) {
    if (event.type === "finding") live?.add(flat(event.finding));
    else if (event.type === "progress") tell({ progress: progress(event) });
    else if (event.type === "done") report = event.report;
  }
  live?.flush();
  if (abort.signal.aborted || !report) return tell({ cancelled: true });

  const writer = new ResultsWriter(folder);
  for (const finding of report.findings) writer.add(flat(finding));
  const index = writer.finish();
  // Now, so that the report need not be kept: what it holds is as large as the account.
  if (exports) for (const format of NAMES) await report.write(join(folder, format), { format });
  return tell({ done: { ...outcomeOf(report), index } });
}

/** @param {import("cspm").ProgressEvent} event @returns {Progress} */
const progress = ({ callsDone, callsExpected, resources, findings, elapsed }) => ({
  calls_done: callsDone,
  calls_expected: callsExpected,
  resources,
  findings,
  elapsed: elapsed / 1000,
});

try {
  await scan(workerData);
} catch (error) {
  const { status, message } = asApiError(error);
  tell(abort.signal.aborted ? { cancelled: true } : { failed: { status, message, ...(status === 500 && { log: error }) } });
} finally {
  // Nothing is left to wait for; the thread ends.
  port.close();
}
