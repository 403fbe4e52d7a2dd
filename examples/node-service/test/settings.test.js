// What the environment may say.

import assert from "node:assert/strict";
import { test } from "node:test";
import { SettingsError, settingsFrom } from "../src/settings.js";
import { KEY } from "./support/service.js";

const ENV = { CSPM_API_KEY: KEY };

test("there are defaults for all but the key", () => {
  const settings = settingsFrom(ENV);
  assert.equal(settings.host, "127.0.0.1");
  assert.equal(settings.port, 8000);
  assert.equal(settings.source, "AWS account, all its regions");
  assert.equal(settingsFrom({ ...ENV, SCAN_REGIONS: "eu-west-1, us-east-1" }).source, "AWS account, eu-west-1, us-east-1");
  assert.equal(settingsFrom({ ...ENV, BUCKET_NAME: "b", OBJECT_KEY: "k/l.json" }).source, "s3://b/k/l.json");
  assert.deepEqual(settingsFrom({ ...ENV, RULES_FRAMEWORKS: "cis_aws_7.0,x" }).frameworks, ["cis_aws_7.0", "x"]);
  assert.equal(settingsFrom({ CSPM_AUTH: "off" }).apiKey, null);
  assert.equal(settingsFrom({ ...ENV, BIND: "[::1]:80" }).host, "::1");
});

test("what is not usable is said", () => {
  /** @type {[NodeJS.ProcessEnv, RegExp][]} */
  const cases = [
    [{}, /CSPM_API_KEY is not set/],
    [{ CSPM_API_KEY: "short" }, /fewer than 16/],
    [{ CSPM_AUTH: "no" }, /CSPM_AUTH must be on or off/],
    [{ ...ENV, BUCKET_NAME: "b" }, /OBJECT_KEY is not set/],
    [{ ...ENV, OBJECT_KEY: "k" }, /BUCKET_NAME is not set/],
    [{ ...ENV, DASHBOARD_DIR: "/nowhere" }, /no index.html in \/nowhere/],
    ...["0", "-1", "x", "NaN", "Infinity", "1e9"].map((value) => /** @type {[NodeJS.ProcessEnv, RegExp]} */ ([{ ...ENV, SCAN_TIMEOUT: value }, /SCAN_TIMEOUT/])),
    ...["8000", ":8000", "x:99999", "x:"].map((value) => /** @type {[NodeJS.ProcessEnv, RegExp]} */ ([{ ...ENV, BIND: value }, /BIND/])),
  ];
  for (const [env, text] of cases) {
    assert.throws(() => settingsFrom(env), (error) => error instanceof SettingsError && text.test(error.message), JSON.stringify(env));
  }
});
