// GET /api/scan.

import assert from "node:assert/strict";
import { readdirSync } from "node:fs";
import { tmpdir } from "node:os";
import { after, afterEach, before, beforeEach, describe, test } from "node:test";
import { Aws } from "./support/aws.js";
import { many, MEADOW } from "./support/inventories.js";
import { Service, until } from "./support/service.js";
import { Places } from "../src/places.js";
import { SingleFlight } from "../src/single-flight.js";

const FIELDS = [
  ...["id", "resource", "uid", "kind", "account", "region", "tags", "issue", "message", "severity", "status", "rule_id"],
  ...["title", "evidence", "unread", "remediation", "frameworks"],
];
/** @typedef {Record<string, any>} Finding */

describe("GET /api/scan", () => {
  /** @type {Aws} */
  let aws;
  /** @type {Service} */
  let service;
  before(async () => {
    aws = await Aws.start();
    service = await Service.start(aws);
  });
  beforeEach(() => aws.put(MEADOW));
  afterEach(() => aws.delay(0));
  after(async () => {
    await service.stop();
    await aws.stop();
  });

  test("it answers with what fails and what is unknown", async () => {
    const { status, json, headers } = await service.call("/api/scan");
    assert.equal(status, 200, JSON.stringify(json));
    assert.equal(json.status, "success");
    assert.ok(headers.get("content-length"));
    const findings = /** @type {Finding[]} */ (json.findings);
    assert.deepEqual(new Set(findings.map((f) => f.status)), new Set(["fail", "unknown"]));
    for (const finding of findings) {
      assert.deepEqual(Object.keys(finding).sort(), [...FIELDS].sort());
      assert.equal(finding.unread.length > 0, finding.status === "unknown");
      assert.equal(finding.issue, finding.message);
      for (const row of finding.unread) assert.ok(row.field && row.reason);
    }
    const photos = findings.find((f) => f.resource === "meadow-photos" && f.status === "fail");
    assert.ok(photos?.kind === "aws_s3_bucket" && photos.account === "123456789012" && photos.remediation.text);
    assert.deepEqual(photos.tags, { team: "web" });
    const { summary, coverage } = json;
    assert.equal(summary.fail + summary.unknown, findings.length);
    assert.equal(coverage.verdicts_unknown, summary.unknown);
    assert.ok(summary.fail_by_severity && summary.not_applicable && Array.isArray(coverage.calls));
  });

  test("it filters", async () => {
    const get = async (/** @type {string} */ query) => /** @type {Finding[]} */ ((await service.call(`/api/scan?${query}`)).json.findings);
    const all = await get("status=fail,unknown,pass");
    assert.deepEqual(new Set(all.map((f) => f.status)), new Set(["fail", "unknown", "pass"]));
    const some = await get("status=fail&severity=high,critical");
    assert.ok(some.length);
    assert.deepEqual(some, all.filter((f) => f.status === "fail" && ["high", "critical"].includes(f.severity)));
    assert.deepEqual(await get("severity=high&severity=critical&status=fail,"), some);
    assert.deepEqual(await get("severity=informational&status=unknown"), all.filter((f) => f.severity === "informational" && f.status === "unknown"));
  });

  test("parameters are checked", async () => {
    for (const query of ["status=failed", "severity=HIGH", "stauts=fail", "q=x", "status=fail,x", "__proto__=1"]) {
      const { status, json } = await service.call(`/api/scan?${query}`);
      assert.equal(status, 400, query);
      assert.equal(json.status, "error");
    }
  });

  test("what is not there or not an inventory is the fault of S3", async () => {
    await aws.delete();
    const missing = await service.call("/api/scan");
    assert.equal(missing.status, 502);
    assert.match(missing.json.message, /account\.json/);
    for (const content of ["no json", '{"s3_buckets": [{"name": 7}]}', "[]"]) {
      await aws.put(content);
      const { status, json } = await service.call("/api/scan");
      assert.equal(status, 502, content);
      assert.ok(json.status === "error" && json.message);
    }
    await aws.put(MEADOW);
    assert.equal((await service.call("/api/scan")).status, 200);
  });

  test("without AWS it is 502, and the background says the same", async () => {
    const alone = await Service.start(aws, { AWS_ENDPOINT_URL: "http://127.0.0.1:9" });
    try {
      const { status, json } = await alone.call("/api/scan");
      assert.equal(status, 502);
      const scan = await alone.ended();
      assert.equal(scan.state, "failed");
      assert.equal(scan.message, json.message);
    } finally {
      await alone.stop();
    }
  });

  test("an unknown framework is a misconfiguration", async () => {
    const wrong = await Service.start(aws, { RULES_FRAMEWORKS: "cis_aws_99" });
    try {
      const { status, json } = await wrong.call("/api/scan");
      assert.equal(status, 500);
      assert.match(json.message, /cis_aws_99/);
    } finally {
      await wrong.stop();
    }
  });

  test("a scan that takes too long is ended", async () => {
    const hasty = await Service.start(aws, { SCAN_TIMEOUT: "0.5" });
    try {
      await aws.delay(20);
      const began = Date.now();
      const { status, json } = await hasty.call("/api/scan");
      assert.equal(status, 504);
      assert.match(json.message, /SCAN_TIMEOUT/);
      const scan = await hasty.ended();
      assert.equal(scan.state, "failed");
      assert.match(scan.message, /SCAN_TIMEOUT/);
      assert.ok(Date.now() - began < 8000);
    } finally {
      await hasty.stop();
    }
  });

  test("fifty callers are one scan, and one size of answer does not hold fifty in memory", async () => {
    await aws.put(many(100));
    const folders = countFolders();
    await aws.delay(1);
    const calls = Array.from({ length: 50 }, () => service.call("/api/scan"));
    await until(() => countFolders() > folders);
    assert.equal(countFolders(), folders + 1);
    const answers = await Promise.all(calls);
    assert.equal(new Set(answers.map((answer) => answer.text)).size, 1);
    assert.ok(answers.every(({ status }) => status === 200));
    await until(() => countFolders() === folders);
  });

  test("scans that were left count until they have ended", async () => {
    const places = new Places(2);
    /** @type {(() => void)[]} */
    const ends = [];
    // Work that takes its time to end, also when nobody waits for it any more.
    const work = () => places.run(() => /** @type {Promise<void>} */ (new Promise((resolve) => ends.push(resolve))));
    const flight = new SingleFlight(async () => work(), () => {});
    /** @type {number[]} */
    const codes = [];
    for (let n = 0; n < 6; n++) {
      const gone = new AbortController();
      const joined = flight.join(gone.signal).then(
        () => codes.push(200),
        (error) => codes.push(error.status),
      );
      await new Promise((resolve) => setImmediate(resolve));
      gone.abort();
      if (n >= 2) await joined;
    }
    assert.deepEqual(codes, [429, 429, 429, 429], "two scans, however often a caller comes and goes");
    for (const end of ends) end();
    await until(() => codes.length === 6);
    const again = flight.join(new AbortController().signal);
    await until(() => ends.length === 3);
    ends[2]?.();
    await again;
  });

  test("a scan that nobody waits for any more is ended", async () => {
    await aws.delay(20);
    const [one, two] = [new AbortController(), new AbortController()];
    const gone = [one, two].map(({ signal }) => service.call("/api/scan", { signal }).catch((error) => error.name));
    await until(() => countFolders() > 0);
    one.abort();
    await new Promise((resolve) => setTimeout(resolve, 300));
    assert.equal(countFolders(), 1, "the other one waits still");
    two.abort();
    assert.deepEqual(await Promise.all(gone), ["AbortError", "AbortError"]);
    await until(() => countFolders() === 0, 5000);
    await aws.delay(0);
    assert.equal((await service.call("/api/scan")).status, 200);
  });
});

/** How many scans have files at the moment. */
function countFolders() {
  return readdirSync(tmpdir())
    .filter((name) => name.startsWith("cspm-service-"))
    .flatMap((name) => readdirSync(`${tmpdir()}/${name}`))
    .filter((name) => name.startsWith("now-")).length;
}
