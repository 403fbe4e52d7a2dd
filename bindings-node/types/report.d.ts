import { type Findings, type Severity, type Status } from "./finding.js";
import { Inventory } from "./inventory.js";
import { Plan } from "./plan.js";
import type { Coverage, Identity, Scores, Summary } from "./results.js";
import { type RuleInfo } from "./rules.js";
/** A form of report. */
export type Format = "json" | "ocsf" | "asff" | "sarif" | "junit" | "csv" | "markdown" | "html";
/** The result of a scan. */
export declare class Report {
    #private;
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
    /** The calls that the scan set out to make. */
    get plan(): Plan;
    /** What is said of each rule of the scan. */
    get rules(): RuleInfo[];
    /** The status, rule id and resource uid of each finding, without making the findings. */
    statuses(): [status: Status, ruleId: string, uid: string][];
    /** How many failures of at least this severity no exception covers. */
    openFailures(atLeast?: Severity): number;
    /** The report in a format, the same bytes for the same report. */
    toString(format?: Format): string;
    /** The report as JSON, for `JSON.stringify`. */
    toJSON(): unknown;
    /**
     * Writes the report to a file that is there whole or not at all. The format is the one given, or that the name asks for, or
     * JSON.
     */
    write(path: string, { format }?: {
        format?: Format | undefined;
    }): Promise<void>;
}
