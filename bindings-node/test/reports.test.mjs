// Reports of nothing, of exceptions, and of snapshots in memory.

import assert from "node:assert/strict";
import test from "node:test";
import { evaluate, Gap, Rules, rule, Snapshot, scan } from "cspm";
import { collector, server } from "./support.mjs";

const named = rule({ id: "acme_server_named", kind: "acme_server", title: "Servers are named" }, (of) => of.name === "x");
const rules = new Rules({ builtin: false, extra: [named] });

test("where nothing was judged there is no score", async () => {
  const report = await evaluate([], rules);
  assert.equal(report.scores.total.score, null);
  assert.deepEqual(report.scores.providers, {});
  const only = await evaluate([{ uid: "a", kind: "acme_disk" }], rules);
  assert.equal(only.scores.total.score, null);
});

test("an evaluation has exceptions of its own", async () => {
  const exceptions = [
    { rule: "acme_server_named", resource: "acme:server/1", owner: "ana", reason: "known", expires: "9999-12-31" },
  ];
  const report = await evaluate([server(1), server(2)], rules, { exceptions });
  assert.deepEqual([report.summary.fail, report.summary.excepted], [1, 1]);
  assert.equal((await evaluate([server(1)], rules)).summary.fail, 1);
});

test("a snapshot in memory may be a hand-written one", async () => {
  const text = JSON.stringify({ s3_buckets: [{ name: "photos" }] });
  const report = await scan(Snapshot.fromBytes(Buffer.from(text)), new Rules({ services: ["s3"] }));
  assert.equal(report.inventory.ofKind("aws_s3_bucket").length, 1);
});

test("kinds with gaps alone are not among those of an inventory", async () => {
  const gap = new Gap({ kind: "acme_disk", call: "acme:List" });
  const { inventory } = await scan(
    collector(() => [server(1), gap], { kinds: ["acme_disk", "acme_server"] }),
    new Rules({ builtin: false, extra: [named] }),
    { collectEverything: true },
  );
  assert.deepEqual(inventory.kinds, ["acme_server"]);
});

test("findings have positions, as arrays have", async () => {
  const report = await evaluate(
    Array.from({ length: 600 }, (_, number) => server(number)),
    rules,
  );
  const { findings } = report;
  assert.equal(findings[0].id, findings.at(0).id);
  assert.equal(findings[599].id, findings.at(-1).id);
  assert.deepEqual(
    [findings[600], findings["01"], findings[-1], findings.nothing],
    [undefined, undefined, undefined, undefined],
  );
  assert(findings instanceof Object);
});

test("a rule says every kind that it judges", () => {
  for (const info of new Rules()) assert.deepEqual(info.kinds, [info.kind, ...info.embeddedIn]);
});
