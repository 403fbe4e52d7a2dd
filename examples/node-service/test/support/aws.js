// The AWS that services under test see: one object in one bucket, and as slow as a test needs.

import { spawn } from "node:child_process";
import { once } from "node:events";
import { homedir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";

const SERVER = fileURLToPath(new URL("../../../flask-dashboard/tests/support/slow_aws.py", import.meta.url));
const CACHE = process.env.XDG_CACHE_HOME ?? join(homedir(), ".cache");
/** One that has moto: scripts/venv.sh makes it. */
const PYTHON = process.env.CSPM_PYTHON ?? join(CACHE, "cspm/venv/bin/python");

const BUCKET = "inventories";
const KEY = "account.json";
// Somebody must have signed, but moto does not look at how.
const SIGNED = { Authorization: "AWS4-HMAC-SHA256 Credential=test/20260101/us-east-1/s3/aws4_request, SignedHeaders=host, Signature=0" };

// Nobody's own credentials, profiles or machine roles.
for (const name of Object.keys(process.env)) if (name.startsWith("AWS_")) delete process.env[name];
Object.assign(process.env, {
  AWS_ACCESS_KEY_ID: "test",
  AWS_SECRET_ACCESS_KEY: "test",
  AWS_REGION: "us-east-1",
  AWS_CONFIG_FILE: "/dev/null",
  AWS_SHARED_CREDENTIALS_FILE: "/dev/null",
  AWS_EC2_METADATA_DISABLED: "true",
});

export class Aws {
  bucket = BUCKET;
  key = KEY;
  #process;

  /** An emulator that knows nothing yet. */
  static async start() {
    const env = { ...process.env, MOTO_EC2_LOAD_DEFAULT_AMIS: "false" };
    const moto = spawn(PYTHON, [SERVER], { env, stdio: ["pipe", "pipe", "inherit"] });
    const [port] = await Promise.race([
      once(createInterface({ input: moto.stdout }), "line"),
      once(moto, "exit").then(() => Promise.reject(new Error("the emulator did not start"))),
    ]);
    const aws = new Aws(moto, `http://127.0.0.1:${port}`);
    await aws.#ask("PUT", `/${BUCKET}`);
    return aws;
  }

  /** @param {import("node:child_process").ChildProcessByStdio<import("node:stream").Writable, import("node:stream").Readable, null>} process @param {string} url */
  constructor(process, url) {
    this.#process = process;
    this.url = url;
  }

  /** Makes this the object. @param {unknown} inventory text, or what becomes JSON */
  put(inventory) {
    return this.#ask("PUT", `/${BUCKET}/${KEY}`, typeof inventory === "string" ? inventory : JSON.stringify(inventory));
  }

  /** Takes the object away. */
  delete() {
    return this.#ask("DELETE", `/${BUCKET}/${KEY}`);
  }

  /** Every answer comes so much later. @param {number} seconds */
  delay(seconds) {
    return this.#ask("PUT", `/__delay/${seconds}`);
  }

  async stop() {
    const ended = once(this.#process, "exit");
    this.#process.stdin.end();
    this.#process.kill();
    await ended;
  }

  /** @param {string} method @param {string} path @param {string} [body] */
  async #ask(method, path, body) {
    const answer = await fetch(this.url + path, { method, headers: SIGNED, ...(body !== undefined && { body }) });
    if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${await answer.text()}`);
    await answer.arrayBuffer();
  }
}
