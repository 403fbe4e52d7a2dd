// The scenarios that Rust, Python and Node all run, in Node: tests/parity/README.md says what a scenario is.

import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { basename, dirname, extname, join } from "node:path";
import { test } from "node:test";
import { fileURLToPath } from "node:url";

// The package as it is installed where the tests are run, never the source tree around this file.
const cspm = createRequire(join(process.cwd(), "package.json"))("cspm");

const HERE = dirname(fileURLToPath(import.meta.url));
const SCENARIOS = process.env.CSPM_SCENARIOS ?? join(HERE, "../../tests/parity/scenarios");
const missing = existsSync(SCENARIOS) ? false : "set CSPM_SCENARIOS to tests/parity/scenarios of the repository";
const FOLDERS = missing ? [] : readdirSync(SCENARIOS).sort();
const SEVERITIES = ["informational", "low", "medium", "high", "critical"];

const KEYS = {
  scenario: ["description", "input", "rules", "options", "steps", "undated", "formats", "queries", "save_as"],
  input: ["snapshot", "text", "name", "max_bytes", "manifests", "kubernetes_version", "cluster_name", "resources", "collector"],
  rules: ["builtin", "ids", "frameworks", "severities", "services", "paths", "exceptions", "host"],
  options: ["drop_inventory", "collect_everything"],
};

/** Gives the resources of the scenario, one by one. */
class Cmdb extends cspm.Collector {
  name = "cmdb";
  provider = "acme";

  constructor(resources) {
    super();
    this.resources = resources;
  }

  *collect() {
    yield* this.resources;
  }
}

const about = (id, severity, title) => ({ id, severity, title, kind: "acme_server" });
const HOST = {
  acme_server_prefix: cspm.rule(about("acme_server_prefix", "low", "Servers carry the team's prefix"), (resource) =>
    resource.get("name").startsWith("acme-"),
  ),
  acme_server_owner: cspm.rule(
    about("acme_server_owner", "high", "Servers have an owner"),
    (resource) => resource.get("owner") !== null,
  ),
  acme_server_broken: cspm.rule(about("acme_server_broken", "medium", "Servers are judged by a broken rule"), () => {
    throw new RangeError("boom");
  }),
};

/** A scenario; a key that nobody knows is an error. */
function read(text) {
  const scenario = JSON.parse(text);
  const { input = {}, rules = {}, options = {} } = scenario;
  for (const [part, given] of Object.entries({ scenario, input, rules, options })) {
    const unknown = Object.keys(given).filter((key) => !KEYS[part].includes(key));
    if (unknown.length > 0) throw new Error(`${part} has the unknown keys ${unknown}`);
  }
  const unknown = scenario.steps.filter((step) => !Object.hasOwn(STEPS, step));
  if (unknown.length > 0) throw new Error(`the steps ${unknown} are unknown`);
  return { ...scenario, input, rules, options };
}

/** `{"$int": "9007199254740993"}` is that number, which not every language's JSON can hold. */
function untagged(value) {
  if (Array.isArray(value)) return value.map(untagged);
  if (value === null || typeof value !== "object") return value;
  if ("$int" in value) return BigInt(value.$int);
  return Object.fromEntries(Object.entries(value).map(([name, part]) => [name, untagged(part)]));
}

/** The names of ours in snake_case, as JSON has them; what is data is not changed. */
function snake(of) {
  const name = (key) => key.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
  return Object.fromEntries(Object.entries(of).map(([key, value]) => [name(key), value]));
}

const camel = (name) => name.replace(/_([a-z])/g, (_, letter) => letter.toUpperCase());
const camelled = (of) => Object.fromEntries(Object.entries(of).map(([key, value]) => [camel(key), value]));
const plain = (value) => JSON.parse(JSON.stringify(value));

/** A scenario, and what came of it: values, which languages may write differently, and texts, which they may not. */
class Run {
  values = {};
  texts = {};
  #report;

  constructor(scenario) {
    this.scenario = scenario;
  }

  async all() {
    try {
      for (const step of this.scenario.steps) await STEPS[step](this);
    } catch (error) {
      if (!(error instanceof cspm.CspmError)) throw error;
      const { code, message, path, line, column } = error;
      this.values.error = plain({ code, message, path, line, column });
    }
    return this;
  }

