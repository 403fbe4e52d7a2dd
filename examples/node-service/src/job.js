// One scan in the background, and what is known of it.

import { EventEmitter } from "node:events";
import { ApiError, AT_FAULT } from "./errors.js";
import { Results } from "./results.js";
import { Cancelled, runScan } from "./run.js";

/** @typedef {"queued" | "running" | "done" | "failed" | "cancelled"} State */

/** How often those who watch hear that a scan goes on, also while a slow call gives no event, in milliseconds. */
const BEAT = 300;

const now = () => Date.now() / 1000;

/** Emits `change` whenever there is something new to tell. */
export class Job extends EventEmitter {
  #settings;
  #log;
  #abort = new AbortController();
  /** @type {string | null} */
  #stopped = null;

  created = now();
  /** @type {State} */
  state = "queued";
  /** @type {number | null} */
  started = null;
  /** @type {number | null} */
  ended = null;
  /** @type {string | null} */
  message = null;
  progress = { calls_done: 0, calls_expected: 0, resources: 0, findings: 0, elapsed: 0 };
  /** @type {{ summary: object | null, coverage: object | null, scores: object | null }} */
  parts = { summary: null, coverage: null, scores: null };
  /** @type {Results | null} */
  results = null;
  /** How many bytes of findings have come. */
  found = 0;
  /** Grows with every change, from one on. */
  seq = 1;

  /**
   * @param {string} id
   * @param {string} folder
   * @param {import("./settings.js").Settings} settings
   * @param {import("fastify").FastifyBaseLogger} log
   */
  constructor(id, folder, settings, log) {
    super();
    this.id = id;
    this.folder = folder;
    this.#settings = settings;
    this.#log = log;
    // One for each client that watches; how many there may be is counted elsewhere.
    this.setMaxListeners(0);
  }

  cancel() {
    if (this.ended && this.state !== "cancelled") throw new ApiError(409, "the scan has ended already");
    this.#abort.abort();
  }

  /** @param {string} why */
  stop(why) {
    this.#stopped ??= why;
    this.#abort.abort();
  }

  async run() {
    this.#set({ state: "running", started: now() });
    const task = { settings: this.#settings, folder: this.folder, live: true, exports: true };
    const beat = setInterval(() => this.#set({ progress: { ...this.progress, elapsed: this.#elapsed() } }), BEAT);
    try {
      const done = await runScan(task, this.#abort.signal, this.#log, {
        // Counted from one beginning: the engine's own comes when it has read the object.
        progress: (progress) => this.#set({ progress: { ...progress, elapsed: this.#elapsed() } }),
        found: (found) => this.#set({ found }),
      });
      const { index, summary, coverage, scores } = done;
      const results = await Results.open(this.folder, index);
      // The end may come between two events of progress.
      const progress = { ...this.progress, findings: index.offsets.length - 1, resources: summary.resources, elapsed: this.#elapsed() };
      this.#set({ state: "done", ended: now(), results, progress, parts: { summary, coverage, scores } });
    } catch (error) {
      const progress = { ...this.progress, elapsed: this.#elapsed() };
      this.#set({ ended: now(), progress, ...this.#end(error) });
    } finally {
      clearInterval(beat);
    }
  }

  /** The scan, without what is long. */
  brief() {
    const { id, state, created, started, ended, progress, message } = this;
    return { id, state, source: this.#settings.source, created, started, ended, progress, message, summary: this.parts.summary };
  }

  /** The scan. */
  full() {
    return { ...this.brief(), coverage: this.parts.coverage, scores: this.parts.scores };
  }

  #elapsed() {
    return Math.round((now() - (this.started ?? now())) * 100) / 100;
  }

  /** @param {unknown} error @returns {{ state: State, message: string | null }} */
  #end(error) {
    if (error instanceof Cancelled) {
      if (this.#stopped) return { state: "failed", message: this.#stopped };
      return error.timedOut ? { state: "failed", message: "the scan took longer than SCAN_TIMEOUT" } : { state: "cancelled", message: null };
    }
    if (error instanceof ApiError) return { state: "failed", message: error.message };
    this.#log.error(error, "a scan failed");
    return { state: "failed", message: AT_FAULT };
  }

  /** @param {Partial<Pick<Job, "state" | "started" | "ended" | "message" | "progress" | "parts" | "results" | "found">>} changes */
  #set(changes) {
    Object.assign(this, changes);
    this.seq++;
    this.emit("change");
  }
}
