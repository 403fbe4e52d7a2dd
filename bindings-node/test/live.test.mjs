// A scan of an emulator of AWS, where there is one: CSPM_AWS_ENDPOINT names it (scripts/with-moto.sh).

import assert from "node:assert/strict";
import test from "node:test";
import { Aws, Rules, scan, stream } from "cspm";
import { quiet } from "./support.mjs";

const endpointUrl = process.env.CSPM_AWS_ENDPOINT;
const skip = endpointUrl === undefined && "CSPM_AWS_ENDPOINT is not set";
const account = (options = {}) =>
  new Aws({
    endpointUrl,
    accessKeyId: "test",
    secretAccessKey: "test",
    regions: ["us-east-1"],
    rateShare: Infinity,
    ...options,
  });

test("an account is scanned", { skip }, async () => {
  const made = await fetch(`${endpointUrl}/cspm-node-test`, {
    method: "PUT",
    headers: { host: "s3.amazonaws.com", authorization: "AWS4-HMAC-SHA256 Credential=test/20260101/us-east-1/s3/aws4_request" },
  });
  assert(made.ok, `${made.status} ${await made.text()}`);
  const seen = new Set();
  const report = await scan([account()], new Rules({ services: ["s3"] }), { onEvent: (event) => seen.add(event.type) });
  assert(report.inventory.ofKind("aws_s3_bucket").some((bucket) => bucket.name === "cspm-node-test"));
  assert(report.identities[0].account.length === 12);
  assert(report.coverage.calls.length > 0);
  assert(seen.has("planned") && seen.has("finding") && seen.has("done"));
  assert.equal(await quiet(), 0);
});

test("a scan of all services is ended in the middle of its calls", { skip }, async () => {
  await assert.rejects(scan(account({ regions: null }), new Rules(), { signal: AbortSignal.timeout(100) }), {
    name: "TimeoutError",
  });
  for await (const event of stream(account(), new Rules())) if (event.type === "progress") break;
  assert.equal(await quiet(), 0);
});
