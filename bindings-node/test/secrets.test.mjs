// Secrets of the kinds that the tests of the three languages share, in every place that a scan reads: no output has them.

import assert from "node:assert/strict";
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import test from "node:test";
import { inspect } from "node:util";
import { Aws, evaluate, Gap, Manifests, Rules, rule, Snapshot, scan } from "cspm";
import { collector, folder } from "./support.mjs";

const FORMATS = ["json", "ocsf", "asff", "sarif", "junit", "csv", "markdown", "html"];

/** The secrets: as they are, in the text that people write them in, and what must be in no output. */
async function read() {
  // The package is tested in a folder of its own: see scripts/npm-test.sh.
  const beside = process.env.CSPM_SCENARIOS
    ? join(process.env.CSPM_SCENARIOS, "../..")
    : join(import.meta.dirname, "../../tests");
  const file = join(beside, "support/secrets.json");
  const { secrets } = JSON.parse(await readFile(file, "utf8"));
  return secrets.map(({ name, parts, text, find }) => {
    const whole = parts.join("");
    return { name, whole, text: text.replaceAll("{}", () => whole), find: find ?? whole };
  });
}

const secrets = await read();

function assertClean(outputs) {
  for (const [place, text] of Object.entries(outputs)) {
    assert.ok(text.length > 0, `${place} says nothing`);
    const found = secrets.filter(({ find }) =>
      [find, find.replaceAll("&", "\\u0026"), find.replaceAll("&", "&amp;")].some((form) => text.includes(form)),
    );
    assert.deepEqual(
      found.map(({ name }) => name),
      [],
      `${place} has secrets`,
    );
  }
}

function pod(number, { whole, text }) {
  const httpGet = { port: 80, path: `/health?token=${whole}`, httpHeaders: [{ name: "X", value: whole }] };
  const container = {
    name: "app",
    image: "app:1",
    env: [
      { name: "A", value: whole },
      { name: "B", value: [whole] },
    ],
    command: ["sh", "-c", `exec server --password '${whole}'`, "--token", whole],
    args: [`--db-password=${whole}`, "-u", `app:${whole}`, text],
    livenessProbe: { httpGet },
  };
  const annotations = { "acme.example/db-password": whole, "acme.example/note": text };
  const metadata = { name: `planted-${number}`, namespace: "shop", annotations };
  return { apiVersion: "v1", kind: "Pod", metadata, spec: { containers: [container] } };
}

function resources() {
  return secrets.flatMap((secret, number) => {
    const { whole, text } = secret;
    const tags = { note: text, "db-password": whole };
    const condition = { stringlike: { "aws:referer": [whole] } };
    const statement = [{ Effect: "Allow", Action: ["*"], Resource: ["*"], Condition: condition }];
    return [
      { uid: `k8s://given/shop/Pod/${number}`, kind: "kubernetes_pod", data: pod(number, secret) },
      { uid: `acme:${number}`, kind: "acme_server", tags, data: { password: whole, note: text, env: [`A=${whole}`] } },
      {
        uid: `arn:aws:s3:::b${number}`,
        kind: "aws_s3_bucket",
        tags,
        data: { name: "b", policy_std: { Statement: statement }, user_data: whole },
      },
    ];
  });
}

function blabs(of) {
  return of.map(({ whole, text }, number) =>
    rule({ id: `acme_blab_${number}`, kind: "acme_server", title: text, message: text, rationale: text }, (resource) => {
      if (resource.uid.endsWith("1")) throw new Error(text);
      return { status: "fail", message: text, evidence: { note: text, password: whole } };
    }),
  );
}

function teller(text) {
  return collector(function* () {
    yield* resources();
    yield new Gap({ kind: "acme_disk", reason: "access_denied", call: "acme:List", detail: text });
    throw new Error(text);
  });
}

async function outputs(report) {
  const found = Object.fromEntries(FORMATS.map((format) => [format, report.toString(format)]));
  const file = join(await folder(), "snapshot.json");
  await report.inventory.save(file);
  found.snapshot = await readFile(file, "utf8");
  found.coverage = inspect([report.coverage, report.summary, report.scores], { depth: null });
  found.findings = JSON.stringify([...report.findings]) + inspect([...report.findings], { depth: 8 });
  found.resources = JSON.stringify([...report.inventory]) + inspect([...report.inventory], { depth: 8 });
  return found;
}

test("callers keep their secrets", async () => {
  assert.ok(secrets.length >= 60);
  const report = await evaluate(resources(), new Rules({ extra: blabs(secrets) }));
  const found = await outputs(report);
  assertClean(found);
  assert.ok(found.json.includes("(withheld)"));
  const failed = report.findings.filter((of) => of.ruleId === "kubernetes_pod_no_plain_text_secrets" && of.status === "fail");
  const foundIn = new Set(failed.map((of) => of.resource.uid));
  const missed = secrets.filter((_, number) => !foundIn.has(`k8s://given/shop/Pod/${number}`)).map(({ name }) => name);
  // A hash of a password is withheld, and is no password.
  assert.deepEqual(missed, ["bcrypt", "sha512_crypt"], "that there are secrets is still found");
});

test("scans keep their secrets", async () => {
  const from = await folder();
  for (const [number, secret] of secrets.entries()) {
    await writeFile(join(from, `${number}.json`), JSON.stringify(pod(number, secret)));
    const broken = `kind: Pod\nname: [a\npassword: ${secret.whole}\nnote: ${secret.text}\n`;
    await writeFile(join(from, `${number}.yaml`), broken);
  }
  const events = [];
  const graph = join(await folder(), "graph");
  const sources = [new Manifests(from), teller(secrets[0].text)];
  const onEvent = (event) => events.push(inspect(event, { depth: 8 }));
  const report = await scan(sources, new Rules({ extra: blabs(secrets) }), { onEvent, graph });
  const found = await outputs(report);
  assertClean({ ...found, events: events.join("\n"), graph: await readFile(graph, "utf8") });
});

test("errors keep their secrets", async () => {
  for (const secret of secrets) {
    const { whole, text } = secret;
    const snapshot = JSON.stringify({ cspm_snapshot: 1, collected_at: whole, resources: [] });
    const attempts = [
      () => evaluate([{ uid: "a", kind: "b", [text]: 1 }]),
      () => evaluate([{ uid: "a", kind: "b", collected_at: whole }]),
      () => scan([Snapshot.fromBytes(Buffer.from(snapshot))], new Rules({ services: ["s3"] })),
    ];
    for (const attempt of attempts) {
      const said = await attempt().then(
        () => "nothing",
        (error) => `${error} ${inspect(error, { depth: 8 })} ${error.help}`,
      );
      assertClean({ [`an error about ${secret.name}`]: said });
    }
    const report = await scan([teller(text)], new Rules({ builtin: false, extra: blabs([secret]) }));
    assertClean({ coverage: inspect(report.coverage, { depth: 8 }), json: report.toString("json") });
  }
});

test("sources do not show their options", () => {
  const plain = ["sword", "fish"].join("");
  const endpointUrl = `http://app:${plain}@host/?token=${plain}`;
  const aws = new Aws({ accessKeyId: "key", secretAccessKey: plain, sessionToken: plain, endpointUrl });
  const shown = inspect(aws, { depth: 8, showHidden: true }) + JSON.stringify(aws) + String(aws);
  assert.ok(!shown.includes(plain), shown);
});
