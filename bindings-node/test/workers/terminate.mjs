// Ends workers in the middle of their scans, some of them at once. Its argument says what they are at.

import { join } from "node:path";
import { Worker } from "node:worker_threads";
import { sample, scan } from "cspm";
import { quiet } from "../support.mjs";

const [what] = process.argv.slice(2);
if (what === "exit") {
  void scan(sample());
  setTimeout(() => process.exit(0), 5);
} else {
  for (let round = 0; round < 5; round += 1) {
    const workers = Array.from({ length: 3 }, () => new Worker(join(import.meta.dirname, "endless.mjs"), { workerData: what }));
    await Promise.all(workers.map((worker) => new Promise((resolve) => worker.once("message", resolve))));
    await Promise.all(workers.map((worker) => worker.terminate()));
  }
  await scan(sample());
  console.log(`ended, ${await quiet()} threads left`);
}
