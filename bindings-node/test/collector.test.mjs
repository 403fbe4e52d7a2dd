// Collectors in JavaScript.

import assert from "node:assert/strict";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import test from "node:test";
import { setTimeout as wait } from "node:timers/promises";
import { Collector, Gap, plan, Rules, rule, sample, scan, Unread } from "cspm";
import { collector, folder, server } from "./support.mjs";

const named = rule({ id: "acme_server_named", kind: "acme_server", title: "Servers are named" }, (of) => of.name !== "");
const rules = new Rules({ builtin: false, extra: [named] });

test("a generator, an asynchronous one and an array give resources", async () => {
  class Cmdb extends Collector {
    async *collect(wanted) {
      assert.deepEqual(wanted.kinds, []);
      yield server(1);
      await wait(20);
      yield server(2);
    }
  }
  for (const of of [
    new Cmdb(),
    collector(function* () {
      yield server(1);
      yield server(2);
    }),
    collector(() => [server(1), server(2)]),
  ]) {
    const report = await scan([of], rules);
    assert.deepEqual(
      report.findings.map((finding) => finding.resource.uid),
      ["acme:server/1", "acme:server/2"],
    );
    assert.equal(report.coverage.failures.length, 0);
    const [resource] = report.inventory;
    assert.deepEqual([resource.provider, resource.region, resource.name], ["acme", "global", "server-1"]);
  }
});

test("it is told what is wanted", async () => {
  let seen;
  const of = collector((wanted) => {
    seen = wanted;
    return [];
  });
  await scan(of, rules);
  assert.deepEqual(seen.kinds, ["acme_server"]);
  assert.deepEqual([seen.wants("acme_server"), seen.wants("acme_disk")], [true, false]);
  assert.deepEqual(plan(of, rules).iamPolicy().Statement[0].Action, []);
});

test("many resources come in order of their uids, whole", async () => {
  const of = collector(async function* () {
    for (let number = 0; number < 5000; number += 1) yield server(number, { number, half: number / 2, tags: { a: "ü" } });
  });
  const report = await scan(of, rules);
  assert.equal(report.findings.length, 5000);
  assert.deepEqual(report.inventory.get("acme:server/4711").data, { number: 4711, half: 2355.5, tags: { a: "ü" } });
});

test("the call of a collector is in the coverage, and why something is missing", async () => {
  const call = (report) => report.coverage.calls.map(({ call, done, failed }) => [call, done, failed]);
  const name = "cmdb";
  const whole = await scan(
    collector(() => [server(1)], { name }),
    rules,
  );
  assert.deepEqual(call(whole), [["cmdb:collect", 1, 0]]);
  const bad = await scan(
    collector(() => [server(1), { kind: "acme_server" }], { name }),
    rules,
  );
  assert.match(bad.coverage.failures[0].error, /^cannot take a resource of cmdb: /);
  const [{ call: of, detail }] = bad.inventory.gaps;
  assert.deepEqual([of, detail], ["cmdb:collect", "the collector gave a resource that is not one"]);
  const fail = () => {
    throw new Error("gone");
  };
  const failed = await scan([collector(fail, { name }), sample()], new Rules({ services: ["s3"], extra: [named] }));
  assert.deepEqual(
    call(failed).filter(([call]) => call === "cmdb:collect"),
    [["cmdb:collect", 0, 1]],
  );
});

test("whole numbers beyond 2^53 are exact", async () => {
  const report = await scan(
    collector(() => [server(1, { least: -(2n ** 63n), some: [9007199254740993n] })]),
    rules,
  );
  const text = report.inventory.get("acme:server/1").toJSONString();
  assert.match(text, /"least":-9223372036854775808,"some":\[9007199254740993\]/);
});

