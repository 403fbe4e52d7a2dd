// A worker whose scan never ends: it says so when it is under way.

import { parentPort, workerData } from "node:worker_threads";
import { Rules, rule, scan, stream } from "cspm";
import { collector, server } from "../support.mjs";

let told = false;
const busy = rule({ id: "busy", kind: "acme_server", title: "Busy" }, () => {
  if (!told) parentPort.postMessage("under way");
  told = true;
  return true;
});
const rules = new Rules({ builtin: false, extra: workerData === "rule" ? [busy] : [] });
const endless = collector(async function* () {
  for (let number = 0; ; number += 1) {
    yield server(number % 1000);
    if (number === 1000 && workerData === "collector") parentPort.postMessage("under way");
  }
});
if (workerData === "stream") {
  for await (const event of stream(endless, rules)) {
    if (event.type === "resource" && !told) parentPort.postMessage("under way");
    told ||= event.type === "resource";
  }
} else {
  await scan(endless, rules);
}