  rules() {
    const { host = [], ...given } = this.scenario.rules;
    return new cspm.Rules({ ...camelled(given), extra: host.map((name) => HOST[name]) });
  }

  sources() {
    const { snapshot, text, name, max_bytes: maxBytes, manifests, collector, resources, ...options } = this.scenario.input;
    const sources = [];
    if (snapshot !== undefined) sources.push(new cspm.Snapshot(snapshot, { maxBytes }));
    if (text !== undefined) sources.push(cspm.Snapshot.fromBytes(Buffer.from(text), { name, maxBytes }));
    if (manifests !== undefined) sources.push(new cspm.Manifests(manifests, camelled(options)));
    if (collector) sources.push(new Cmdb(untagged(resources)));
    return sources;
  }

  async report() {
    const { input, options } = this.scenario;
    const given = input.resources !== undefined && !input.collector;
    this.#report ??= given
      ? await cspm.evaluate(untagged(input.resources), this.rules())
      : await cspm.scan(this.sources(), this.rules(), camelled(options));
    return this.#report;
  }

  lines(report) {
    const lines = [...report.findings].map((finding) => {
      const line = finding.toJSONString();
      assert.deepEqual(saidBy(finding), plain(JSON.parse(line)), "the members of a finding say what its JSON says");
      return this.scenario.undated ? line.replace(/"collected_at":"[^"]*"/, '"collected_at":""') : line;
    });
    return Buffer.from(lines.map((line) => `${line}\n`).join(""));
  }
}

/** Makes of a finding's members what its JSON is. */
function saidBy(finding) {
  const { id, ruleId, status, severity, title, message, evidence, unread, remediation, frameworks, exception } = finding;
  const { uid, kind, provider, account, region, name, tags, origin } = finding.resource;
  const collectedAt = JSON.parse(finding.toJSONString()).collected_at; // of a time there is no one text
  const resource = { uid, kind, provider, account, region, name, tags, origin };
  const said = { id, ruleId, status, severity, title, message, resource, evidence, unread, remediation, frameworks };
  return plain({ ...snake(said), exception: exception ?? undefined, collected_at: collectedAt });
}

const STEPS = {
  rules(run) {
    const names = ["id", "title", "severity", "kind", "service", "provider", "frameworks", "equivalents", "expression"];
    const said = (rule) => Object.fromEntries(names.map((name) => [name, rule[name] ?? null]));
    run.values.rules = [...run.rules()].map(said);
  },
  rule_ids(run) {
    run.values.rule_ids = [...run.rules()].map((rule) => rule.id);
  },
  async plan(run) {
    const plan = await cspm.plan(run.sources(), run.rules());
    run.values.plan = { calls: plan.calls, iam_policy: plan.iamPolicy(), cluster_role: plan.clusterRole() };
  },
  async findings(run) {
    run.texts["findings.jsonl"] = run.lines(await run.report());
  },
  async summary(run) {
    run.values.summary = snake((await run.report()).summary);
  },
  async coverage(run) {
    run.values.coverage = snake((await run.report()).coverage);
  },
  async scores(run) {
    const { total, ...by } = (await run.report()).scores;
    const each = ([name, scores]) => [
      name,
      Object.fromEntries(Object.entries(scores).map(([of, score]) => [of, snake(score)])),
    ];
    run.values.scores = { total: snake(total), ...Object.fromEntries(Object.entries(by).map(each)) };
  },
  async open_failures(run) {
    const report = await run.report();
    run.values.open_failures = Object.fromEntries(SEVERITIES.map((name) => [name, report.openFailures(name)]));
  },
  async inventory(run) {
    const { inventory } = await run.report();
    const written = (resource) => JSON.parse(resource.toJSONString());
    const resources = Object.fromEntries(inventory.kinds.map((kind) => [kind, [...inventory.ofKind(kind)].map(written)]));
    const all = Object.values(resources).flat();
    assert.equal(inventory.length, all.length);
    for (const one of all) assert.deepEqual(written(inventory.get(one.uid)), one);
    run.values.inventory = { kinds: inventory.kinds, resources, gaps: inventory.gaps, counts: inventory.counts };
  },
  async faults(run) {
    const report = await run.report();
    const atFault = [...report.findings].filter(({ unread }) => unread.some(({ reason }) => reason === "rule_error"));
    const verdicts = atFault.map(({ ruleId, resource, status }) => ({ rule_id: ruleId, uid: resource.uid, status }));
    run.values.faults = { verdicts, failures: [...new Set(report.coverage.failures.map((failure) => failure.of))].sort() };
  },
  async events(run) {
    const counts = {};
    for await (const { type } of cspm.stream(run.sources(), run.rules(), camelled(run.scenario.options))) {
      if (type !== "progress") counts[type] = (counts[type] ?? 0) + 1;
    }
    run.values.events = counts;
  },
  async formats(run) {
    const report = await run.report();
    for (const format of run.scenario.formats) {
      const text = Buffer.from(report.toString(format));
      run.texts[`report.${format}`] = text;
      await within(async (folder) => {
        await report.write(join(folder, "report"), { format });
        assert.deepEqual(readFileSync(join(folder, "report")), text);
      });
    }
  },
  async sql(run) {
    const { inventory } = await run.report();
    run.values.rows = run.scenario.queries.map((query) => {
      const rows = inventory.sql(query);
      return { columns: [...rows.columns], rows: [...rows], unread: rows.unread };
    });
  },
  async save(run) {
    const { inventory } = await run.report();
    const name = run.scenario.save_as;
    await within(async (folder) => {
      const path = join(folder, name);
      await inventory.save(path);
      run.texts["again.jsonl"] = run.lines(await cspm.scan([new cspm.Snapshot(path)], run.rules()));
      if (extname(name) === ".json") run.texts[name] = readFileSync(path);
    });
  },
};

