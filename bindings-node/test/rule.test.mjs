// Rules in JavaScript.

import assert from "node:assert/strict";
import test from "node:test";
import { evaluate, Rules, rule, sample, scan, Unread } from "cspm";
import { collector, server } from "./support.mjs";

const about = { id: "acme_server_named", kind: "acme_server", title: "Servers are named", severity: "low" };

/** The finding that a rule has of a server with this data. */
async function finding(judge, data = { cpus: 4 }, more = {}) {
  const report = await evaluate([server(1, data)], new Rules({ builtin: false, extra: [rule({ ...about, ...more }, judge)] }));
  assert.equal(report.findings.length, 1);
  return { finding: report.findings.at(0), report };
}

test("true, false and statuses are verdicts", async () => {
  for (const [answer, status] of [
    [true, "pass"],
    [false, "fail"],
    ["pass", "pass"],
    ["fail", "fail"],
  ]) {
    assert.equal((await finding(() => answer)).finding.status, status);
  }
});

test("a finding says what the rule says of itself", async () => {
  const more = { message: "{resource.name} has no name.", remediation: "Name it.", frameworks: { acme: ["1.1"] } };
  const { finding: found } = await finding(() => false, {}, more);
  assert.equal(found.message, "server-1 has no name.");
  assert.equal(found.remediation.text, "Name it.");
  assert.deepEqual(found.frameworks, { acme: ["1.1"] });
  assert.equal(found.severity, "low");
});

test("what the function gets is evidence", async () => {
  const { finding: found } = await finding((resource) => resource.get("cpus") > 2 && resource.get("name") === "server-1");
  assert.deepEqual(found.evidence, { cpus: 4, name: "server-1" });
  const read = await finding((resource) => resource.data.cpus > 2, { cpus: 4 }, { reads: ["cpus"] });
  assert.deepEqual(read.finding.evidence, { cpus: 4 });
  const long = await finding((resource) => resource.get("text") !== "", { text: "x".repeat(9999) });
  assert.equal(long.finding.evidence.text.length, 501);
});

test("a verdict may have a message, evidence, and what was not read", async () => {
  const { finding: failed } = await finding(() => ({ status: "fail", message: "No.", evidence: { a: [1] } }));
  assert.equal(failed.message, "No.");
  assert.deepEqual(failed.evidence, { a: [1] });
  const unread = [{ field: "disk", reason: "throttled", call: "acme:GetDisk", detail: "slow" }];
  const { finding: unknown } = await finding(() => ({ status: "unknown", unread }));
  assert.equal(unknown.status, "unknown");
  assert.deepEqual(unknown.unread, [{ field: "disk", call: "acme:GetDisk", reason: "throttled", detail: "slow" }]);
});

test("what was not read makes the verdict unknown, and is named", async () => {
  const data = { disk: new Unread("access_denied", "acme:GetDisk", "no"), net: { ports: [22, new Unread("throttled")] } };
  for (const judge of [
    (resource) => resource.get("disk") === null,
    (resource) => !resource.data.disk,
    (resource) => JSON.stringify(resource.data) === "",
    (resource) => Object.values(resource.data).length === 0,
    (resource) => ({ ...resource.data }).cpus === 1,
  ]) {
    const { finding: found } = await finding(judge, data);
    assert.equal(found.status, "unknown");
    assert.deepEqual(found.unread, [{ field: "disk", call: "acme:GetDisk", reason: "access_denied", detail: "no" }]);
  }
  const { finding: list } = await finding((resource) => resource.data.net.ports.every((port) => port === 22), data);
  assert.deepEqual([list.status, list.unread[0].field], ["unknown", "net.ports.1"]);
  const { finding: known } = await finding((resource) => resource.data.net.ports.some((port) => port === 22), data);
  assert.equal(known.status, "pass");
  const { finding: looked } = await finding((resource) => resource.unread.length === 2, data);
  assert.equal(looked.status, "pass");
});

test("an answer that is none, and an error, are faults of the rule", async () => {
  for (const judge of [
    () => undefined,
    () => "maybe",
    () => null,
    () => 1,
    () => "unknown",
    async () => true,
    () => ({ status: "fail", evidence: { f: () => 1 } }),
    (resource) => resource.data.no.such.thing,
    () => {
      throw "a text";
    },
  ]) {
    const { finding: found, report } = await finding(judge);
    assert.equal(found.status, "unknown");
    assert.equal(found.unread[0].reason, "rule_error");
    assert(!found.unread[0].detail.includes("\n"));
    assert.equal(report.coverage.failures.length, 1);
  }
  const { report } = await finding((resource) => resource.data.no.such.thing);
  assert.match(report.coverage.failures[0].error, /TypeError[\s\S]*rule\.test\.mjs/);
  assert.match(report.coverage.failures[0].of, /acme_server_named/);
});

test("a fault in one scan is not in the next", async () => {
  let broken = true;
  const judge = () => {
    if (broken) throw new Error("broken");
    return true;
  };
  const rules = new Rules({ builtin: false, extra: [rule(about, judge)] });
  assert.equal((await evaluate([server(1)], rules)).coverage.failures.length, 1);
  broken = false;
  assert.equal((await evaluate([server(1)], rules)).coverage.failures.length, 0);
});

test("rules in JavaScript judge beside those of the catalog, as resources arrive", async () => {
  const mine = rule({ ...about, id: "aws_s3_bucket_mine", kind: "aws_s3_bucket" }, (bucket) => bucket.get("name").length > 3);
  const rules = new Rules({ ids: ["aws_s3_bucket_public_access_blocked"], extra: [mine] });
  assert.deepEqual(
    [...rules].map(({ id }) => id),
    ["aws_s3_bucket_mine", "aws_s3_bucket_public_access_blocked"],
  );
  assert.equal(rules.get("aws_s3_bucket_mine").expression, null);
  assert.equal(rules.get("aws_s3_bucket_mine").service, "s3");
  const report = await scan(sample(), rules);
  const buckets = report.inventory.ofKind("aws_s3_bucket").length;
  assert.equal(report.findings.filter((finding) => finding.ruleId === "aws_s3_bucket_mine").length, buckets);
  assert.equal(report.findings.length, buckets * 2);
});

test("a field that a resource of a known kind was not given is not false", async () => {
  const mine = rule({ ...about, kind: "aws_s3_bucket" }, (bucket) => !bucket.data.versioning_enabled);
  const given = { uid: "arn:aws:s3:::a", kind: "aws_s3_bucket", data: { name: "a" } };
  const report = await evaluate([given], new Rules({ builtin: false, extra: [mine] }));
  assert.equal(report.findings.at(0).status, "unknown");
  assert.deepEqual(report.findings.at(0).unread, [{ field: "versioning_enabled", call: "", reason: "not_given" }]);
});

test("a rule may start another scan, and look at its own report later", async () => {
  const inner = [];
  const mine = rule(about, () => {
    inner.push(scan(sample(), new Rules({ services: ["s3"] })));
    return true;
  });
  const report = await scan(
    collector(() => [server(1), server(2)]),
    new Rules({ builtin: false, extra: [mine] }),
  );
  assert.equal((await Promise.all(inner)).length, 2);
  assert.equal(report.findings.map((finding) => finding.toJSONString()).length, 2);
  assert(report.toString("html").includes("server-1"));
});
