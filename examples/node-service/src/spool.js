// A file that is written in large pieces. It blocks, as is right on a thread of its own.

import { closeSync, openSync, readSync, writeSync } from "node:fs";

const PIECE = 256 * 1024;

export class Spool {
  #fd;
  /** @type {string[]} */
  #waiting = [];
  #length = 0;

  /** @param {string} path */
  constructor(path) {
    this.#fd = openSync(path, "wx+", 0o600);
    this.bytes = 0;
  }

  /** How much of it is not in the file yet. */
  get waiting() {
    return this.#length;
  }

  /** @param {string} text */
  write(text) {
    this.#waiting.push(text);
    this.#length += text.length;
    if (this.#length > PIECE) this.flush();
  }

  flush() {
    if (this.#length) this.#append(Buffer.from(this.#waiting.join("")));
    this.#waiting = [];
    this.#length = 0;
  }

  /** @param {Spool} other */
  take(other) {
    this.flush();
    other.flush();
    const piece = Buffer.allocUnsafe(PIECE);
    for (let at = 0, n; (n = readSync(other.#fd, piece, 0, PIECE, at)) > 0; at += n) this.#append(piece.subarray(0, n));
  }

  close() {
    this.flush();
    closeSync(this.#fd);
  }

  /** @param {Buffer} data */
  #append(data) {
    for (let done = 0; done < data.length; ) done += writeSync(this.#fd, data, done);
    this.bytes += data.length;
  }
}
