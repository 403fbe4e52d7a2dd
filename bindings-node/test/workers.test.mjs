// Worker threads: several at once, and some that are ended in the middle of a scan.

import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { join } from "node:path";
import test from "node:test";
import { promisify } from "node:util";
import { Worker } from "node:worker_threads";
import { Rules, sample, scan } from "cspm";
import { quiet } from "./support.mjs";

const worker = join(import.meta.dirname, "workers", "scan.mjs");

test("four workers scan at once, and find the same", async () => {
  const expected = (await scan(sample(), new Rules({ frameworks: ["cis_aws_7.0"] }))).toString("csv");
  const run = () =>
    new Promise((resolve, reject) => {
      const of = new Worker(worker);
      of.once("message", resolve);
      of.once("error", reject);
    });
  assert.deepEqual(await Promise.all([run(), run(), run(), run()]), Array(4).fill(expected));
  assert.equal(await quiet(), 0);
});

test("a process whose workers are ended in the middle of their scans ends well", async () => {
  for (const what of ["rule", "collector", "stream", "exit"]) {
    const script = join(import.meta.dirname, "workers", "terminate.mjs");
    const { stdout } = await promisify(execFile)(process.execPath, [script, what], { timeout: 60_000 });
    assert.equal(stdout, what === "exit" ? "" : "ended, 0 threads left\n", what);
  }
});

test("a report that is kept does not keep the process", async () => {
  const script = join(import.meta.dirname, "workers", "kept.mjs");
  await promisify(execFile)(process.execPath, [script], { timeout: 20_000 });
});