async function within(work) {
  const folder = mkdtempSync(join(tmpdir(), "cspm-parity-"));
  try {
    await work(folder);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function hashed(text) {
  const sha256 = createHash("sha256").update(text).digest("hex");
  return { sha256, lines: text.filter((byte) => byte === 10).length, bytes: text.length };
}

/** Leaves the texts where scripts/parity.sh holds those of the three languages against each other. */
function leaveCopy(folder, texts) {
  if (process.env.CSPM_PARITY_OUT === undefined) return;
  const here = join(process.env.CSPM_PARITY_OUT, "node", basename(folder));
  mkdirSync(here, { recursive: true });
  for (const [name, text] of Object.entries(texts)) writeFileSync(join(here, name), text);
}

const started = [];
const where = process.cwd();

for (const name of FOLDERS) {
  test(name, async () => {
    started.push(name);
    const folder = join(SCENARIOS, name);
    const scenario = read(readFileSync(join(folder, "scenario.json"), "utf8"));
    process.chdir(folder);
    const run = await new Run(scenario).all().finally(() => process.chdir(where));
    leaveCopy(folder, run.texts);
    const kept = readdirSync(join(folder, "expected")).map((file) => [file, readFileSync(join(folder, "expected", file))]);
    const { "values.json": values = "{}", "hashes.json": hashes = "{}", ...texts } = Object.fromEntries(kept);
    assert.deepEqual(plain(run.values), JSON.parse(values));
    const large = JSON.parse(hashes);
    assert.deepEqual([...Object.keys(run.texts)].sort(), [...Object.keys(texts), ...Object.keys(large)].sort());
    for (const [file, text] of Object.entries(run.texts)) {
      if (file in large) assert.deepEqual(hashed(text), large[file], file);
      else assert.equal(text.toString(), texts[file].toString(), file);
    }
  });
}

// In CI nothing is left out.
test("every scenario was run", { skip: process.env.CI === undefined && missing }, () => {
  assert.deepEqual(started, FOLDERS);
  assert.ok(started.length >= 25);
});

test("what a scenario does not know is an error", () => {
  const wrong = { no_such_key: 1 };
  for (const part of [wrong, { input: wrong }, { rules: wrong }, { options: wrong }, { steps: ["no_such_step"] }]) {
    assert.throws(() => read(JSON.stringify({ description: "", steps: [], ...part })), /unknown/);
  }
});
