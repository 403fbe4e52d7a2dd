// The package: what it holds, what both ways to load it give, its types, and its program.

import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { readdir, readFile, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { join } from "node:path";
import test from "node:test";
import { promisify } from "node:util";
import * as imported from "cspm";
import { folder, program } from "./support.mjs";

const run = promisify(execFile);
const require = createRequire(import.meta.url);
const required = require("cspm");
const root = join(import.meta.dirname, "..", "node_modules", "cspm");

test("import and require give the same classes", () => {
  assert.deepEqual(
    Object.keys(imported)
      .filter((name) => name !== "default")
      .sort(),
    Object.keys(required).sort(),
  );
  const { default: _, ...named } = imported;
  for (const [name, value] of Object.entries(required)) assert.equal(named[name], value, name);
  assert(required.sample() instanceof imported.Snapshot);
});

test("the package holds what it needs and nothing else", async () => {
  const about = JSON.parse(await readFile(join(root, "package.json"), "utf8"));
  assert.equal(about.version, imported.version);
  assert.equal(about.dependencies, undefined);
  assert.deepEqual((await readdir(root)).sort(), [
    "LICENSE",
    "README.md",
    "dist",
    "index.mjs",
    "native",
    "package.json",
    "types",
  ]);
  assert.equal((await readdir(join(root, "native"))).length, 1);
});

test("a program in TypeScript is checked, whether it imports or requires", async () => {
  const dir = join(import.meta.dirname, "types");
  const tsc = join(import.meta.dirname, "..", "node_modules", "typescript", "bin", "tsc");
  for (const [module, file] of [
    ["node16", "program.mts"],
    ["node16", "program.cts"],
    ["nodenext", "program.mts"],
    ["nodenext", "program.cts"],
  ]) {
    const options = ["--strict", "--noEmit", "--target", "es2022", "--module", module, "--exactOptionalPropertyTypes"];
    await run(process.execPath, [tsc, ...options, "--types", "node", join(dir, file)]).catch(({ stdout }) =>
      assert.fail(stdout),
    );
  }
});

test("types refuse what the package does", async () => {
  const dir = join(import.meta.dirname, "types");
  const tsc = join(import.meta.dirname, "..", "node_modules", "typescript", "bin", "tsc");
  const wrong = join(dir, "wrong.mts");
  await writeFile(wrong, 'import { Aws, scan } from "cspm";\nnew Aws({ region: "x" });\nscan(["aws"]);\n');
  const { stdout } = await run(process.execPath, [tsc, "--strict", "--noEmit", "--module", "node16", wrong]).catch(
    (error) => error,
  );
  assert.match(stdout, /wrong\.mts\(2,.*\n[\s\S]*wrong\.mts\(3,/);
});

test("the program exits as it says", async () => {
  const status = (...args) =>
    run(program, args, { maxBuffer: 1 << 30 }).then(
      ({ stdout }) => [0, stdout],
      ({ code, stdout, stderr }) => [code, stdout, stderr],
    );
  assert.equal((await status("demo", "--quiet"))[0], 1);
  assert.equal(
    (await status("demo", "--quiet", "--fail-on", "critical", "--ids", "aws_s3_bucket_public_access_blocked"))[0],
    0,
  );
  assert.equal((await status("demo", "--no-such-option"))[0], 2);
  assert.match((await status("rules", "aws_s3_bucket_public_access_blocked"))[1], /public access/);
  assert.match((await status("--help"))[1], /cspm/);
  const path = join(await folder(), "out.sarif");
  await status("demo", "--format", "sarif", "--output", path);
  assert.match(await readFile(path, "utf8"), /2\.1\.0/);
});

test("the program ends on Ctrl-C", { skip: process.platform === "win32" }, async () => {
  const { spawn } = await import("node:child_process");
  const server = (await import("node:http")).createServer(() => {});
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  const env = { ...process.env, AWS_ACCESS_KEY_ID: "a", AWS_SECRET_ACCESS_KEY: "b", AWS_CONFIG_FILE: "/dev/null" };
  const url = `http://127.0.0.1:${server.address().port}`;
  const child = spawn(program, ["scan", "aws", "--regions", "us-east-1", "--endpoint-url", url], { env, stdio: "ignore" });
  await new Promise((resolve) => server.once("request", resolve));
  const began = performance.now();
  child.kill("SIGINT");
  await new Promise((resolve) => child.once("exit", resolve));
  server.closeAllConnections();
  server.close();
  assert(performance.now() - began < 8000);
});
