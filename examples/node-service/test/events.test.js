// The course of a scan, as it goes on.

import assert from "node:assert/strict";
import { connect } from "node:net";
import { after, afterEach, before, describe, test } from "node:test";
import { Aws } from "./support/aws.js";
import { many, MEADOW } from "./support/inventories.js";
import { collect, KEY, Service, until } from "./support/service.js";

describe("events", () => {
  /** @type {Aws} */
  let aws;
  /** @type {Service} */
  let service;
  before(async () => {
    aws = await Aws.start();
    await aws.put(MEADOW);
    service = await Service.start(aws, { MAX_STREAMS: "3", STREAM_AGE: "30" });
  });
  afterEach(async () => {
    await aws.delay(0);
    await aws.put(MEADOW);
  });
  after(async () => {
    await service.stop();
    await aws.stop();
  });

  test("progress, then the end", async () => {
    await aws.delay(0.5);
    const id = await service.begin();
    const events = await collect(service.events(id));
    const end = events.pop();
    assert.equal(end?.name, "done");
    assert.equal(end.data.id, id);
    assert.ok(end.data.summary && !("coverage" in end.data) && !("scores" in end.data));
    assert.ok(events.length && events.every(({ name }) => name === "progress"));
    for (const { data } of events) assert.deepEqual(Object.keys(data).sort(), ["calls_done", "calls_expected", "elapsed", "findings", "resources"]);
    assert.equal(new Set(events.map((event) => event.id)).size, events.length);
    // A stream of what has ended says so at once.
    assert.deepEqual((await collect(service.events(id))).map(({ name }) => name), ["done"]);
  });

  test("findings come while the scan goes on, each once, and the same as in the end", async () => {
    await aws.put(many(800));
    const id = await service.begin();
    const [names, ids] = [[], []].map((list) => /** @type {string[]} */ (list));
    let during = 0;
    for await (const { name, data } of service.events(id, { query: "?findings=true" })) {
      if (names?.at(-1) !== name) names?.push(name);
      if (name !== "findings") continue;
      assert.ok(Array.isArray(data) && data.length && data[0].rule_id && data[0].resource);
      if (!during) during = (await service.call(`/api/scans/${id}`)).json.scan.state === "running" ? 1 : 0;
      ids?.push(...data.map((/** @type {{ id: string }} */ finding) => finding.id));
    }
    assert.equal(names?.at(-1), "done");
    assert.ok(during, "they came before the end");
    const all = (await service.call("/api/scan?status=fail,unknown,pass")).json.findings.map((/** @type {{ id: string }} */ f) => f.id);
    assert.deepEqual(ids?.toSorted(), all.toSorted());
  });

  test("a client that connects again goes on where it was", async () => {
    await aws.put(many(100));
    const { id } = await service.ended();
    const query = "?findings=true";
    const events = await collect(service.events(id, { query }));
    assert.ok(events.length > 2);
    const first = events[0];
    assert.deepEqual(await collect(service.events(id, { query, last: first?.id ?? "" })), events.slice(1));
    // Of another service, too far, or within a finding: whatever it is, all findings come, each whole.
    const within = [1, 2, 3, 100, 1000].map((n) => `1.${n}`);
    for (const last of ["x", "7", "1, 2", "\u00fc", "1.99999999999", "-1.-1", `0.${"9".repeat(40)}`, "9".repeat(400), ...within]) {
      const again = await collect(service.events(id, { query, last }));
      assert.deepEqual(again.map(({ data }) => data), events.map(({ data }) => data), last);
    }
    assert.equal((await service.call(`/api/scans/${id}/events?findings=maybe`)).status, 400);
    assert.equal((await service.call(`/api/scans/${id}/events?x=1`)).status, 400);
  });

  test("there are not more streams than are allowed, and those who leave make room", async () => {
    await aws.delay(20);
    const id = await service.begin();
    const gone = new AbortController();
    const open = await Promise.all([1, 2, 3].map(() => service.fetch(`/api/scans/${id}/events`, { signal: gone.signal })));
    assert.ok(open.every(({ headers }) => headers.get("content-type")?.startsWith("text/event-stream") && headers.get("x-content-type-options") === "nosniff"));
    const refused = await service.call(`/api/scans/${id}/events`);
    assert.equal(refused.status, 503);
    assert.ok(refused.headers.get("retry-after"));
    gone.abort();
    // At once, not when something happens next.
    await until(async () => {
      const answer = await service.fetch(`/api/scans/${id}/events`);
      await answer.body?.cancel();
      return answer.status === 200;
    }, 2000);
    await service.call(`/api/scans/${id}`, { method: "DELETE" });
    await service.ended(id);
  });

  test("a client that reads nothing is not held in memory, and is let go in the end", async () => {
    await aws.put(many(1500));
    const short = await Service.start(aws, { STREAM_AGE: "1" });
    try {
      const { id } = await short.ended();
      const size = (await short.call(`/api/scans/${id}/report?format=json`)).text.length;
      assert.ok(size > 10_000_000, "more than sockets hold");
      /** @type {import("node:net").Socket[]} */
      const accepted = [];
      short.app.server.on("connection", (socket) => accepted.push(socket));
      const before = memory();
      const sockets = Array.from({ length: 10 }, () => {
        const socket = connect(Number(new URL(short.url).port), "127.0.0.1");
        socket.on("error", () => {});
        socket.pause();
        socket.write(`GET /api/scans/${id}/events?findings=true HTTP/1.1\r\nHost: x\r\nX-API-Key: ${KEY}\r\n\r\n`);
        return socket;
      });
      await new Promise((resolve) => setTimeout(resolve, 700));
      assert.ok(memory() - before < 30_000_000, `${Math.round((memory() - before) / 1e6)} MB`);
      // Then their time is over, whether they read or not.
      assert.ok(accepted.length >= 10);
      await until(() => accepted.every(({ destroyed }) => destroyed), 6000);
      for (const socket of sockets) socket.destroy();
    } finally {
      await short.stop();
    }
  });

  test("a slow client sees the present, not all of the past", async () => {
    await aws.put(many(500));
    const id = await service.begin();
    const events = service.events(id);
    const first = await events.next();
    assert.equal(first.value?.name, "progress");
    await service.ended(id);
    const rest = await collect(events);
    assert.equal(rest.at(-1)?.name, "done");
  });
});

function memory() {
  globalThis.gc?.();
  const { heapUsed, external, arrayBuffers } = process.memoryUsage();
  return heapUsed + external + arrayBuffers;
}