test("what was not read stays so, and gaps are unknown", async () => {
  const of = collector(() => [
    server(1, { disk: new Unread("throttled", "acme:GetDisk"), at: new Date(0), none: undefined }),
    new Gap({ kind: "acme_server", reason: "access_denied", call: "acme:List", region: "north" }),
  ]);
  const report = await scan(of, rules);
  const resource = report.inventory.get("acme:server/1");
  assert.throws(() => resource.data.disk, { code: "unread", reason: "throttled", field: "disk", call: "acme:GetDisk" });
  assert.equal(resource.data.at, "1970-01-01T00:00:00.000Z");
  assert.deepEqual(resource.unread, [{ field: "disk", call: "acme:GetDisk", reason: "throttled" }]);
  assert.equal(report.inventory.gaps[0].region, "north");
  assert.deepEqual(report.findings.map((finding) => finding.status).sort(), ["pass", "unknown"]);
});

test("an error is in the coverage with its stack, and the scan goes on", async () => {
  const of = collector(async function* () {
    yield server(1);
    throw new Error("the database is gone");
  });
  const report = await scan([of, sample()], new Rules({ services: ["s3"], extra: [named] }));
  assert.equal(report.coverage.failures.length, 1);
  assert.match(report.coverage.failures[0].error, /the database is gone[\s\S]*collector\.test\.mjs/);
  assert(report.inventory.gaps.some((gap) => gap.kind === "acme_server" && gap.reason === "failed"));
  const ours = report.findings.filter((finding) => finding.ruleId === "acme_server_named");
  assert.deepEqual(ours.map((finding) => finding.status).sort(), ["pass", "unknown"]);
  assert(report.findings.length > ours.length);
});

test("a bad object is named, and does not hide the others", async () => {
  for (const bad of [
    { kind: "acme_server" },
    { uid: "acme:bad", kind: "acme_server", data: { f: () => 1 } },
    { uid: "acme:bad", kind: "acme_server", data: { n: Number.NaN } },
    { uid: "acme:bad", kind: "acme_server", data: { big: 2n ** 64n } },
    { uid: "acme:bad", kind: "acme_server", data: { map: new Map() } },
    { uid: "acme:bad", kind: "acme_server", regoin: "north" },
    null,
    "text",
  ]) {
    const report = await scan(
      collector(() => [server(1), bad, server(2)]),
      rules,
    );
    assert.equal(report.findings.filter((finding) => finding.status === "pass").length, 2);
    assert.equal(report.findings.filter((finding) => finding.status === "unknown").length, 1);
    assert.equal(report.coverage.failures.length, 1);
    if (bad?.uid) assert.match(report.coverage.failures[0].error, /acme:bad/);
  }
});

test("what gives nothing to go over is an error", async () => {
  for (const none of [() => undefined, () => 7, async () => []]) {
    const report = await scan([collector(none), sample()], rules);
    assert.match(report.coverage.failures[0].error, /nothing to go over/);
  }
});

test("kinds with a schema have rules in files", async () => {
  const schema = { type: "object", properties: { name: { type: "string" }, encrypted: { type: "boolean" } } };
  const path = join(await folder(), "acme_server_encrypted.yaml");
  const text = [
    "id: acme_server_encrypted",
    "title: Servers are encrypted",
    "kind: acme_server",
    "service: servers",
    "severity: high",
    "expression: resource.encrypted",
    'message: "{resource.name} is not encrypted."',
    "rationale: A disk can be stolen.",
    "remediation: {text: Encrypt it.}",
    "references: []",
    "tests:",
    "  pass: [{encrypted: true}]",
    "  fail: [{encrypted: false}]",
    "  unknown: [{encrypted: {unread: access_denied}}]",
  ];
  await writeFile(path, text.join("\n"));
  const kinds = { acme_server: schema };
  const of = collector(() => [server(1, { encrypted: false }), server(2, { encrypted: true }), server(3)], { kinds });
  const report = await scan(of, new Rules({ builtin: false, paths: [path], kinds }));
  assert.deepEqual(
    report.findings.map((finding) => finding.status),
    ["fail", "pass", "unknown"],
  );
  assert.equal(report.findings.at(0).message, "server-1 is not encrypted.");
});
