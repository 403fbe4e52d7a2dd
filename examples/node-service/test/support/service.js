// The service under test on a free port, with one client.

import { createApp } from "../../src/app.js";
import { settingsFrom } from "../../src/settings.js";

export const KEY = "a-key-for-the-tests-0123456789";

/** What an answer is to a test: `json` is whatever the service said. @typedef {{ status: number, headers: Headers, text: string, json: any }} Answer */

export class Service {
  /**
   * @param {import("./aws.js").Aws} aws
   * @param {NodeJS.ProcessEnv} [env]
   */
  static async start(aws, env = {}) {
    const given = { AWS_ENDPOINT_URL: aws.url, BUCKET_NAME: aws.bucket, OBJECT_KEY: aws.key, CSPM_API_KEY: KEY, ...env };
    const app = createApp(settingsFrom({ BIND: "127.0.0.1:0", ...given }), { logLevel: "silent" });
    return new Service(app, await app.listen({ host: "127.0.0.1", port: 0 }));
  }

  /** @param {import("fastify").FastifyInstance} app @param {string} url */
  constructor(app, url) {
    this.app = app;
    this.url = url;
  }

  stop() {
    return this.app.close();
  }

  /**
   * @param {string} path
   * @param {RequestInit} [options]
   */
  fetch(path, { headers = {}, ...options } = {}) {
    return fetch(this.url + path, { ...options, headers: { "X-API-Key": KEY, ...headers } });
  }

  /**
   * @param {string} path
   * @param {RequestInit} [options]
   * @returns {Promise<Answer>}
   */
  async call(path, options) {
    const answer = await this.fetch(path, options);
    const text = await answer.text();
    const isJson = answer.headers.get("content-type")?.includes("json");
    return { status: answer.status, headers: answer.headers, text, json: isJson && text ? JSON.parse(text) : null };
  }

  /** Starts a scan; its id. */
  async begin() {
    const { json } = await this.call("/api/scans", { method: "POST" });
    return /** @type {string} */ (json.id);
  }

  /** The scan, once it has ended. @param {string} [id] a new one unless it is given */
  async ended(id) {
    const scan = id ?? (await this.begin());
    // A service may end a stream early: who wants the end connects again.
    for (let over = false; !over; ) {
      for await (const { name } of this.events(scan)) over ||= !["progress", "findings"].includes(name);
    }
    return (await this.call(`/api/scans/${scan}`)).json.scan;
  }

  /**
   * The events of a scan until the stream ends.
   * @param {string} id
   * @param {{ query?: string, last?: string, signal?: AbortSignal }} [options]
   */
  async *events(id, { query = "", last, signal } = {}) {
    const answer = await this.fetch(`/api/scans/${id}/events${query}`, { headers: last ? { "Last-Event-ID": last } : {}, signal: signal ?? null });
    if (!answer.ok || !answer.body) throw new Error(`the stream was answered with ${answer.status}`);
    let rest = "";
    for await (const piece of answer.body.pipeThrough(new TextDecoderStream())) {
      const parts = (rest + piece).split("\n\n");
      rest = parts.pop() ?? "";
      for (const part of parts) {
        const { event: name = "", id: number = "", data = "" } = Object.fromEntries(part.split("\n").map((line) => line.split(/: (.*)/s, 2)));
        if (data) yield { name, id: number, data: JSON.parse(data) };
      }
    }
  }
}

/** Waits until something is so. @param {() => unknown} condition */
export async function until(condition, ms = 10_000) {
  const end = Date.now() + ms;
  while (!(await condition())) {
    if (Date.now() > end) throw new Error(`not so after ${ms} ms: ${condition}`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

/** All that comes, until nothing does. @template T @param {AsyncIterable<T>} items */
export async function collect(items) {
  /** @type {T[]} */
  const all = [];
  for await (const item of items) all.push(item);
  return all;
}
