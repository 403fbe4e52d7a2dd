// Cancelling while sources are made ready: the server takes connections, and never answers.

import assert from "node:assert/strict";
import { createServer } from "node:net";
import test, { after, before } from "node:test";
import { Aws, Rules, Snapshot, scan } from "cspm";
import { quiet } from "./support.mjs";

const sockets = [];
const silent = createServer((socket) => sockets.push(socket.on("error", () => {})));
before(() => new Promise((resolve) => silent.listen(0, "127.0.0.1", resolve)));
after(() => {
  for (const socket of sockets) socket.destroy();
  silent.close();
});

for (const name of ["an account", "a snapshot in S3"]) {
  test(`a signal ends a scan that waits for ${name}`, async () => {
    const endpointUrl = `http://127.0.0.1:${silent.address().port}`;
    const aws = new Aws({ accessKeyId: "a", secretAccessKey: "b", endpointUrl, regions: ["us-east-1"] });
    const source = name === "an account" ? aws : new Snapshot("s3://bucket/inventory.json", { aws });
    const begun = performance.now();
    const running = scan(source, new Rules({ services: ["s3"] }), { signal: AbortSignal.timeout(500) });
    await assert.rejects(running, { name: "TimeoutError" });
    const took = performance.now() - begun;
    assert(took >= 450 && took < 2000, `${took} ms`);
    assert(sockets.length > 0);
    assert.equal(await quiet(), 0);
  });
}
