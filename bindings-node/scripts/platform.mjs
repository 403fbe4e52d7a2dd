// Prints the name of the native file of this platform, as lib/platform.ts looks for it.

import { createRequire } from "node:module";

process.stdout.write(createRequire(import.meta.url)("../dist/platform.js").nativeFile());
