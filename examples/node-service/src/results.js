// The findings of a scan that is done, read from its files.

import { createReadStream } from "node:fs";
import { open } from "node:fs/promises";
import { join } from "node:path";
import { STATUSES } from "./filters.js";
import { chosenShelves, SHELVES } from "./rank.js";
import { BETWEEN, FINDINGS, folded, TEXT } from "./results-writer.js";

const PIECE = 256 * 1024;

/** @typedef {import("./filters.js").Choice} Choice */
/** @typedef {import("./filters.js").PageFilter} PageFilter */
/** @typedef {import("./results-writer.js").Index} Index */
/** @typedef {[from: number, to: number]} Run findings that stand one behind the other */

export class Results {
  #folder;
  #file;
  #index;

  /** @param {string} folder @param {Index} index */
  static async open(folder, index) {
    return new Results(folder, await open(join(folder, FINDINGS)), index);
  }

  /** @param {string} folder @param {import("node:fs/promises").FileHandle} file @param {Index} index */
  constructor(folder, file, index) {
    this.#folder = folder;
    this.#file = file;
    this.#index = index;
  }

  /** Waits for reads that go on. */
  close() {
    return this.#file.close();
  }

  /** A page of findings, as the text of the answer. @param {PageFilter} wanted */
  async page(wanted) {
    const { offset, limit } = wanted;
    const shelves = wanted.text ? await this.#search(folded(wanted.text)) : this.#whole();
    const counts = Object.fromEntries(STATUSES.map((status) => [status, /** @type {Record<string, number>} */ ({})]));
    const chosen = chosenShelves(wanted);
    /** @type {Run[]} */
    const runs = [];
    let total = 0;
    SHELVES.forEach(({ status, severity }, number) => {
      const shelf = shelves[number] ?? [];
      const n = shelf.reduce((sum, [from, to]) => sum + to - from, 0);
      if (n) (counts[status] ?? {})[severity] = n;
      if (!chosen[number]) return;
      for (const [from, to] of shelf) {
        const first = Math.max(from, from + offset - total);
        const last = Math.min(to, from + offset + limit - total);
        if (first < last) push(runs, [first, last]);
        total += to - from;
      }
    });
    const pieces = await Promise.all(runs.map(([from, to]) => this.#read(from, to)));
    const head = `{"status":"success","total":${total},"offset":${offset},"limit":${limit},"counts":${JSON.stringify(counts)},"findings":[`;
    return Buffer.concat([Buffer.from(head), ...joined(pieces), Buffer.from("]}")]);
  }

  /**
   * All findings of a choice, as JSON without the brackets: how long it is, and the pieces of it.
   * @param {Choice} choice
   */
  all(choice) {
    /** @type {Run[]} */
    const runs = [];
    const chosen = chosenShelves(choice);
    this.#whole().forEach((shelf, number) => chosen[number] && shelf.forEach((run) => push(runs, run)));
    const spans = runs.map(([from, to]) => this.#span(from, to));
    const bytes = spans.reduce((sum, [start, end]) => sum + end - start, 0) + Math.max(0, runs.length - 1);
    return { bytes, pieces: this.#pieces(spans) };
  }

  /** @param {[number, number][]} spans */
  async *#pieces(spans) {
    for (const [number, [start, end]] of spans.entries()) {
      if (number) yield Buffer.from(",");
      for (let at = start; at < end; at += PIECE) yield await this.#bytes(at, Math.min(end, at + PIECE));
    }
  }

  /** Every shelf with all that is on it. @returns {Run[][]} */
  #whole() {
    const { starts } = this.#index;
    return SHELVES.map((_, number) => {
      const [from, to] = [starts[number] ?? 0, starts[number + 1] ?? 0];
      return from < to ? [[from, to]] : [];
    });
  }

  /** Every shelf with what has the text. Other requests are answered between two pieces. @param {string} wanted */
  async #search(wanted) {
    const { starts } = this.#index;
    const shelves = SHELVES.map(() => /** @type {Run[]} */ ([]));
    let [number, shelf, rest] = [0, 0, ""];
    for await (const piece of createReadStream(join(this.#folder, TEXT), { encoding: "utf8", highWaterMark: PIECE })) {
      const lines = (rest + piece).split("\n");
      rest = lines.pop() ?? "";
      for (const line of lines) {
        while (number >= (starts[shelf + 1] ?? Infinity)) shelf++;
        if (line.includes(wanted)) push(shelves[shelf] ?? [], [number, number + 1]);
        number++;
      }
    }
    return shelves;
  }

  /** @param {number} from @param {number} to @returns {[number, number]} */
  #span(from, to) {
    const { offsets } = this.#index;
    return [offsets[from] ?? 0, (offsets[to] ?? 0) - BETWEEN.length];
  }

  /** @param {number} from @param {number} to */
  #read(from, to) {
    return this.#bytes(...this.#span(from, to));
  }

  /** @param {number} start @param {number} end */
  async #bytes(start, end) {
    const buffer = Buffer.allocUnsafe(end - start);
    const { bytesRead } = await this.#file.read(buffer, 0, buffer.length, start);
    if (bytesRead !== buffer.length) throw new Error(`the findings end at ${start + bytesRead}, not at ${end}`);
    return buffer;
  }
}

/** Adds a run, or makes the last one longer. @param {Run[]} runs @param {Run} run */
function push(runs, run) {
  const last = runs.at(-1);
  if (last && last[1] === run[0]) last[1] = run[1];
  else runs.push([run[0], run[1]]);
}

/** @param {Buffer[]} pieces */
const joined = (pieces) => pieces.flatMap((piece, number) => (number ? [Buffer.from(","), piece] : [piece]));
