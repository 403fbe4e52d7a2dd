// Writes what stands around the compiled code: index.mjs, which gives the names of index.js to `import`, and the types of both.
// Types that nothing public refers to are removed. Run after tsc.

import { readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";

const note = "// Written by scripts/npm-types.sh from lib: change that, not this.\n\n";
const names = Object.keys(createRequire(import.meta.url)("../dist/index.js")).sort();
const list = names.map((name) => `  ${name},\n`).join("");
// The classes are the same for both, so that `instanceof` holds wherever an object comes from.
writeFileSync("index.mjs", `${note}import cspm from "./dist/index.js";\n\nexport const {\n${list}} = cspm;\n`);
writeFileSync("types/index.d.mts", `${note}export * from "./index.js";\n`);

// The compiler keeps this import though nothing that it leaves of the classes refers to it.
const unused = /^import type \* as binding from "\.\/binding\.js";\n/m;
for (const file of readdirSync("types")) {
  const text = readFileSync(join("types", file), "utf8");
  if (!/\bbinding\./.test(text.replace(unused, ""))) writeFileSync(join("types", file), text.replace(unused, ""));
}

const wanted = new Set(["index.d.mts"]);
const visit = (file) => {
  if (wanted.has(file)) return;
  wanted.add(file);
  for (const [, name] of readFileSync(join("types", file), "utf8").matchAll(/(?:from |import\()"\.\/(\w+)\.js"/g)) {
    visit(`${name}.d.ts`);
  }
};
visit("index.d.ts");
for (const file of readdirSync("types")) if (!wanted.has(file)) rmSync(join("types", file));
