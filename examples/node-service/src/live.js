// The findings of a scan in the order in which they came, in a file: each client reads at its own pace, and none is waited for or
// held in memory.

import { open } from "node:fs/promises";
import { join } from "node:path";
import { BETWEEN } from "./results-writer.js";

export const LIVE = "live";
const BATCH = 64 * 1024;

/**
 * Whether a finding begins at `start`, or may begin there when it comes.
 * @param {string} folder
 * @param {number} start
 */
export async function beginsAt(folder, start) {
  if (start === 0) return true;
  const file = await open(join(folder, LIVE));
  try {
    const before = Buffer.alloc(BETWEEN.length);
    const { bytesRead } = await file.read(before, 0, before.length, start - before.length);
    return bytesRead === before.length && before.equals(Buffer.from(BETWEEN));
  } finally {
    await file.close();
  }
}

/**
 * Some findings from `start` on, as a JSON array, and where the next ones begin. At least one, however long it is.
 * @param {string} folder
 * @param {number} start
 * @param {number} end
 */
export async function readBatch(folder, start, end) {
  const file = await open(join(folder, LIVE));
  try {
    for (let size = BATCH; ; size *= 2) {
      const buffer = Buffer.allocUnsafe(Math.min(size, end - start));
      const { bytesRead } = await file.read(buffer, 0, buffer.length, start);
      const last = buffer.lastIndexOf(BETWEEN, bytesRead - 1);
      if (last >= 0) {
        const rows = buffer.toString("utf8", 0, last).replaceAll(BETWEEN, ",");
        return { text: `[${rows}]`, next: start + last + BETWEEN.length };
      }
      if (bytesRead < size) throw new Error(`there is no finding at ${start}`);
    }
  } finally {
    await file.close();
  }
}
