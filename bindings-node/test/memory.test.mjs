// A thousand scans in a process of their own: what they leave behind.

import assert from "node:assert/strict";
import test from "node:test";
import { setTimeout as wait } from "node:timers/promises";
import { Rules, sample, scan } from "cspm";
import { quiet } from "./support.mjs";

test("a thousand scans leave no memory and no thread behind", async (context) => {
  const rules = new Rules({ services: ["s3", "iam"] });
  const many = async (times) => {
    for (let round = 0; round < times; round += 4) {
      const reports = await Promise.all([0, 1, 2, 3].map(() => scan(sample(), rules)));
      for (const report of reports) assert(report.findings.at(0).id);
    }
    globalThis.gc?.();
    await wait(100);
    globalThis.gc?.();
    return process.memoryUsage.rss() / 2 ** 20;
  };
  const before = await many(200);
  const middle = await many(400);
  const after = await many(400);
  context.diagnostic(`MiB after 200, 600 and 1000 scans: ${[before, middle, after].map(Math.round).join(", ")}`);
  assert(after - middle < 30, `${middle} MiB, then ${after} MiB`);
  assert.equal(await quiet(), 0);
});
