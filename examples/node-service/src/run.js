// A scan on a thread of its own.

import { Worker } from "node:worker_threads";
import { ApiError, AT_FAULT } from "./errors.js";

/** How long a scan that was cancelled may take to end by itself, in milliseconds. */
const PATIENCE = 3000;

/** @typedef {import("./scan-worker.js").Task} Task */
/** @typedef {import("./scan-worker.js").Progress} Progress */
/** @typedef {import("./scan-worker.js").Done} Done */

/** The scan was cancelled; `timedOut` says by whom. */
export class Cancelled extends Error {
  /** @param {boolean} timedOut */
  constructor(timedOut) {
    super("the scan was cancelled");
    this.timedOut = timedOut;
  }
}

/**
 * Scans, and has ended all of it when it settles.
 * @param {Task} task
 * @param {AbortSignal} signal
 * @param {import("fastify").FastifyBaseLogger} log
 * @param {{ progress?: (progress: Progress) => void, found?: (bytes: number) => void }} [on]
 * @returns {Promise<Done>}
 */
export async function runScan(task, signal, log, on = {}) {
  if (signal.aborted) throw new Cancelled(false);
  const worker = new Worker(new URL("./scan-worker.js", import.meta.url), { workerData: task });
  let timedOut = false;
  /** @type {NodeJS.Timeout | undefined} */
  let patience;
  const cancel = () => {
    worker.postMessage("cancel");
    patience ??= setTimeout(() => worker.terminate(), PATIENCE);
  };
  const limit = setTimeout(() => {
    timedOut = true;
    cancel();
  }, task.settings.scanTimeout * 1000);
  signal.addEventListener("abort", cancel, { once: true });

  /** @type {Done | Error | undefined} */
  let outcome;
  worker.on("message", (/** @type {import("./scan-worker.js").Told} */ told) => {
    if ("progress" in told) on.progress?.(told.progress);
    else if ("found" in told) on.found?.(told.found);
    else if ("done" in told) outcome = told.done;
    else if ("cancelled" in told) outcome = new Cancelled(timedOut);
    else {
      if (told.failed.log) log.error({ err: told.failed.log }, "a scan failed");
      outcome = new ApiError(told.failed.status, told.failed.message);
    }
  });
  worker.on("error", (error) => {
    log.error(error, "the thread of a scan failed");
    outcome = new ApiError(500, AT_FAULT);
  });
  await new Promise((resolve) => worker.once("exit", resolve));
  clearTimeout(limit);
  clearTimeout(patience);
  signal.removeEventListener("abort", cancel);
  // It was ended before it could tell.
  outcome ??= patience ? new Cancelled(timedOut) : new ApiError(500, AT_FAULT);
  if (outcome instanceof Error) throw outcome;
  return outcome;
}
