// `GET /api/scan`: scans, waits, and answers. Callers at the same time share a scan and the files of its findings.

import { mkdtemp, rm } from "node:fs/promises";
import { join } from "node:path";
import { Readable } from "node:stream";
import { ApiError } from "./errors.js";
import { ofScan } from "./filters.js";
import { Results } from "./results.js";
import { Cancelled, runScan } from "./run.js";
import { SingleFlight } from "./single-flight.js";

/** @typedef {{ folder: string, results: Results, tail: string }} Landed */

export class ScanNow {
  #settings;
  #folder;
  #places;
  #log;
  /** @type {SingleFlight<Landed>} */
  #flight = new SingleFlight(async (signal) => this.#places.run(() => this.#scan(signal)), (landed) => this.#dispose(landed));
  /** @type {Set<Promise<void>>} */
  #disposals = new Set();

  /**
   * @param {import("./settings.js").Settings} settings
   * @param {string} folder
   * @param {import("./places.js").Places} places
   * @param {import("fastify").FastifyBaseLogger} log
   */
  constructor(settings, folder, places, log) {
    this.#settings = settings;
    this.#folder = folder;
    this.#places = places;
    this.#log = log;
  }

  /** @param {import("fastify").FastifyRequest} request @param {import("fastify").FastifyReply} reply */
  async answer(request, reply) {
    const choice = ofScan(request);
    const gone = new AbortController();
    reply.raw.once("close", () => gone.abort());
    // Released when the answer is sent, or its caller is gone.
    const { value } = await this.#flight.join(gone.signal);
    const { bytes, pieces } = value.results.all(choice);
    const [head, tail] = [Buffer.from('{"status":"success","findings":['), Buffer.from(value.tail)];
    reply.type("application/json; charset=utf-8").header("Content-Length", head.length + bytes + tail.length);
    return reply.send(Readable.from(around(head, pieces, tail), { highWaterMark: 1 }));
  }

  async stop() {
    await this.#flight.stop();
    await Promise.all(this.#disposals);
  }

  /** @param {AbortSignal} signal @returns {Promise<Landed>} */
  async #scan(signal) {
    const folder = await mkdtemp(join(this.#folder, "now-"));
    try {
      const task = { settings: this.#settings, folder, live: false, exports: false };
      const { index, summary, coverage } = await runScan(task, signal, this.#log);
      const tail = `],"summary":${JSON.stringify(summary)},"coverage":${JSON.stringify(coverage)}}`;
      return { folder, results: await Results.open(folder, index), tail };
    } catch (error) {
      await rm(folder, { recursive: true, force: true });
      if (!(error instanceof Cancelled)) throw error;
      throw error.timedOut ? new ApiError(504, "the scan took longer than SCAN_TIMEOUT") : new ApiError(503, "the service is stopping");
    }
  }

  /** @param {Landed} landed */
  #dispose({ folder, results }) {
    const disposal = results
      .close()
      .then(() => rm(folder, { recursive: true, force: true }))
      .catch((error) => this.#log.error(error, "the files of a scan were not removed"))
      .finally(() => this.#disposals.delete(disposal));
    this.#disposals.add(disposal);
  }
}

/** @param {Buffer} head @param {AsyncIterable<Buffer>} pieces @param {Buffer} tail */
async function* around(head, pieces, tail) {
  yield head;
  yield* pieces;
  yield tail;
}
