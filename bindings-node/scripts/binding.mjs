// Writes lib/binding.d.ts, the types of the native half, from what the macros of napi note while they compile it.
// Usage: node scripts/binding.mjs NOTES-FOLDER

import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

const [folder] = process.argv.slice(2);
const notes = readdirSync(folder).flatMap((file) =>
  readFileSync(join(folder, file), "utf8")
    .split("\n")
    .filter((line) => line.trim() !== "")
    .map((line) => JSON.parse(line)),
);

const functions = [];
const classes = new Map();
for (const { kind, name, js_doc: doc = "", def } of notes) {
  if (kind === "fn") functions.push(`${doc}export declare ${def};\n`);
  if (kind === "struct") classes.set(name, { doc, members: "", ...classes.get(name), ...(doc ? { doc } : {}) });
  if (kind === "impl") classes.set(name, { doc: "", ...classes.get(name), members: def });
}

/** The members of a class, each on lines of its own; one without a constructor is made by the native half alone. */
function body(members) {
  const lines = members.split("\n").map((line) => `  ${line.trim()}${line.trim().endsWith("*/") ? "" : ";"}\n`);
  const made = /^\s*(constructor|static )/m.test(members);
  return (made ? "" : "  private constructor();\n") + lines.join("");
}

const types = [...classes]
  .sort(([a], [b]) => (a < b ? -1 : 1))
  .map(([name, { doc, members }]) => `${doc}export declare class ${name} {\n${body(members)}}\n`);
writeFileSync(
  "lib/binding.d.ts",
  [
    "// Written by scripts/npm-types.sh from the Rust code: change that, not this.\n",
    'import type { Tell } from "./job.js";\n',
    ...functions.sort(),
    ...types,
  ].join("\n"),
);
