// Writes the findings of a scan into files, in the order in which they are shown: a page is then one piece of a file, which is
// sent as it is. Memory holds where each finding begins, and nothing else of it.

import { rmSync } from "node:fs";
import { join } from "node:path";
import { SHELVES, shelfOf } from "./rank.js";
import { Spool } from "./spool.js";

/**
 * @typedef {{
 *   id: string, resource: string, uid: string, kind: string, account: string, region: string, issue: string, message: string,
 *   severity: string, status: string, rule_id: string, title: string, [more: string]: unknown,
 * }} FlatFinding
 */

/** @typedef {{ starts: number[], offsets: Float64Array }} Index where each shelf starts, in findings; where each finding does, in bytes */

export const FINDINGS = "findings";
export const TEXT = "text";
/** Between two findings: JSON text has no line feed, so that it can be found again, and is JSON as it is. */
export const BETWEEN = ",\n";

/** @param {FlatFinding} f */
const searched = (f) => [f.resource, f.uid, f.rule_id, f.title, f.message, f.kind, f.account, f.region];

/** The same on both sides of a search. @param {string} text */
export const folded = (text) => text.toLowerCase().replaceAll("\n", " ");

export class ResultsWriter {
  #folder;
  #shelves;

  /** @param {string} folder */
  constructor(folder) {
    this.#folder = folder;
    this.#shelves = SHELVES.map((_, number) => {
      const paths = [join(folder, `${number}.${FINDINGS}`), join(folder, `${number}.${TEXT}`)];
      return { paths, findings: new Spool(paths[0] ?? ""), text: new Spool(paths[1] ?? ""), sizes: /** @type {number[]} */ ([]) };
    });
  }

  /** @param {FlatFinding} finding */
  add(finding) {
    const shelf = this.#shelves[shelfOf(finding)];
    const row = JSON.stringify(finding) + BETWEEN;
    shelf?.sizes.push(Buffer.byteLength(row));
    shelf?.findings.write(row);
    shelf?.text.write(`${folded(searched(finding).join("\u0001"))}\n`);
  }

  /** Puts the shelves behind one another. @returns {Index} */
  finish() {
    const [findings, text] = [new Spool(join(this.#folder, FINDINGS)), new Spool(join(this.#folder, TEXT))];
    const starts = [0];
    const offsets = new Float64Array(1 + this.#shelves.reduce((n, shelf) => n + shelf.sizes.length, 0));
    let count = 0;
    for (const shelf of this.#shelves) {
      for (const size of shelf.sizes) offsets[count + 1] = (offsets[count++] ?? 0) + size;
      starts.push(count);
      findings.take(shelf.findings);
      text.take(shelf.text);
      shelf.findings.close();
      shelf.text.close();
      for (const path of shelf.paths) rmSync(path);
    }
    findings.close();
    text.close();
    return { starts, offsets };
  }
}
