// The end of the service leaves nothing.

import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, afterEach, before, describe, test } from "node:test";
import { fileURLToPath } from "node:url";
import { Aws } from "./support/aws.js";
import { MEADOW } from "./support/inventories.js";
import { collect, KEY, Service } from "./support/service.js";

const MAIN = fileURLToPath(new URL("../src/main.js", import.meta.url));

/** The service as a process of its own. @param {NodeJS.ProcessEnv} env */
async function run(env) {
  const folder = mkdtempSync(join(tmpdir(), "cspm-shutdown-"));
  const child = spawn(process.execPath, [MAIN], { env: { ...process.env, BIND: "127.0.0.1:0", TMPDIR: folder, CSPM_API_KEY: KEY, ...env } });
  let log = "";
  child.stderr.on("data", (data) => (log += data));
  const ended = once(child, "exit");
  const url = await new Promise((resolve, reject) => {
    child.stdout.on("data", (data) => {
      log += data;
      const [, address] = /listening at (http:[^"]+)"/.exec(log) ?? [];
      if (address) resolve(address);
    });
    ended.then(() => {
      if (!/listening at/.test(log)) rmSync(folder, { recursive: true, force: true });
      reject(new Error(log));
    });
  });
  return { child, folder, ended, url, log: () => log, remove: () => rmSync(folder, { recursive: true, force: true }) };
}

describe("the end", () => {
  /** @type {Aws} */
  let aws;
  before(async () => {
    aws = await Aws.start();
    await aws.put(MEADOW);
  });
  afterEach(() => aws.delay(0));
  after(() => aws.stop());

  for (const signal of /** @type {const} */ (["SIGTERM", "SIGINT"])) {
    test(`${signal} cancels scans, ends streams, and leaves no files`, async () => {
      const service = await run({ AWS_ENDPOINT_URL: aws.url, BUCKET_NAME: aws.bucket, OBJECT_KEY: aws.key });
      try {
        const client = new Service(/** @type {any} */ (null), service.url);
        const done = await client.ended();
        assert.equal(done.state, "done");
        assert.equal(readdirSync(service.folder).length, 1);
        await aws.delay(20);
        const id = await client.begin();
        const events = collect(client.events(id));
        const waiting = client.call("/api/scan");
        await new Promise((resolve) => setTimeout(resolve, 500));
        const began = Date.now();
        service.child.kill(signal);
        const [code] = await service.ended;
        assert.equal(code, 0, service.log());
        assert.ok(Date.now() - began < 5000, `it took ${Date.now() - began} ms`);
        const last = (await events).at(-1);
        assert.equal(last?.name, "failed");
        assert.equal(last.data.message, "the service was stopped");
        const answer = await waiting;
        assert.equal(answer.status, 503);
        assert.equal(answer.json.status, "error");
        assert.deepEqual(readdirSync(service.folder), []);
        assert.doesNotMatch(service.log(), /"level":50|Error:/);
        assert.ok(!service.log().includes(KEY));
      } finally {
        service.child.kill("SIGKILL");
        service.remove();
      }
    });
  }

  test("what it was not told, it says, and does not start", async () => {
    await assert.rejects(run({ CSPM_API_KEY: "" }), /^Error: cspm-service: CSPM_API_KEY is not set/);
  });
});
