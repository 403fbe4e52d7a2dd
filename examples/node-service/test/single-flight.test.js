// Many callers, one piece of work.

import assert from "node:assert/strict";
import { test } from "node:test";
import { SingleFlight } from "../src/single-flight.js";

/** A piece of work that the test lets go on. */
function work() {
  /** @type {{ signal: AbortSignal, resolve: (value: number) => void, reject: (error: Error) => void }[]} */
  const begun = [];
  /** @type {number[]} */
  const disposed = [];
  const flight = new SingleFlight(
    (signal) => new Promise((resolve, reject) => begun.push({ signal, resolve, reject })),
    (value) => void disposed.push(value),
  );
  return { begun, disposed, flight };
}
const signal = () => new AbortController().signal;
const turn = () => new Promise((resolve) => setImmediate(resolve));

test("a result is shared, and disposed of once all have released it", async () => {
  const { begun, disposed, flight } = work();
  const joined = [flight.join(signal()), flight.join(signal())];
  begun[0]?.resolve(7);
  const [one, two] = await Promise.all(joined);
  assert.deepEqual([begun.length, one?.value, two?.value], [1, 7, 7]);
  one?.release();
  one?.release();
  await turn();
  assert.deepEqual(disposed, []);
  two?.release();
  await turn();
  assert.deepEqual(disposed, [7]);
});

test("whoever comes after the result gets newer work", async () => {
  const { begun, flight } = work();
  const first = flight.join(signal());
  begun[0]?.resolve(1);
  await first;
  const second = flight.join(signal());
  begun[1]?.resolve(2);
  assert.equal((await second).value, 2);
});

test("an error is shared, and the next may try again", async () => {
  const { begun, disposed, flight } = work();
  const joined = [flight.join(signal()), flight.join(signal())];
  begun[0]?.reject(new Error("once"));
  for (const outcome of await Promise.allSettled(joined)) assert.equal(outcome.status, "rejected");
  const next = flight.join(signal());
  begun[1]?.resolve(3);
  assert.equal((await next).value, 3);
  assert.deepEqual(disposed, []);
});

test("work that nobody waits for is ended, and is not joined any more", async () => {
  const { begun, disposed, flight } = work();
  const gone = new AbortController();
  const left = flight.join(gone.signal);
  gone.abort();
  assert.equal(begun[0]?.signal.aborted, true);
  const next = flight.join(signal());
  assert.equal(begun.length, 2);
  // It had a result after all.
  begun[0]?.resolve(1);
  await left;
  await turn();
  assert.deepEqual(disposed, [1]);
  begun[1]?.resolve(2);
  assert.equal((await next).value, 2);
  await assert.rejects(flight.join(AbortSignal.abort()));
});
