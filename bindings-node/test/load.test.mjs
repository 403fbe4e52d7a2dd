// What a scan costs the program that it is in: its event loop, its memory, its threads.

import assert from "node:assert/strict";
import { once } from "node:events";
import { createWriteStream } from "node:fs";
import { rm } from "node:fs/promises";
import { join } from "node:path";
import { monitorEventLoopDelay } from "node:perf_hooks";
import test from "node:test";
import { setTimeout as wait } from "node:timers/promises";
import { Collector, Rules, Snapshot, sample, scan } from "cspm";
import { folder, quiet } from "./support.mjs";

const RESOURCES = 100_000;

/** A snapshot of the sample's resources, again and again in other accounts. */
async function large(path) {
  const small = JSON.parse(await snapshotText());
  const rows = Object.values(small).find((value) => Array.isArray(value) && value[0]?.uid !== undefined);
  const name = Object.keys(small).find((key) => small[key] === rows);
  const out = createWriteStream(path);
  out.write(`${JSON.stringify({ ...small, [name]: undefined, complete: undefined }).slice(0, -1)},"${name}":[\n`);
  for (let number = 0; number < RESOURCES; number += 1) {
    const row = rows[number % rows.length];
    const round = Math.floor(number / rows.length);
    const text = JSON.stringify({ ...row, uid: `${row.uid}#${round}`, account: `${row.account}${round}` });
    if (!out.write(`${number === 0 ? "" : ",\n"}${text}`)) await once(out, "drain");
  }
  out.end("\n]}\n");
  await once(out, "finish");
}

async function snapshotText() {
  const { readFile } = await import("node:fs/promises");
  const path = join(await folder(), "sample.json");
  await (await scan(sample(), new Rules(), { collectEverything: true })).inventory.save(path);
  return readFile(path, "utf8");
}

test(`the event loop turns while ${RESOURCES} resources are scanned`, async (context) => {
  const dir = await folder();
  const path = join(dir, "large.json");
  await large(path);
  const rules = new Rules();
  globalThis.gc?.();
  await wait(200);
  for (const [what, options] of [
    ["without events", {}],
    ["with events of progress", { onEvent: () => {}, progressOnly: true }],
  ]) {
    const delay = monitorEventLoopDelay({ resolution: 1 });
    const began = performance.now();
    const gaps = [];
    let last = began;
    const timer = setInterval(() => {
      const now = performance.now();
      gaps.push(now - last);
      last = now;
    }, 1);
    delay.enable();
    const report = await scan(new Snapshot(path), rules, options);
    delay.disable();
    clearInterval(timer);
    assert.equal(report.inventory.length, RESOURCES);
    const ms = (nanoseconds) => (nanoseconds / 1e6).toFixed(1);
    gaps.sort((a, b) => a - b);
    const p99 = gaps[Math.floor(gaps.length * 0.99)];
    context.diagnostic(
      `${what}: ${((performance.now() - began) / 1000).toFixed(1)} s, ${report.findings.length} findings, ` +
        `${gaps.length} ticks, p50 ${gaps[gaps.length >> 1].toFixed(1)} ms, p99 ${p99.toFixed(1)} ms, longest ${gaps.at(-1).toFixed(1)} ms ` +
        `(perf_hooks: p99 ${ms(delay.percentile(99))} ms, longest ${ms(delay.max)} ms)`,
    );
    assert(gaps.length > 100);
    assert(p99 <= 20, `p99 is ${p99} ms`);
  }
  await rm(dir, { recursive: true });
});

test("more scans at once than the event loop has helpers do not hold them up", async () => {
  const { readFile } = await import("node:fs/promises");
  let release;
  const released = new Promise((resolve) => {
    release = resolve;
  });
  class Held extends Collector {
    async *collect() {
      await released;
      yield { uid: "acme:1", kind: "acme_server" };
    }
  }
  const rules = new Rules({ builtin: false });
  const scans = Array.from({ length: 12 }, () => scan(new Held(), rules));
  // It needs one of the helpers, and no scan ends before.
  await readFile(import.meta.filename);
  release();
  assert.equal((await Promise.all(scans)).length, 12);
  assert.equal(await quiet(), 0);
});
