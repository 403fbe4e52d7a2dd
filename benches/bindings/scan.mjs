// The part of Node in `cargo bench --bench bindings`.
import { readFileSync } from "node:fs";
import { Rules, Snapshot, sample, scan } from "cspm";

const resident = () => (Number(readFileSync("/proc/self/statm", "ascii").split(" ")[1]) * 4096) / (1 << 20);
const peak = () => Math.floor(Number(/VmHWM:\s+(\d+)/.exec(readFileSync("/proc/self/status", "ascii"))[1]) / 1024);
const seconds = () => performance.now() / 1000;

async function measure(snapshot) {
  let began = seconds();
  const report = await scan([new Snapshot(snapshot)], new Rules());
  const took = seconds() - began;
  began = seconds();
  let text = 0;
  for (const finding of report.findings) {
    text += finding.id.length + finding.status.length + finding.resource.uid.length;
  }
  const touch = seconds() - began;
  if (!text) throw new Error("there are no findings");
  return { scan: took, touch, findings: report.findings.length, peak: peak() };
}

async function repeat(times) {
  let before;
  for (let n = 0; n < times; n++) {
    if (n === Math.floor(times / 10)) before = resident();
    const report = await scan([sample()], new Rules());
    if (!report.findings.length) throw new Error("there are no findings");
  }
  return { before, after: resident() };
}

const [what, argument] = process.argv.slice(2);
console.log(JSON.stringify(await (what === "scan" ? measure(argument) : repeat(Number(argument)))));
