import type { Severity } from "./finding.js";
import type { Exception } from "./rules.js";
import type { Reason } from "./unread.js";
/** The counts of a report. */
export interface Summary {
    /** Passes. */
    pass: number;
    /** Failures that no exception covers. */
    fail: number;
    /** Unknown verdicts. */
    unknown: number;
    /** Failures that an exception covers. */
    excepted: number;
    /** Failures that no exception covers, by severity. */
    failBySeverity: {
        [severity in Severity]?: number;
    };
    /** How many rules were selected. */
    rules: number;
    /** Rules for which there was no resource: not applicable, which is not a pass. */
    notApplicable: string[];
    /** How many resources there are. */
    resources: number;
    /** Resources by kind. */
    resourcesByKind: Record<string, number>;
    /** Exceptions that cover no finding. */
    unusedExceptions: Exception[];
    /** Exceptions that have expired, used or not. */
    expiredExceptions: Exception[];
}
/** How the calls of one name in one place ended. */
export interface CallCounts {
    /** The account; empty where it is not known. */
    account: string;
    /** The region. */
    region: string;
    /** The call, as `service:Operation`. */
    call: string;
    /** Answered. */
    done: number;
    /** Refused for lack of a permission. */
    denied: number;
    /** Throttled until the retries were used up. */
    throttled: number;
    /** Not answered for another reason. */
    failed: number;
    /** Not made: not opted in, or cancelled. */
    skipped: number;
    /** How often each reason came up. */
    reasons?: {
        [reason in Reason]?: number;
    };
    /** What the provider said of one of those that were not answered. */
    detail?: string;
}
/** What could and could not be read: account × region × call; the share of what was read, and that of verdicts that could be given. */
export interface Coverage {
    /** The calls, in the order of account, region and call. */
    calls: CallCounts[];
    /** Failures that concern no single call: a collector that could not connect, a fault of a rule. */
    failures: {
        of: string;
        error: string;
    }[];
    /** Whether the scan was cancelled before its end. */
    cancelled: boolean;
    /** Verdicts that are pass or fail. */
    verdictsGiven: number;
    /** Verdicts that are unknown. */
    verdictsUnknown: number;
    /** The share of verdicts that could be given, from 0 to 1. */
    share: number;
    /** What was read of what the rules need: calls that were answered, documents, pages of lists. */
    read: number;
    /** What was not read of what the rules need. What was not selected or is not enabled is not among it. */
    unread: number;
    /** The share of what was read, from 0 to 1. */
    readShare: number;
    /** What was selected by name and selects nothing for the sources: `framework cis_aws_7.0`. */
    unmatched: string[];
    /** Resources that came again, with nothing in them that speaks against the first: each is judged once. */
    repeated: number;
}
/** Verdicts counted, and weighed by severity. */
export interface Score {
    /** The weighted share of passes among passes and failures, in percent; `null` where nothing was judged. */
    score: number | null;
    /** The weighted share of unknown verdicts among all, in percent. */
    unknownShare: number;
    /** Passes. */
    pass: number;
    /** Failures that no exception covers. */
    fail: number;
    /** Unknown verdicts. */
    unknown: number;
    /** Failures that an exception covers. */
    excepted: number;
}
/** The scores of a scan, as a whole and by what users are asked about. */
export interface Scores {
    /** The whole scan. */
    total: Score;
    /** By provider. */
    providers: Record<string, Score>;
    /** By account. */
    accounts: Record<string, Score>;
    /** By service. */
    services: Record<string, Score>;
    /** By framework; a rule counts in each framework that has it. */
    frameworks: Record<string, Score>;
}
/** Who a collector is to the provider. */
export interface Identity {
    /** The provider. */
    provider: string;
    /** The account. */
    account: string;
    /** The user or role, as an ARN where there is one. */
    principal: string;
}
