// What was not read counts, and a selection that selects nothing is an error.

import assert from "node:assert/strict";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import test from "node:test";
import { evaluate, Manifests, plan, Rules, sample, scan } from "cspm";

const POD = "apiVersion: v1\nkind: Pod\nmetadata: {name: good}\nspec: {containers: [{name: a, image: b}]}\n";
const rules = new Rules({ ids: ["kubernetes_pod_not_privileged"] });

async function manifests(context, more = "") {
  const folder = await mkdtemp(join(tmpdir(), "cspm-"));
  context.after(() => rm(folder, { recursive: true }));
  await writeFile(join(folder, "all.yaml"), POD + more);
  return { folder, source: new Manifests([folder]) };
}

test("a selection that selects nothing is an error", async (context) => {
  const { source } = await manifests(context);
  const none = new Rules({ frameworks: ["cis_aws_7.0"] });
  const config = { code: "config", message: /cis_aws_7\.0/ };
  await assert.rejects(scan(source, none), config);
  assert.throws(() => plan(source, none), config);
  await assert.rejects(evaluate([{ uid: "x", kind: "kubernetes_pod", data: {} }], none), config);
  const part = new Rules({ ids: ["kubernetes_pod_not_privileged", "aws_s3_bucket_not_public"] });
  assert.deepEqual((await scan(source, part)).coverage.unmatched, ["rule aws_s3_bucket_not_public"]);
});

test("a document that was not read counts", async (context) => {
  const good = await scan((await manifests(context)).source, rules);
  assert.deepEqual([good.coverage.read, good.coverage.unread, good.isComplete], [1, 0, true]);
  const { source, folder } = await manifests(context, "---\na: {b\n");
  const report = await scan(source, rules);
  const { read, unread, readShare, share, failures } = report.coverage;
  assert.deepEqual([read, unread, readShare, share, report.coverageShare], [1, 1, 0.5, 1, 1]);
  assert(!report.isComplete);
  assert.equal(failures[0].of, `manifests ${folder}`);
});

test("a scan begins when it begins", async () => {
  const report = await scan(sample(), new Rules({ services: ["s3"] }));
  assert(report.startedAt > report.collectedAt);
});

test("a time limit is a number of seconds", async () => {
  const s3 = new Rules({ services: ["s3"] });
  assert((await scan(sample(), s3, { timeout: 60 })).summary.fail > 0);
  await assert.rejects(scan(sample(), s3, { timeout: 0 }), { code: "config" });
});
