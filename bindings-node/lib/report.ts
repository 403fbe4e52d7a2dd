import type * as binding from "./binding.js";
import { camel, mapped } from "./case.js";
import { Finding, type Findings, type Severity, type Status } from "./finding.js";
import { Inventory } from "./inventory.js";
import { Job } from "./job.js";
import { Plan } from "./plan.js";
import type { Coverage, Identity, Score, Scores, Summary } from "./results.js";
import { infos, type RuleInfo } from "./rules.js";
import { lines, Sequence } from "./sequence.js";
import { call } from "./thrown.js";

/** A form of report. */
export type Format = "json" | "ocsf" | "asff" | "sarif" | "junit" | "csv" | "markdown" | "html";

/** The result of a scan. */
export class Report {
  /** The findings, in the order of rule id and resource uid, each made when it is looked at. */
  readonly findings: Findings;
  /** The counts. */
  readonly summary: Summary;
  /** What could and could not be read. */
  readonly coverage: Coverage;
  /** How much of what was judged is as the rules want it. */
  readonly scores: Scores;
  /** Who the collectors were. */
  readonly identities: readonly Identity[];
  /** When the scan or the evaluation began, as RFC 3339. No format has it, so that a snapshot gives the same bytes each time. */
  readonly startedAt: string;
  /** The present of the report: when the latest of its resources was collected, or the scan began where it has none. */
  readonly collectedAt: string;
  /** The share of verdicts that could be given, from 0 to 1. What was read has a share of its own, `coverage.readShare`. */
  readonly coverageShare: number;
  /** Whether everything that the rules need was read and nothing failed. */
  readonly isComplete: boolean;
  /** All resources; empty where the scan was told not to keep them. */
  readonly inventory: Inventory;
  readonly #native: binding.Report;

  /** @internal */
  constructor(of: binding.Report) {
    this.#native = of;
    const make = (start: number, end: number) =>
      lines(
        call(() => of.findings(start, end)),
        (line) => new Finding(line),
      );
    this.findings = new Sequence(of.length, make);
    const head = JSON.parse(call(() => of.head()));
    this.summary = camel(head.summary) as unknown as Summary;
    this.coverage = { ...camel(head.coverage), calls: head.coverage.calls } as Coverage;
    const { total, ...groups } = head.scores;
    this.scores = { total: score(total), ...mapped(groups, byName) } as unknown as Scores;
    this.identities = head.identities;
    this.startedAt = head.started_at;
    this.collectedAt = head.collected_at;
    this.coverageShare = head.coverage_share;
    this.isComplete = head.is_complete;
    this.inventory = new Inventory(of.inventory());
  }

  /** The calls that the scan set out to make. */
  get plan(): Plan {
    return new Plan(this.#native.plan());
  }

  /** What is said of each rule of the scan. */
  get rules(): RuleInfo[] {
    return infos(call(() => this.#native.rules()));
  }

  /** The status, rule id and resource uid of each finding, without making the findings. */
  statuses(): [status: Status, ruleId: string, uid: string][] {
    return JSON.parse(call(() => this.#native.statuses()));
  }

  /** How many failures of at least this severity no exception covers. */
  openFailures(atLeast: Severity = "informational"): number {
    return call(() => this.#native.openFailures(atLeast));
  }

  /** The report in a format, the same bytes for the same report. */
  toString(format: Format = "json"): string {
    return call(() => this.#native.text(format));
  }

  /** The report as JSON, for `JSON.stringify`. */
  toJSON(): unknown {
    return JSON.parse(this.toString());
  }

  /**
   * Writes the report to a file that is there whole or not at all. The format is the one given, or that the name asks for, or
   * JSON.
   */
  async write(path: string, { format }: { format?: Format | undefined } = {}): Promise<void> {
    await new Job((tell) => this.#native.write(path, format, tell)).outcome;
  }
}

function score(of: object): Score {
  return camel(of) as unknown as Score;
}

function byName(of: object): Record<string, Score> {
  return mapped(of, score);
}
