// Every line of the Node part of the API, as users write it.

import assert from "node:assert/strict";
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import test from "node:test";
import {
  Aws,
  CspmError,
  evaluate,
  Kubernetes,
  kinds,
  Manifests,
  Plan,
  plan,
  Report,
  Resource,
  Rules,
  Snapshot,
  sample,
  scan,
  stream,
  version,
} from "cspm";
import { folder } from "./support.mjs";

const rules = new Rules({ frameworks: ["cis_aws_7.0"] });

test("a scan gives a report with findings", async () => {
  const report = await scan([sample()], rules, { onEvent: (_event) => {}, signal: new AbortController().signal });
  assert(report instanceof Report);
  assert(report.findings.length > 0);
  for (const f of report.findings) {
    assert.match(f.id, /^[0-9a-f]{32}$/);
    assert.equal(typeof f.ruleId, "string");
    assert.match(f.status, /^(pass|fail|unknown)$/);
    assert.equal(typeof f.resource.uid, "string");
    assert.equal(f.unread.length > 0, f.status === "unknown");
  }
  const { summary, scores, coverage } = report;
  assert.equal(summary.pass + summary.fail + summary.unknown + summary.excepted, report.findings.length);
  assert.equal(report.openFailures(), summary.fail);
  assert.equal(report.statuses().length, report.findings.length);
  assert.equal(summary.rules, report.rules.length);
  assert.equal(typeof scores.total.unknownShare, "number");
  assert.equal(scores.frameworks["cis_aws_7.0"].pass > 0, true);
  assert.equal(coverage.verdictsGiven, summary.pass + summary.fail + summary.excepted);
  assert.equal(coverage.cancelled, false);
  assert(report.coverageShare > 0 && report.coverageShare <= 1);
  assert.match(report.startedAt, /^\d{4}-\d\d-\d\dT/);
  assert.deepEqual(report.plan.calls, [], "a snapshot needs no call");
  assert(Array.isArray(report.identities));
});

test("one collector needs no array, and rules are all unless given", async () => {
  const report = await scan(sample());
  assert.equal(report.rules.length, [...new Rules()].length);
});

test("a stream tells of everything, and of the end last", async () => {
  const seen = new Map();
  for await (const event of stream([sample()], rules)) {
    seen.set(event.type, event);
    if (event.type === "resource") assert(event.resource instanceof Resource);
  }
  assert.deepEqual([...seen.keys()].sort(), ["done", "finding", "planned", "progress", "resource"]);
  assert.equal([...seen.keys()].at(-1), "done");
  assert(seen.get("done").report.findings.length > 0);
  assert.equal(seen.get("planned").rules, rules.length);
  assert.equal(typeof seen.get("progress").elapsed, "number");
  assert.match(seen.get("finding").finding.ruleId, /^aws_/);
});

test("a report is written in every format, whole or not at all", async () => {
  const report = await scan([sample()], rules);
  const dir = await folder();
  for (const format of ["json", "ocsf", "asff", "sarif", "junit", "csv", "markdown", "html"]) {
    await report.write(join(dir, `out.${format}`), { format });
    assert.equal(await readFile(join(dir, `out.${format}`), "utf8"), report.toString(format));
  }
  await report.write(join(dir, "by-name.html"));
  assert.equal(await readFile(join(dir, "by-name.html"), "utf8"), report.toString("html"));
  await report.write(join(dir, "by-default"));
  assert.equal(await readFile(join(dir, "by-default"), "utf8"), report.toString());
  await assert.rejects(report.write(join(dir, "none", "out.json")), { code: "io" });
  assert.equal(
    (await readdir(dir)).some((name) => name.endsWith(".part")),
    false,
  );
});

test("an inventory is looked up, counted, saved and read again", async () => {
  const { inventory } = await scan([sample()], rules);
  const buckets = inventory.ofKind("aws_s3_bucket");
  assert(buckets.length > 0 && inventory.length > buckets.length);
  const bucket = inventory.get(buckets.at(0).uid);
  assert.equal(bucket.name, bucket.get("name"));
  assert.equal(bucket.data.name, bucket.name);
  assert.equal(inventory.get("no such uid"), undefined);
  assert.equal(inventory.counts.aws_s3_bucket, buckets.length);
  assert(inventory.kinds.includes("aws_s3_bucket"));
  assert(Array.isArray(inventory.gaps));
  assert.equal([...inventory].length, inventory.length);
  const path = join(await folder(), "snap.json");
  await inventory.save(path);
  const again = await scan([new Snapshot(path)], rules);
  const first = await scan([sample()], rules);
  assert.equal(again.toString("csv"), first.toString("csv"));
  const bytes = await scan([Snapshot.fromBytes(await readFile(path), { name: "mine" })], rules);
  assert.equal(bytes.toString("csv"), first.toString("csv"));
});

