// What several tests need.

import { readdirSync, readFileSync } from "node:fs";
import { mkdtemp } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { Collector } from "cspm";

/** The command line of the package, as npx runs it. */
export const program = join(import.meta.dirname, "..", "node_modules", ".bin", "cspm");

/** An empty folder. */
export function folder() {
  return mkdtemp(join(tmpdir(), "cspm-node-"));
}

/** The threads of this process that are scans. */
export function scanThreads() {
  if (process.platform !== "linux") return 0;
  const name = (thread) => {
    try {
      return readFileSync(`/proc/self/task/${thread}/comm`, "utf8").trim();
    } catch {
      // It has ended since.
      return "";
    }
  };
  return readdirSync("/proc/self/task").filter((thread) => name(thread).startsWith("cspm")).length;
}

/** Waits until no scan is left. */
export async function quiet() {
  for (let tries = 0; tries < 100 && scanThreads() > 0; tries += 1) await wait(20);
  return scanThreads();
}

/** A collector of resources of one kind, which gives what `make` gives. */
export function collector(make, { kinds = ["acme_server"], ...others } = {}) {
  return new (class Acme extends Collector {
    kinds = kinds;
    collect = make;
    constructor() {
      super();
      Object.assign(this, others);
    }
  })();
}

/** A server, with data. */
export function server(number, data = {}) {
  return { uid: `acme:server/${number}`, kind: "acme_server", name: `server-${number}`, data };
}
