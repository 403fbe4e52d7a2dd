// How many scans may run at once, whoever asked for them.

import { ApiError } from "./errors.js";

export class Places {
  #free;

  /** @param {number} places */
  constructor(places) {
    this.#free = places;
  }

  /**
   * Runs `work` in one of the places; refused where none is free. The place is taken until the work has really ended, also where
   * nobody waits for it any more.
   * @template T
   * @param {() => Promise<T>} work
   * @returns {Promise<T>}
   */
  run(work) {
    if (this.#free === 0) throw new ApiError(429, "enough scans are running; wait for one of them", { "Retry-After": "10" });
    this.#free--;
    return work().finally(() => this.#free++);
  }
}
