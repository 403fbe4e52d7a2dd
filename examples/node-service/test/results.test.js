// What is written is what is read, whatever is asked for.

import assert from "node:assert/strict";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import { SEVERITIES, STATUSES } from "../src/filters.js";
import { LIVE, readBatch } from "../src/live.js";
import { ResultsWriter } from "../src/results-writer.js";
import { Results } from "../src/results.js";
import { Spool } from "../src/spool.js";
import { collect } from "./support/service.js";

/** @typedef {import("../src/results-writer.js").FlatFinding} FlatFinding */

// The same numbers each time.
let seed = 1;
const random = (/** @type {number} */ below) => (seed = (seed * 48271) % 2147483647) % below;
const pick = (/** @type {readonly string[]} */ of) => of[random(of.length)] ?? "";

const WORDS = ["Stra\u00dfe", "web,\n1", "\u0001", "\ud83d\ude00", '"],"x', "MEADOW", "", "a".repeat(2000), "\u2028", "line\nfeed"];

/** @returns {FlatFinding[]} */
const findings = (/** @type {number} */ count, statuses = /** @type {readonly string[]} */ (STATUSES)) =>
  Array.from({ length: count }, (_, n) => ({
    ...{ id: `${n}`, resource: `${pick(WORDS)}${n}`, uid: `arn:${n}`, kind: "k", account: "1", region: pick(["eu", "us"]), issue: "", message: pick(WORDS) },
    ...{ severity: pick(SEVERITIES), status: pick(statuses), rule_id: `r${n % 7}`, title: pick(WORDS), evidence: { text: pick(WORDS) } },
  }));

/** @param {FlatFinding[]} all */
const ranked = (all) => STATUSES.flatMap((status) => SEVERITIES.flatMap((severity) => all.filter((f) => f.status === status && f.severity === severity)));

describe("results", () => {
  let folder = "";
  before(async () => void (folder = await mkdtemp(join(tmpdir(), "cspm-results-"))));
  after(() => rm(folder, { recursive: true }));

  /** @param {FlatFinding[]} all */
  async function written(all) {
    const own = await mkdtemp(join(folder, "r-"));
    const writer = new ResultsWriter(own);
    for (const finding of all) writer.add(finding);
    return Results.open(own, structuredClone(writer.finish()));
  }

  for (const [count, statuses] of /** @type {[number, readonly string[]][]} */ ([[0, STATUSES], [1, STATUSES], [3000, STATUSES], [400, ["pass"]]])) {
    test(`pages of ${count} findings of ${statuses}`, async () => {
      const all = findings(count, statuses);
      const results = await written(all);
      const order = ranked(all);
      for (let n = 0; n < 60; n++) {
        const choice = {
          statuses: STATUSES.filter(() => random(2)),
          severities: SEVERITIES.filter(() => random(3)),
        };
        const text = n % 3 ? "" : pick(["meadow", "stra\u00dfe", "eu", "r3", "x", "WEB, 1", "nothing at all", "\ud83d\ude00"]);
        const [offset, limit] = [random(4) * random(50), 1 + random(400)];
        const page = JSON.parse(String(await results.page({ ...choice, text, offset, limit })));
        const fold = (/** @type {string} */ s) => s.toLowerCase().replaceAll("\n", " ");
        const hits = order.filter((f) => [f.resource, f.uid, f.rule_id, f.title, f.message, f.kind, f.account, f.region].some((s) => fold(s).includes(fold(text))));
        const wanted = hits.filter((f) => choice.statuses.some((s) => s === f.status) && choice.severities.some((s) => s === f.severity));
        assert.deepEqual(page.findings, wanted.slice(offset, offset + limit));
        assert.equal(page.total, wanted.length);
        for (const status of STATUSES) {
          for (const severity of SEVERITIES) {
            assert.equal(page.counts[status][severity] ?? 0, hits.filter((f) => f.status === status && f.severity === severity).length);
          }
        }
        const { bytes, pieces } = results.all(choice);
        const whole = Buffer.concat(await collect(pieces));
        assert.equal(whole.length, bytes);
        assert.equal(JSON.parse(`[${whole}]`).length, order.filter((f) => choice.statuses.some((s) => s === f.status) && choice.severities.some((s) => s === f.severity)).length);
      }
      await results.close();
    });
  }

  test("batches of what has come are whole findings, however long", async () => {
    const all = [...findings(500), { ...findings(1)[0], title: "y".repeat(300_000) }, ...findings(20)];
    const spool = new Spool(join(folder, LIVE));
    for (const finding of all) spool.write(`${JSON.stringify(finding)},\n`);
    spool.flush();
    const read = [];
    for (let at = 0; at < spool.bytes; ) {
      const { text, next } = await readBatch(folder, at, spool.bytes);
      assert.ok(!text.includes("\n"), "it is one line of an event");
      read.push(...JSON.parse(text));
      at = next;
    }
    spool.close();
    assert.deepEqual(read, all);
  });
});
