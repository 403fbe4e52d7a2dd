/** The native half: `native/*.node`, one for each platform. */

import { existsSync } from "node:fs";
import { join } from "node:path";
import type * as binding from "./binding.js";
import { ConfigError } from "./errors.js";
import { nativeFile } from "./platform.js";

function load(): typeof binding {
  const name = nativeFile();
  const path = join(__dirname, "..", "native", name);
  if (!existsSync(path)) {
    throw new ConfigError(`cannot load cspm: this package has no ${name}`, {
      attempted: "load cspm",
      help: "build it for this platform with scripts/npm-package.sh",
    });
  }
  return require(path) as typeof binding;
}

export const native = load();
