// The course of a scan as server-sent events. A stream asks for what is new when its client has taken what was there: a slow client
// skips states of progress, and holds no more in memory than one event.

import { Readable } from "node:stream";
import { ApiError } from "./errors.js";
import { oneOf, only } from "./filters.js";
import { beginsAt, readBatch } from "./live.js";

const HEARTBEAT = 15_000;
/** How long a client may take for the last event of a stream that is ended early, in milliseconds. */
const GRACE = 2000;

/** @typedef {import("./job.js").Job} Job */

export class Streams {
  #settings;
  /** @type {Set<AbortController>} */
  #open = new Set();

  /** @param {import("./settings.js").Settings} settings */
  constructor(settings) {
    this.#settings = settings;
  }

  /**
   * @param {Job} job
   * @param {import("fastify").FastifyRequest} request
   * @param {import("fastify").FastifyReply} reply
   */
  open(job, request, reply) {
    only(request, "findings");
    const { findings } = /** @type {{ findings?: string }} */ (request.query);
    const wantsFindings = findings !== undefined && oneOf(request, "findings", ["true", "false"]) === "true";
    if (this.#open.size >= this.#settings.maxStreams) {
      throw new ApiError(503, "enough event streams are open; ask for the scan instead", { "Retry-After": "2" });
    }
    const abort = new AbortController();
    this.#open.add(abort);
    const age = setTimeout(() => abort.abort(), this.#settings.streamAge * 1000);
    // A client that does not take the end of its stream is not waited for.
    abort.signal.addEventListener("abort", () => setTimeout(() => reply.raw.destroy(), GRACE).unref(), { once: true });
    reply.raw.once("close", () => {
      clearTimeout(age);
      this.#open.delete(abort);
      abort.abort();
    });
    const last = String(request.headers["last-event-id"] ?? "");
    // nginx would otherwise hold events back until it has a buffer full.
    reply.header("X-Accel-Buffering", "no").type("text/event-stream; charset=utf-8");
    return reply.send(Readable.from(events(job, last, wantsFindings, abort.signal), { highWaterMark: 1 }));
  }

  /** Ends all streams: their clients connect again, to whoever is there then. */
  stop() {
    for (const abort of this.#open) abort.abort();
  }
}

/**
 * @param {Job} job
 * @param {string} last the id of the last event that the client knows
 * @param {boolean} wantsFindings
 * @param {AbortSignal} signal
 */
async function* events(job, last, wantsFindings, signal) {
  // Sends the headers through proxies, before there is anything to tell.
  yield ": connected\nretry: 1000\n\n";
  let [seq = 0, cursor = 0] = /^\d{1,15}\.\d{1,15}$/.test(last) ? last.split(".").map(Number) : [];
  // Not beyond what there is, nor within a finding, whatever a client claims: such a one begins anew.
  if (cursor > job.found || !(await beginsAt(job.folder, cursor))) cursor = 0;
  while (!signal.aborted) {
    if (wantsFindings && cursor < job.found) {
      const { text, next } = await readBatch(job.folder, cursor, job.found);
      cursor = next;
      yield event("findings", `${seq}.${cursor}`, text);
    } else if (job.ended) {
      yield event(job.state, `${job.seq}.${cursor}`, JSON.stringify(job.brief()));
      return;
    } else if (seq !== job.seq) {
      seq = job.seq;
      yield event("progress", `${seq}.${cursor}`, JSON.stringify(job.progress));
    } else if (!(await changed(job, signal))) {
      yield ": still there\n\n";
    }
  }
}

/** @param {string} name @param {string} id @param {string} data */
const event = (name, id, data) => `id: ${id}\nevent: ${name}\ndata: ${data}\n\n`;

/**
 * Waits until something happens; false where nothing did for long.
 * @param {Job} job
 * @param {AbortSignal} signal
 * @returns {Promise<boolean>}
 */
function changed(job, signal) {
  return new Promise((resolve) => {
    const end = (/** @type {boolean} */ happened) => {
      clearTimeout(timer);
      job.off("change", yes);
      signal.removeEventListener("abort", yes);
      resolve(happened);
    };
    const yes = () => end(true);
    const timer = setTimeout(end, HEARTBEAT, false);
    job.once("change", yes);
    signal.addEventListener("abort", yes, { once: true });
  });
}
