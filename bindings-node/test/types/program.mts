// A program that uses everything, for the compiler alone. program.cts is the same, with require.

import {
  Aws,
  type Collected,
  Collector,
  CspmError,
  type Event,
  evaluate,
  type Finding,
  type Format,
  Gap,
  Kubernetes,
  kinds,
  Manifests,
  plan,
  type Reason,
  type Resource,
  RuleError,
  Rules,
  rule,
  type Severity,
  Snapshot,
  type Status,
  sample,
  scan,
  stream,
  Unread,
  UnreadError,
  type Verdict,
  version,
  type Wanted,
} from "cspm";

const aws = new Aws({ regions: ["us-east-1"], roleArn: "arn:aws:iam::123456789012:role/Audit", externalId: "x1" });
const sources = [
  aws,
  new Kubernetes({ context: "prod" }),
  new Manifests(["deploy/"]),
  new Snapshot("s3://a/b", { aws }),
  sample(),
];

class Cmdb extends Collector {
  override readonly name = "cmdb";
  override readonly kinds = { acme_server: { type: "object" } };
  override async connect(): Promise<void> {}
  async *collect(wanted: Wanted): AsyncGenerator<Collected> {
    if (wanted.kinds.length === 0) return;
    yield { uid: "1", kind: "acme_server", data: { disk: new Unread("throttled", "acme:GetDisk") }, collectedAt: new Date() };
    yield new Gap({ kind: "acme_server", reason: "access_denied" });
  }
}

const named = rule({ id: "a", kind: "acme_server", title: "A", reads: ["name"] }, (of: Resource): boolean | Verdict => {
  if (of.get("name") === "x") return { status: "fail", message: "no", evidence: { name: of.name } };
  return of.data["cpus"] > 2;
});
const rules = new Rules({ frameworks: ["cis_aws_7.0"], severities: ["high"], extra: [named], exceptions: "exceptions.yaml" });
for (const { id, title, severity, expression } of rules) text(id, title, severity, expression ?? "");

function text(...of: string[]): string {
  return of.join(version);
}

function told(event: Event): string {
  switch (event.type) {
    case "planned":
      return text(event.plan.calls[0]?.permission ?? "");
    case "progress":
      return String(event.callsDone + (event.left ?? 0));
    case "resource":
      return event.resource.uid;
    case "finding":
      return event.finding.ruleId;
    case "denied":
    case "failed":
      return event.reason satisfies Reason;
    case "throttled":
      return String(event.wait);
    case "done":
      return event.report.startedAt;
  }
}

export async function main(signal: AbortSignal): Promise<void> {
  const report = await scan([...sources, new Cmdb()], rules, {
    onEvent: told,
    signal,
    progressOnly: true,
    graph: "graph.json",
  });
  for await (const event of stream(sources, rules, { signal })) told(event);
  const failed: Finding[] = report.findings.filter((finding) => finding.status === ("fail" satisfies Status));
  const [first] = failed;
  if (first?.exception !== undefined) text(first.exception.owner, first.unread[0]?.field ?? "", first.remediation.text);
  const format: Format = "html";
  await report.write("out.html", { format });
  const { fail, failBySeverity, resourcesByKind } = report.summary;
  const high: number = (failBySeverity["high" satisfies Severity] ?? 0) + fail + (resourcesByKind["aws_vpc"] ?? 0);
  text(String(high), report.toString("sarif"), report.coverage.calls[0]?.call ?? "", String(report.scores.total.score));
  for (const row of report.inventory.sql("select name from aws_s3_bucket", { timeLimit: 1000 })) text(row["name"]);
  const bucket = report.inventory.get("x") ?? report.inventory.ofKind("aws_s3_bucket").at(0);
  text(bucket?.data["name"], String(report.inventory.length), ...report.inventory.kinds);
  const calls = plan(aws, rules).calls.map((call) => call.permission);
  text(...calls, ...kinds().map((kind) => kind.name));
  await report.inventory.save("snap.json");
  await evaluate([{ uid: "1", kind: "acme_server" }], rules, { signal });
  try {
    new Rules({ paths: "my-rules/" });
  } catch (error) {
    if (error instanceof RuleError) text(error.path ?? "", String(error.line));
    if (error instanceof UnreadError) text(error.field, error.reason);
    if (error instanceof CspmError) text(error.code, error.attempted, error.help ?? "");
  }
}
