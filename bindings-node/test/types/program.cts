// A program that requires the package, for the compiler alone; program.mts uses everything.

import cspm = require("cspm");

export async function main(): Promise<string[]> {
  const rules = new cspm.Rules({ services: ["s3"] });
  const report: cspm.Report = await cspm.scan([cspm.sample()], rules, { onEvent: (event: cspm.Event) => event.type });
  return report.findings.filter((finding: cspm.Finding) => finding.status === "fail").map((finding) => finding.resource.uid);
}
