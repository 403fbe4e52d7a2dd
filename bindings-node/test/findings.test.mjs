// Findings: made when they are looked at, and written as Rust writes them.

import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import test from "node:test";
import { promisify } from "node:util";
import { Finding, Rules, sample, scan } from "cspm";
import { program } from "./support.mjs";

const report = await scan(sample());

test("a finding is written byte by byte as the command line writes it", async () => {
  const run = promisify(execFile)(program, ["demo", "--format", "json"], { maxBuffer: 1 << 30 });
  const { stdout, code } = await run.catch((error) => error);
  assert.equal(code, 1);
  assert.equal(report.toString(), stdout);
  const lines = stdout.split("\n").map((line) => line.trim().replace(/,$/, ""));
  const written = new Set(lines.filter((line) => line.startsWith('{"id":"')));
  assert.equal(written.size, report.findings.length);
  for (const finding of report.findings) {
    assert(written.has(JSON.stringify(finding)), JSON.stringify(finding));
    assert.equal(finding.toJSONString(), JSON.stringify(finding));
  }
});

test("findings are a list that is made as it is looked at", () => {
  const { findings } = report;
  const all = findings.toArray();
  assert.equal(all.length, findings.length);
  assert(all.length > 600);
  assert(all[0] instanceof Finding);
  assert.equal(findings.at(-1).id, all.at(-1).id);
  assert.equal(findings.at(300).id, all[300].id);
  assert.equal(findings.at(all.length), undefined);
  assert.equal(findings.at(-all.length - 1), undefined);
  assert.deepEqual(
    findings.slice(250, 260).map(({ id }) => id),
    all.slice(250, 260).map(({ id }) => id),
  );
  assert.deepEqual(
    findings.slice(-3).map(({ id }) => id),
    all.slice(-3).map(({ id }) => id),
  );
  assert.deepEqual(findings.slice(5, 2), []);
  assert.deepEqual(
    findings.map(({ id }) => id),
    all.map(({ id }) => id),
  );
  const failed = (finding) => finding.status === "fail";
  assert.equal(findings.filter(failed).length, all.filter(failed).length);
  assert.equal(findings.find(failed).id, all.find(failed).id);
  assert.equal(findings.some(failed), true);
  assert.equal(findings.every(failed), false);
  assert.equal(
    findings.reduce((sum) => sum + 1, 0),
    all.length,
  );
  assert.deepEqual(
    report.statuses(),
    all.map(({ status, ruleId, resource }) => [status, ruleId, resource.uid]),
  );
});

test("the same input gives the same bytes", async () => {
  assert.equal((await scan(sample())).toString(), report.toString());
});

test("exceptions cover findings", async () => {
  const failed = report.findings.find((finding) => finding.status === "fail");
  const exceptions = [{ rule: failed.ruleId, owner: "me", reason: "because", expires: "2099-12-31" }];
  const covered = await scan(sample(), new Rules({ exceptions }));
  const finding = covered.findings.find(({ id }) => id === failed.id);
  assert.deepEqual(finding.exception, { owner: "me", reason: "because", expires: "2099-12-31" });
  assert.equal(finding.isOpenFailure, false);
  assert(covered.summary.excepted > 0);
  assert.throws(() => new Rules({ exceptions: "/no/such/file" }), { code: "io" });
});
