// Scans in the background, and what is kept of them.

import assert from "node:assert/strict";
import { after, afterEach, before, beforeEach, describe, test } from "node:test";
import { FORMATS } from "../src/formats.js";
import { Aws } from "./support/aws.js";
import { HOSTILE, many, MARKUP, MEADOW } from "./support/inventories.js";
import { Service, until } from "./support/service.js";

/** @typedef {Record<string, any>} Finding */
const RANKS = { status: ["fail", "unknown", "pass"], severity: ["critical", "high", "medium", "low", "informational"] };

describe("scans", () => {
  /** @type {Aws} */
  let aws;
  /** @type {Service} */
  let service;
  before(async () => {
    aws = await Aws.start();
    service = await Service.start(aws, { MAX_SCANS: "5" });
  });
  beforeEach(() => aws.put(MEADOW));
  afterEach(() => aws.delay(0));
  after(async () => {
    await service.stop();
    await aws.stop();
  });

  const page = async (/** @type {string} */ id, query = "") => {
    const { status, json } = await service.call(`/api/scans/${id}/findings?${query}`);
    assert.equal(status, 200, JSON.stringify(json));
    return json;
  };

  test("from its start to its results", async () => {
    const started = await service.call("/api/scans", { method: "POST" });
    assert.equal(started.status, 202);
    const { id } = started.json;
    assert.equal(started.headers.get("location"), `/api/scans/${id}`);
    const scan = await service.ended(id);
    const fields = ["id", "state", "source", "created", "started", "ended", "progress", "message", "summary", "coverage", "scores"];
    assert.deepEqual(Object.keys(scan).sort(), fields.sort());
    assert.deepEqual([scan.state, scan.source, scan.message], ["done", "s3://inventories/account.json", null]);
    assert.ok(scan.created <= scan.started && scan.started <= scan.ended && Math.abs(scan.ended - Date.now() / 1000) < 60);
    assert.deepEqual(Object.keys(scan.progress).sort(), ["calls_done", "calls_expected", "elapsed", "findings", "resources"]);
    assert.equal(scan.progress.resources, scan.summary.resources);
    assert.ok(scan.progress.elapsed < 30, "it is in seconds");
    assert.equal(scan.scores.total.fail, scan.summary.fail);
    const listed = (await service.call("/api/scans")).json;
    assert.equal(listed.source, scan.source);
    assert.ok(listed.scans[0].id === id && !("coverage" in listed.scans[0]) && !("scores" in listed.scans[0]));
  });

  test("findings come in pages, the worst first", async () => {
    const { id, summary } = await service.ended();
    const { findings: all, total } = await page(id, "limit=500");
    assert.equal(all.length, total);
    assert.equal(total, summary.fail + summary.unknown + summary.pass + summary.excepted);
    const rank = (/** @type {Finding} */ f) => RANKS.status.indexOf(f.status) * 10 + RANKS.severity.indexOf(f.severity);
    const ranks = all.map(rank);
    assert.deepEqual(ranks, ranks.toSorted((/** @type {number} */ a, /** @type {number} */ b) => a - b));
    const now = (await service.call("/api/scan?status=fail,unknown,pass")).json.findings;
    assert.deepEqual(now, all);
    const paged = [];
    for (let at = 0; at < total; at += 7) paged.push(...(await page(id, `limit=7&offset=${at}`)).findings);
    assert.deepEqual(paged, all);
    assert.deepEqual((await page(id, `offset=${total}`)).findings, []);
  });

  test("findings are filtered and counted", async () => {
    const { id } = await service.ended();
    const all = /** @type {Finding[]} */ ((await page(id, "limit=500")).findings);
    const sum = (/** @type {Record<string, Record<string, number>>} */ counts) => Object.values(counts).flatMap(Object.values).reduce((a, b) => a + b, 0);
    const some = await page(id, "status=unknown&severity=high,medium&limit=500");
    assert.deepEqual(some.findings, all.filter((f) => f.status === "unknown" && ["high", "medium"].includes(f.severity)));
    assert.equal(some.total, some.findings.length);
    // The counts are of everything, so that filters can say what they would give.
    assert.equal(sum(some.counts), all.length);
    const photos = await page(id, "q=Meadow-PHOTOS&limit=500");
    assert.deepEqual(new Set(photos.findings.map((/** @type {Finding} */ f) => f.resource)), new Set(["meadow-photos"]));
    assert.equal(sum(photos.counts), photos.total);
    for (const text of ["%25", "_____", "' or 1=1 --", "no such thing"]) assert.equal((await page(id, `q=${text}`)).total, 0, text);
  });

  test("parameters are checked", async () => {
    const { id } = await service.ended();
    const wrong = ["limit=0", "limit=501", "limit=1e2", "limit=-1", "offset=-1", "offset=x", "offset=99999999999", "status=x", "severity=x", "page=2", `q=${"x".repeat(201)}`];
    for (const query of wrong) assert.equal((await service.call(`/api/scans/${id}/findings?${query}`)).status, 400, query);
    for (const query of ["", "format=pdf", "format=constructor", "format=../live", "format=json&x=1"]) {
      assert.equal((await service.call(`/api/scans/${id}/report?${query}`)).status, 400, query);
    }
    assert.equal((await service.call(`/api/scans/${id}?x=1`)).status, 400);
    assert.equal((await service.call("/api/scans?x=1")).status, 400);
    for (const end of ["", "/events", "/findings", "/report?format=json"]) assert.equal((await service.call(`/api/scans/none${end}`)).status, 404, end);
  });

  test("there is a file in each format", async () => {
    const { id } = await service.ended();
    for (const [format, [suffix, type]] of Object.entries(FORMATS)) {
      const answer = await service.call(`/api/scans/${id}/report?format=${format}`);
      assert.equal(answer.status, 200, format);
      assert.match(answer.headers.get("content-disposition") ?? "", new RegExp(`^attachment; filename=cspm-\\d{8}-\\d{6}\\.${suffix}$`));
      assert.ok(answer.headers.get("content-type")?.startsWith(type));
      assert.match(answer.text, /meadow-photos/, format);
    }
  });

  test("names and tags are text", async () => {
    await aws.put(HOSTILE);
    const { id } = await service.ended();
    const [finding] = (await page(id, `q=${encodeURIComponent("<IMG src=x")}`)).findings;
    assert.equal(finding.resource, MARKUP);
    assert.deepEqual(finding.tags, { "</td><script>alert(2)</script>": "line\nfeed" });
    const html = await service.call(`/api/scans/${id}/report?format=html`);
    assert.ok(!html.text.includes(MARKUP) && !html.text.includes("<script>alert(2)"));
    // Whatever is in it: a browser saves it, and were it to show it, the policy would let nothing run.
    assert.match(html.headers.get("content-disposition") ?? "", /^attachment/);
    assert.match(html.headers.get("content-security-policy") ?? "", /default-src 'none'/);
  });

  test("a scan is cancelled", async () => {
    await aws.delay(20);
    const id = await service.begin();
    await until(async () => (await service.call(`/api/scans/${id}`)).json.scan.state === "running");
    for (const end of ["findings", "report?format=json"]) assert.equal((await service.call(`/api/scans/${id}/${end}`)).status, 409);
    const began = Date.now();
    assert.equal((await service.call(`/api/scans/${id}`, { method: "DELETE" })).status, 202);
    const scan = await service.ended(id);
    assert.ok(Date.now() - began < 4000);
    assert.deepEqual([scan.state, scan.summary, scan.message], ["cancelled", null, null]);
    // Twice is no harm; what is done cannot be cancelled.
    assert.equal((await service.call(`/api/scans/${id}`, { method: "DELETE" })).status, 202);
    await aws.delay(0);
    const done = await service.ended();
    assert.equal((await service.call(`/api/scans/${done.id}`, { method: "DELETE" })).status, 409);
  });

  test("a scan that fails says why", async () => {
    await aws.delete();
    const scan = await service.ended();
    assert.equal(scan.state, "failed");
    assert.match(scan.message, /account\.json/);
    assert.equal((await service.call(`/api/scans/${scan.id}/findings`)).status, 409);
  });

  test("there are not more at once than are allowed", async () => {
    await aws.delay(20);
    const ids = [];
    for (let n = 0; n < 4; n++) ids.push(await service.begin());
    const refused = await service.call("/api/scans", { method: "POST" });
    assert.equal(refused.status, 429);
    assert.ok(Number(refused.headers.get("retry-after")) > 0);
    await Promise.all(ids.map((id) => service.call(`/api/scans/${id}`, { method: "DELETE" })));
    for (const id of ids) assert.equal((await service.ended(id)).state, "cancelled");
  });

  test("the last ones are kept, and no more", async () => {
    const ids = [];
    for (let n = 0; n < 7; n++) ids.push((await service.ended()).id);
    const listed = (await service.call("/api/scans")).json.scans.map((/** @type {{ id: string }} */ scan) => scan.id);
    assert.deepEqual(listed, ids.slice(2).reverse());
    assert.equal((await service.call(`/api/scans/${ids[0]}/findings`)).status, 404);
    const young = await Service.start(aws, { MAX_AGE: "0.5" });
    try {
      await young.ended();
      await until(async () => !(await young.call("/api/scans")).json.scans.length);
    } finally {
      await young.stop();
    }
  });

  test("a large account does not keep others waiting", async () => {
    await aws.put(many(2000));
    const id = await service.begin();
    let [longest, calls] = [0, 0];
    let state = "running";
    while (state === "running" || state === "queued") {
      const began = performance.now();
      ({ state } = (await service.call(`/api/scans/${id}`)).json.scan);
      longest = Math.max(longest, performance.now() - began);
      calls++;
    }
    assert.equal(state, "done");
    assert.ok(calls > 10);
    assert.ok(longest < 500, `an answer took ${Math.round(longest)} ms`);
    const { total, findings } = await page(id, "q=bucket-01777&status=fail");
    assert.ok(total > 0 && findings.every((/** @type {Finding} */ f) => f.resource === "bucket-01777"));
  });
});
