// Written by scripts/npm-types.sh from lib: change that, not this.

export * from "./index.js";