test("a plan is there at once, or awaited, and calls nothing", async () => {
  const aws = new Aws({ regions: ["us-east-1"], accessKeyId: "a", secretAccessKey: "b", endpointUrl: "http://127.0.0.1:1" });
  const now = plan([aws], new Rules({ ids: ["aws_s3_bucket_public_access_blocked"] }));
  assert(now instanceof Plan);
  assert.deepEqual((await plan([aws], new Rules({ ids: ["aws_s3_bucket_public_access_blocked"] }))).calls, now.calls);
  assert(now.calls.some((call) => call.service === "s3" && call.operation && call.permission && call.per));
  assert(now.iamPolicy().Statement[0].Action.includes("s3:ListAllMyBuckets"));
  assert.equal(now.clusterRole().kind, "ClusterRole");
  assert.equal(plan(new Manifests("."), new Rules({ ids: ["kubernetes_pod_not_privileged"] })).calls.length, 0);
});

test("resources that the caller has are judged", async () => {
  const { inventory } = await scan([sample()], rules);
  const own = new Rules({ services: ["s3"] });
  const report = await evaluate(inventory.ofKind("aws_s3_bucket"), own);
  assert(report.findings.length > 0);
  const given = { uid: "arn:aws:s3:::mine", kind: "aws_s3_bucket", data: { name: "mine" } };
  const sparse = await evaluate([given], own);
  assert.equal(
    sparse.findings.every((finding) => finding.status === "unknown"),
    true,
  );
});

test("manifests are scanned", async () => {
  const yaml =
    "apiVersion: v1\nkind: Pod\nmetadata: {name: web}\nspec: {hostNetwork: true, containers: [{name: a, image: b}]}\n";
  const { writeFile } = await import("node:fs/promises");
  const dir = await folder();
  await writeFile(join(dir, "pod.yaml"), yaml);
  const report = await scan(new Manifests([dir], { kubernetesVersion: "1.37" }), new Rules({ frameworks: ["pss_baseline"] }));
  const failed = report.findings.filter((finding) => finding.status === "fail");
  assert(failed.length > 0);
  assert.equal(failed[0].resource.origin.line, 1);
});

test("rules are listed with what is said of them", () => {
  assert.equal([...rules].length, rules.length);
  for (const r of rules) {
    for (const name of ["id", "title", "severity", "kind", "service", "provider"]) assert.equal(typeof r[name], "string");
    assert.equal(typeof r.frameworks, "object");
    assert.equal(typeof r.equivalents, "object");
    assert.equal(typeof r.expression, "string");
  }
  assert.equal(rules.get("no_such_rule"), undefined);
  const [first] = rules;
  assert.deepEqual(rules.get(first.id), first);
  assert(rules.frameworks.some((framework) => framework.id === "cis_aws_7.0" && framework.controls.length > 0));
});

test("kinds have schemas", () => {
  const bucket = kinds().find((kind) => kind.name === "aws_s3_bucket");
  assert.equal(bucket.provider, "aws");
  assert.equal(bucket.native, false);
  assert("versioning_enabled" in bucket.schema.properties);
});

test("options are held, and nothing secret is shown", async () => {
  const { inspect } = await import("node:util");
  const aws = new Aws({ accessKeyId: "AKIAEXAMPLE", secretAccessKey: "hunter2", sessionToken: "token3" });
  for (const text of [inspect(aws, { depth: 9, showHidden: true }), JSON.stringify(aws), String(aws)]) {
    assert(!text.includes("hunter2") && !text.includes("token3"));
  }
  assert(new Kubernetes({ context: "prod" }));
  assert(CspmError.prototype instanceof Error);
  assert.match(version, /^\d+\.\d+\.\d+$/);
});
