#!/usr/bin/env node
/** The command line: `npx cspm`. */

import { native } from "./native.js";

process.exitCode = native.cli(["cspm", ...process.argv.slice(2)]);
