// Many callers at once, one piece of work.

/** @template T @typedef {{ value: T, release: () => void }} Share */

/**
 * Callers that arrive while the work is under way share its result, or its error. Work that nobody waits for any more is ended;
 * a result is disposed of when the last who shares it has released it.
 * @template T
 */
export class SingleFlight {
  #work;
  #dispose;
  /** @type {{ users: number, abort: AbortController, landed: Promise<T> } | null} */
  #flight = null;

  /**
   * @param {(signal: AbortSignal) => Promise<T>} work
   * @param {(value: T) => void} dispose
   */
  constructor(work, dispose) {
    this.#work = work;
    this.#dispose = dispose;
  }

  /**
   * The work's result. `signal` says that the caller does not wait any more.
   * @param {AbortSignal} signal
   * @returns {Promise<Share<T>>}
   */
  async join(signal) {
    signal.throwIfAborted();
    const flight = (this.#flight ??= this.#begin());
    flight.users++;
    let released = false;
    const release = () => {
      if (released) return;
      released = true;
      signal.removeEventListener("abort", release);
      if (--flight.users) return;
      // Whoever comes now must not join what is being ended.
      if (this.#flight === flight) this.#flight = null;
      flight.abort.abort();
      flight.landed.then(this.#dispose, () => {});
    };
    signal.addEventListener("abort", release, { once: true });
    try {
      return { value: await flight.landed, release };
    } catch (error) {
      release();
      throw error;
    }
  }

  /** Ends the work, and waits for its end. */
  async stop() {
    const flight = this.#flight;
    flight?.abort.abort();
    await flight?.landed.catch(() => {});
  }

  #begin() {
    const abort = new AbortController();
    const flight = { users: 0, abort, landed: this.#work(abort.signal) };
    // Before the result is given: whoever comes from then on gets newer work.
    const land = () => {
      if (this.#flight === flight) this.#flight = null;
    };
    flight.landed = flight.landed.finally(land);
    return flight;
  }
}
