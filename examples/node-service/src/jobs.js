// Scans in the background: the last ones, and no more.

import { randomBytes } from "node:crypto";
import { mkdir, rm } from "node:fs/promises";
import { join } from "node:path";
import { ApiError } from "./errors.js";
import { Job } from "./job.js";

export class Jobs {
  #settings;
  #folder;
  #places;
  #log;
  /** @type {Map<string, Job>} the oldest first */
  #jobs = new Map();
  /** @type {Set<Promise<void>>} */
  #running = new Set();

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

  /** Starts a scan and says its id; refused where enough are active already. */
  start() {
    this.#tidy();
    const id = randomBytes(12).toString("base64url");
    const job = new Job(id, join(this.#folder, id), this.#settings, this.#log);
    const running = this.#places
      .run(() => mkdir(job.folder, { mode: 0o700 }).then(() => job.run()))
      .catch((error) => this.#log.error(error, "a job failed"))
      .finally(() => this.#running.delete(running));
    this.#jobs.set(id, job);
    this.#running.add(running);
    return id;
  }

  /** @param {string} id */
  get(id) {
    this.#tidy();
    const job = this.#jobs.get(id);
    if (!job) throw new ApiError(404, "there is no such scan, or no longer");
    return job;
  }

  /** The latest first. */
  all() {
    this.#tidy();
    return [...this.#jobs.values()].reverse();
  }

  /** Cancels what runs, and waits until nothing of it is left. */
  async stop() {
    for (const job of this.#jobs.values()) job.stop("the service was stopped");
    await Promise.all(this.#running);
    await Promise.all([...this.#jobs.values()].map((job) => this.#forget(job)));
  }

  /** Forgets what is old or too much. Done as one looks: nothing has to run for it. */
  #tidy() {
    const { maxAge, maxScans } = this.#settings;
    const ended = [...this.#jobs.values()].filter((job) => job.ended).sort((a, b) => (b.ended ?? 0) - (a.ended ?? 0));
    const oldest = Date.now() / 1000 - maxAge;
    ended.forEach((job, number) => {
      if (number < maxScans && (job.ended ?? 0) >= oldest) return;
      this.#forget(job).catch((error) => this.#log.error(error, "the files of a scan were not removed"));
    });
  }

  /** @param {Job} job */
  async #forget(job) {
    this.#jobs.delete(job.id);
    await job.results?.close();
    await rm(job.folder, { recursive: true, force: true });
  }
}
