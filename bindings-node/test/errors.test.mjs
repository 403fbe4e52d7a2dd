// Errors: their classes and codes, where they are thrown at once and where a promise is rejected with them.

import assert from "node:assert/strict";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import test from "node:test";
import * as cspm from "cspm";
import { collector, folder } from "./support.mjs";

const { Aws, Kubernetes, Manifests, Rules, Snapshot, evaluate, plan, rule, sample, scan, stream } = cspm;

function is(of, code) {
  return (error) => {
    assert(error instanceof of, `${error} is of ${of.name}`);
    assert(error instanceof cspm.CspmError && error instanceof Error);
    assert.equal(error.code, code);
    assert.equal(error.name, of.name);
    return true;
  };
}

test("options that are none are refused at once", () => {
  const config = is(cspm.ConfigError, "config");
  assert.throws(() => new Aws({ region: "us-east-1" }), config);
  assert.throws(() => new Aws({ accessKeyId: "a" }), config);
  assert.throws(() => new Kubernetes({ namespaces: "default" }), config);
  assert.throws(() => new Manifests("x", { complete: "yes" }), config);
  assert.throws(() => new Snapshot("x", { maxBytes: "1" }), config);
  assert.throws(() => new Rules({ severities: ["dire"] }), config);
  assert.throws(() => new Rules({ extra: [{ id: "x" }] }), config);
  assert.throws(() => rule({ id: "x", kind: "y", title: "" }, () => true), config);
  assert.throws(() => rule({ id: "x", kind: "y", title: "z" }), config);
  assert.throws(() => plan([{}]), config);
  assert.throws(() => plan(["aws"]), config);
});

test("an error of options repeats no value of theirs", () => {
  assert.throws(
    () => new Aws({ accessKeyId: "a", secretAccessKey: ["hunter2"] }),
    (error) => !error.message.includes("hunter2"),
  );
  assert.throws(
    () => new Aws({ accessKeyId: "a", secretAccessKey: "b", timeout: "hunter2" }),
    (error) => !error.message.includes("hunter2"),
  );
});

test("a rule that is not one is named with file, line and column", async () => {
  const path = join(await folder(), "aws_s3_bucket_acme.yaml");
  const text = [
    "id: aws_s3_bucket_acme",
    "title: Acme",
    "kind: aws_s3_bucket",
    "service: s3",
    "severity: low",
    "expression: resource.no_such_field",
    'message: "no"',
    "rationale: none",
    "remediation: {text: none}",
    "references: []",
    "tests: {pass: [{}], fail: [{}], unknown: [{}]}",
  ];
  await writeFile(path, text.join("\n"));
  assert.throws(
    () => new Rules({ paths: path, builtin: false }),
    (error) => {
      is(cspm.RuleError, "rule")(error);
      assert.equal(error.path, path);
      assert.equal(error.line, 6);
      assert.equal(typeof error.column, "number");
      assert.match(error.message, /no_such_field/);
      assert(error.cause instanceof Error);
      return true;
    },
  );
});

test("a selection of what does not exist says so", () => {
  assert.throws(
    () => new Rules({ ids: ["aws_s3_bucket_publc_access_blocked"] }),
    (error) => {
      is(cspm.ConfigError, "config")(error);
      assert.match(error.message, /did you mean/);
      return true;
    },
  );
});

test("a word that is no severity is named", () => {
  const wrong = /^ConfigError: cannot read "hihg" as a severity \(one of /;
  assert.throws(() => new Rules({ severities: ["hihg"] }), wrong);
  const one = rule({ id: "acme", kind: "acme_server", title: "Acme", severity: "hihg" }, () => true);
  assert.throws(() => new Rules({ extra: [one] }), wrong);
});

test("a folder of rules that is not there is a file that cannot be read", () => {
  assert.throws(() => new Rules({ paths: "/no/such/rules" }), is(cspm.FileError, "io"));
});

test("two rules of one id are refused", () => {
  const one = () => rule({ id: "acme", kind: "acme_server", title: "Acme" }, () => true);
  assert.throws(() => new Rules({ extra: [one(), one()] }), is(cspm.RuleError, "rule"));
});

test("a scan that cannot begin is rejected", async () => {
  const none = join(await folder(), "none.json");
  const rules = new Rules({ services: ["s3"] });
  await assert.rejects(scan(new Snapshot(none), rules), is(cspm.FileError, "io"));
  await assert.rejects(scan(Snapshot.fromBytes(Buffer.from("[]")), rules), is(cspm.FormatError, "format"));
  const newer = Buffer.from('{"cspm_snapshot": 99}');
  await assert.rejects(scan(Snapshot.fromBytes(newer), rules), is(cspm.VersionError, "version"));
  await assert.rejects(scan(new Aws({ regions: ["USEast1"] }), rules), is(cspm.ConfigError, "config"));
  await assert.rejects(scan(new Kubernetes({ kubeconfig: none }), rules), is(cspm.ConfigError, "config"));
  const nobody = new Aws({ accessKeyId: "a", secretAccessKey: "b", endpointUrl: "http://127.0.0.1:1", regions: ["us-east-1"] });
  await assert.rejects(scan(nobody, rules), is(cspm.UnreachableError, "unreachable"));
  await assert.rejects(
    async () => {
      for await (const event of stream(new Snapshot(none), rules)) assert.notEqual(event.type, "done");
    },
    is(cspm.FileError, "io"),
  );
  await assert.rejects(scan(sample(), rules, { graph: "/no/such/place/graph.json" }), is(cspm.FileError, "io"));
  await assert.rejects(scan("aws", rules), is(cspm.ConfigError, "config"));
});

test("one source that cannot connect does not end a scan of two", async () => {
  const report = await scan([sample(), new Snapshot("/no/such/file")], new Rules({ services: ["s3"] }));
  assert.equal(report.coverage.failures.length, 1);
  assert.equal(report.isComplete, false);
});

test("resources that are none are named", async () => {
  const format = is(cspm.FormatError, "format");
  await assert.rejects(evaluate([{ uid: "x" }]), format);
  await assert.rejects(evaluate([{ uid: "x", kind: "y", data: { when: () => 1 } }]), format);
  await assert.rejects(evaluate([null]), format);
  await assert.rejects(evaluate([{ uid: "x", kind: "y", colour: "red" }]), /x: a resource has no field "colour"/);
});

test("formats and severities that do not exist are refused", async () => {
  const report = await scan(sample(), new Rules({ services: ["s3"] }));
  assert.throws(() => report.toString("pdf"), is(cspm.ConfigError, "config"));
  await assert.rejects(report.write("/tmp/x.pdf", { format: "pdf" }), is(cspm.ConfigError, "config"));
  assert.throws(() => report.openFailures("dire"), cspm.CspmError);
});

test("a collector that cannot connect keeps its kind of error", async () => {
  const connect = () => {
    throw new cspm.CredentialsError("the token is old");
  };
  const of = collector(() => [], { connect });
  await assert.rejects(scan(of, new Rules({ builtin: false })), is(cspm.CredentialsError, "credentials"));
});
