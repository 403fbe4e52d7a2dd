// Cancelling: by a signal, by leaving a stream, by an error in a listener.

import assert from "node:assert/strict";
import test from "node:test";
import { setTimeout as wait } from "node:timers/promises";
import { evaluate, Rules, rule, sample, scan, stream } from "cspm";
import { collector, quiet, server } from "./support.mjs";

const rules = new Rules({ services: ["s3"] });
const own = new Rules({ builtin: false, kinds: ["acme_server"] });

/** A collector that never comes to an end, and knows whether it was ended. */
function endless() {
  const state = { given: 0, ended: false };
  const of = collector(async function* () {
    try {
      for (;;) {
        await wait(1);
        state.given += 1;
        yield server(state.given);
      }
    } finally {
      state.ended = true;
    }
  });
  return { of, state };
}

test("a signal that was aborted before rejects at once", async () => {
  await assert.rejects(scan(sample(), rules, { signal: AbortSignal.abort() }), { name: "AbortError" });
  const reason = new Error("mine");
  await assert.rejects(scan(sample(), rules, { signal: AbortSignal.abort(reason) }), (error) => error === reason);
  await assert.rejects(evaluate([], rules, { signal: AbortSignal.abort(reason) }), (error) => error === reason);
});

test("a signal ends a scan, its thread and its collector", async () => {
  const { of, state } = endless();
  const controller = new AbortController();
  const reason = new Error("enough");
  const running = scan(of, own, { signal: controller.signal });
  setTimeout(() => controller.abort(reason), 50);
  await assert.rejects(running, (error) => error === reason);
  await wait(20);
  assert.equal(state.ended, true);
  const { given } = state;
  await wait(50);
  assert.equal(state.given, given);
  assert.equal(await quiet(), 0);
});

test("a timeout is a signal too", async () => {
  await assert.rejects(scan(endless().of, own, { signal: AbortSignal.timeout(50) }), { name: "TimeoutError" });
});

test("a signal ends a collector that hangs", async () => {
  const hangs = collector(() => ({ [Symbol.asyncIterator]: () => ({ next: () => new Promise(() => {}) }) }));
  await assert.rejects(scan(hangs, own, { signal: AbortSignal.timeout(50) }), { name: "TimeoutError" });
  assert.equal(await quiet(), 0);
});

test("a signal after the end does nothing", async () => {
  const controller = new AbortController();
  const report = await scan(sample(), rules, { signal: controller.signal });
  controller.abort();
  assert(report.findings.length > 0);
});

test("a signal ends a stream", async () => {
  const controller = new AbortController();
  const { of, state } = endless();
  await assert.rejects(
    async () => {
      for await (const event of stream(of, own, { signal: controller.signal })) {
        if (event.type === "resource") controller.abort();
      }
    },
    { name: "AbortError" },
  );
  await wait(20);
  assert.equal(state.ended, true);
});

test("leaving a stream ends the scan", async () => {
  const { of, state } = endless();
  for await (const event of stream(of, own)) {
    if (event.type === "resource") break;
  }
  await wait(20);
  assert.equal(state.ended, true);
  assert.equal(await quiet(), 0);
});

test("a stream that nobody takes from holds the scan back", async () => {
  const { of, state } = endless();
  const events = stream(of, own);
  await events.next();
  await wait(1500);
  const { given } = state;
  await wait(500);
  assert(state.given - given < 200, `${given}, then ${state.given}`);
  assert(given < 1400);
  await events.return();
  assert.equal(await quiet(), 0);
});

test("what a listener throws ends the scan, which fails with it", async () => {
  const mine = new Error("mine");
  const { of, state } = endless();
  const onEvent = (event) => {
    if (event.type === "resource") throw mine;
  };
  await assert.rejects(scan(of, own, { onEvent }), (error) => error === mine);
  await assert.rejects(scan(endless().of, own, { onEvent: async (event) => onEvent(event) }), (error) => error === mine);
  await wait(20);
  assert.equal(state.ended, true);
  assert.equal(await quiet(), 0);
});

test("a signal ends an evaluation that waits for a rule", async () => {
  const controller = new AbortController();
  const slow = rule({ id: "slow", kind: "acme_server", title: "Slow" }, () => {
    controller.abort();
    return true;
  });
  const many = Array.from({ length: 1000 }, (_, number) => server(number));
  const extra = new Rules({ builtin: false, extra: [slow] });
  await assert.rejects(evaluate(many, extra, { signal: controller.signal }), { name: "AbortError" });
});
