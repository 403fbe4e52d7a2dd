// Who may ask, and what answers look like.

import assert from "node:assert/strict";
import { request } from "node:http";
import { connect } from "node:net";
import { after, before, describe, test } from "node:test";
import { Aws } from "./support/aws.js";
import { MEADOW } from "./support/inventories.js";
import { KEY, Service } from "./support/service.js";

const PATHS = ["/api/scan", "/api/scans", "/api/scans/x", "/api/scans/x/events", "/api/scans/x/findings", "/api/scans/x/report"];
const METHODS = ["GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"];

describe("the guard", () => {
  /** @type {Aws} */
  let aws;
  /** @type {Service} */
  let service;
  before(async () => {
    aws = await Aws.start();
    await aws.put(MEADOW);
    service = await Service.start(aws);
  });
  after(async () => {
    await service.stop();
    await aws.stop();
  });

  /** @param {string} path @param {Record<string, string>} headers */
  const bare = (path, headers = {}, method = "GET") => fetch(service.url + path, { method, headers });

  test("nothing below /api answers without the key", async () => {
    const ways = [...PATHS, "/api", "/api/", "/api/nothing", "/%61pi/scans", "/api%2Fscans", "//api/scans"];
    for (const path of ways) {
      for (const method of METHODS) {
        const answer = await bare(path, {}, method);
        const text = await answer.text();
        // Not every way of writing a path leads anywhere; none leads in.
        const there = answer.status !== 404;
        assert.equal(answer.status, there ? 401 : 404, `${method} ${path}`);
        if (!there) continue;
        assert.equal(answer.headers.get("www-authenticate"), "Bearer");
        assert.deepEqual(JSON.parse(text), { status: "error", message: "the API key is missing or wrong" });
      }
    }
    for (const path of PATHS) assert.equal((await bare(path, {}, "HEAD")).status, 401, `HEAD ${path}`);
  });

  test("the key counts where it is whole", async () => {
    /** @type {[Record<string, string>, number][]} */
    const cases = [
      [{ "X-API-Key": KEY }, 200],
      [{ Authorization: `Bearer ${KEY}` }, 200],
      [{ Authorization: `bearer ${KEY}` }, 200],
      [{ Authorization: `Basic ${KEY}` }, 401],
      [{ Authorization: KEY }, 401],
      [{ "X-API-Key": `${KEY}x` }, 401],
      [{ "X-API-Key": KEY.slice(0, -1) }, 401],
      [{ "X-API-Key": "schl\u00fcssel" }, 401],
      // A wrong one is not made good by another place.
      [{ "X-API-Key": "wrong", Authorization: `Bearer ${KEY}` }, 401],
    ];
    for (const [headers, status] of cases) assert.equal((await bare("/api/scans", headers)).status, status, JSON.stringify(headers));
  });

  test("a key may be of other letters", async () => {
    const key = "schl\u00fcssel-\u00fc\u00df\u20ac-0123456789";
    const other = await Service.start(aws, { CSPM_API_KEY: key });
    try {
      // As curl sends it: the bytes of UTF-8.
      const sent = Buffer.from(key).toString("latin1");
      assert.equal((await fetch(`${other.url}/api/scans`, { headers: { "X-API-Key": sent } })).status, 200);
    } finally {
      await other.stop();
    }
  });

  test("without a key, other sites cannot start scans", async () => {
    const open = await Service.start(aws, { CSPM_API_KEY: "", CSPM_AUTH: "off" });
    try {
      const post = async (/** @type {Record<string, string>} */ headers) =>
        (await fetch(`${open.url}/api/scans`, { method: "POST", headers })).status;
      assert.equal(await post({}), 202);
      assert.equal(await post({ "Sec-Fetch-Site": "same-origin" }), 202);
      for (const site of ["cross-site", "same-site"]) assert.equal(await post({ "Sec-Fetch-Site": site }), 403);
    } finally {
      await open.stop();
    }
  });

  test("every answer is dressed", async () => {
    /** @type {[string, number][]} */
    const cases = [["/", 200], ["/static/app.js", 200], ["/healthz", 200], ["/api/scans", 200], ["/x", 404], ["/api/x", 404], ["/api/scans/%zz", 400]];
    for (const [path, status] of cases) {
      const answer = await service.call(path);
      assert.equal(answer.status, status, path);
      const policy = answer.headers.get("content-security-policy") ?? "";
      assert.match(policy, /default-src 'none'/, path);
      assert.match(policy, /frame-ancestors 'none'/);
      assert.doesNotMatch(policy, /unsafe/);
      assert.equal(answer.headers.get("x-content-type-options"), "nosniff");
      assert.equal(answer.headers.get("referrer-policy"), "no-referrer");
      assert.equal(answer.headers.get("strict-transport-security"), null);
      assert.equal(answer.headers.get("x-powered-by"), null);
      assert.equal(answer.headers.get("cache-control") === "no-store", path.startsWith("/api"), path);
    }
    const secure = await service.call("/", { headers: { "X-Forwarded-Proto": "https" } });
    assert.match(secure.headers.get("strict-transport-security") ?? "", /max-age/);
  });

  test("the page is open and empty", async () => {
    const page = await (await bare("/")).text();
    assert.match(page, /<html/);
    assert.ok(!page.includes(KEY) && !page.includes("style=") && !page.includes("onclick"));
    assert.deepEqual(await (await bare("/healthz")).json(), { status: "success" });
    for (const path of ["/static/../node-service/package.json", "/static/%2e%2e%2fsample%2finventory.json", "/static//etc/passwd", "/static/constructor"]) {
      assert.equal((await bare(path)).status, 404, path);
    }
    const first = await bare("/static/app.js");
    assert.match(first.headers.get("content-type") ?? "", /javascript/);
    assert.equal((await bare("/static/app.js", { "If-None-Match": first.headers.get("etag") ?? "" })).status, 304);
  });

  test("without a key the names of the service alone lead to it", async () => {
    const open = await Service.start(aws, { CSPM_AUTH: "off", ALLOWED_HOSTS: "scans.example" });
    try {
      const port = Number(new URL(open.url).port);
      /** @type {[Record<string, string>, number][]} */
      const cases = [
        [{ Host: `localhost:${port}` }, 200],
        [{ Host: "127.0.0.1" }, 200],
        [{ Host: `[::1]:${port}` }, 200],
        [{ Host: "SCANS.example:443", Origin: "https://scans.example:443" }, 200],
        [{ Host: "scans.example", Origin: "https://scans.example" }, 200],
        // A name of another site that leads to this address (DNS rebinding).
        [{ Host: "evil.example" }, 403],
        [{ Host: "localhost.evil.example" }, 403],
        [{ Host: "localhost@evil.example" }, 403],
        [{ Host: "evil.example", Origin: "http://evil.example", "Sec-Fetch-Site": "same-origin" }, 403],
        // A page of another site, of which an old browser says no more than the origin.
        [{ Host: "localhost:8000", Origin: "http://evil.example" }, 403],
        [{ Host: "localhost:8000", Origin: "http://localhost:9000" }, 403],
        [{ Host: "localhost:8000", Origin: "null" }, 403],
        [{ Host: "localhost:8000", Origin: "" }, 403],
        [{ Host: "localhost:8000", "Sec-Fetch-Site": "cross-site" }, 403],
      ];
      for (const [headers, status] of cases) {
        for (const method of ["GET", "DELETE"]) {
          // `fetch` lets nobody choose these headers.
          const answer = await new Promise((resolve, reject) => {
            const asked = request({ port, host: "127.0.0.1", method, path: "/api/scans", headers }, resolve);
            asked.on("error", reject).end();
          });
          answer.resume();
          assert.equal(answer.statusCode, method === "DELETE" && status === 200 ? 405 : status, `${method} ${JSON.stringify(headers)}`);
        }
      }
    } finally {
      await open.stop();
    }
  });

  test("half requests do not hold the service", async () => {
    const hasty = await Service.start(aws, { REQUEST_TIMEOUT: "1" });
    const port = Number(new URL(hasty.url).port);
    const halves = ["GET /healthz HT", "GET /healthz HTTP/1.1\r\nHost: x\r\n", `POST /api/scans HTTP/1.1\r\nHost: x\r\nX-API-Key: ${KEY}\r\nContent-Length: 2\r\n\r\n{`];
    const sockets = Array.from({ length: 60 }, (_, n) => {
      const socket = connect(port, "127.0.0.1", () => socket.write(String(halves[n % halves.length])));
      return socket.on("error", () => {}).resume();
    });
    const closed = sockets.map((socket) => new Promise((resolve) => socket.once("close", resolve)));
    try {
      assert.equal((await hasty.call("/healthz")).status, 200);
      // They are not kept for ever either.
      const late = new Promise((_, reject) => setTimeout(reject, 10_000, new Error("half requests are still there")).unref());
      await Promise.race([Promise.all(closed), late]);
    } finally {
      for (const socket of sockets) socket.destroy();
      await hasty.stop();
    }
  });

  test("errors are JSON", async () => {
    /** @type {[string, string, number, string?][]} */
    const cases = [
      ["GET", "/nothing", 404],
      ["GET", "/api/nothing", 404],
      ["GET", `/api/scans/${"x".repeat(300)}`, 404],
      ["PUT", "/api/scan", 405, "GET"],
      ["POST", "/", 405, "GET, HEAD"],
      ["DELETE", "/api/scans", 405, "GET, POST, HEAD"],
      ["HEAD", "/api/scan", 405, "GET"],
    ];
    for (const [method, path, status, allow] of cases) {
      const answer = await service.call(path, { method });
      assert.equal(answer.status, status, `${method} ${path}`);
      if (method !== "HEAD") assert.ok(answer.json.status === "error" && answer.json.message, `${method} ${path}`);
      if (allow) assert.equal(answer.headers.get("allow"), allow);
    }
  });

  test("what is no HTTP is refused", async () => {
    for (const [sent, status] of [["nonsense\r\n\r\n", 400], [`GET / HTTP/1.1\r\nHost: x\r\nX: ${"y".repeat(20_000)}\r\n\r\n`, 431]]) {
      const text = await new Promise((resolve, reject) => {
        let all = "";
        const socket = connect(Number(new URL(service.url).port), "127.0.0.1", () => socket.write(String(sent)));
        socket.on("data", (data) => (all += data)).on("end", () => resolve(all)).on("error", reject);
      });
      assert.match(String(text), new RegExp(`^HTTP/1.1 ${status} .*"status":"error"`, "s"));
    }
  });

  test("bodies are limited and checked", async () => {
    const post = (/** @type {string} */ body, /** @type {Record<string, string>} */ headers = {}) => service.call("/api/scans", { method: "POST", body, headers });
    for (const body of ["[]", '{"bucket": "other"}', "no json", "null"]) assert.equal((await post(body)).status, 400, body);
    assert.equal((await post("x".repeat(20_000))).status, 413);
    const pieces = new ReadableStream({ start: (controller) => (controller.enqueue(Buffer.alloc(20_000, 32)), controller.close()) });
    const unannounced = await service.call("/api/scans", { method: "POST", body: pieces, duplex: "half" });
    assert.equal(unannounced.status, 413);
    assert.equal(unannounced.json.status, "error");
    assert.equal((await post("{}", { "Content-Type": "application/json" })).status, 202);
    assert.equal((await post("", { "Content-Type": "application/json" })).status, 202);
  });
});
