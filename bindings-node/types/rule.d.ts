import type { Remediation, Severity, Status } from "./finding.js";
import { Resource, type UnreadField } from "./resource.js";
/** What is said of a rule. */
export interface RuleAbout {
    /** Never changes. */
    id: string;
    /** The kind of resource that it judges. */
    kind: string;
    /** The state that it wants, in a few words. */
    title: string;
    /** How bad a failure is; `medium` unless given. */
    severity?: Severity;
    /** What a failure says; `{resource.name}` and other fields are filled in. */
    message?: string;
    /** Why it matters. */
    rationale?: string;
    /** How to mend it. */
    remediation?: string | Remediation;
    /** Where to read more. */
    references?: readonly string[];
    /** The controls that it answers, by framework. */
    frameworks?: Record<string, readonly string[]>;
    /** The names of the same check in other tools. */
    equivalents?: Record<string, readonly string[]>;
    /** The service; that of the kind unless given. */
    service?: string;
    /** The provider; that of the kind unless given. */
    provider?: string;
    /** The fields that it looks at (paths with dots): a scan makes only the calls that fill those. Without, it makes all. */
    reads?: readonly string[];
}
/** A rule's answer with more than pass or fail. With something in `unread` it is unknown. */
export interface Verdict {
    /** The answer. */
    status: Status;
    /** A text of its own, instead of the rule's message. */
    message?: string;
    /** The fields that it rests on, with their values; without any, those that the function got. */
    evidence?: Record<string, unknown>;
    /** What was needed and not read. */
    unread?: readonly UnreadField[];
}
/** What the function of a rule returns: `true` is a pass, `false` a failure. Never a promise. */
export type Answer = boolean | Status | Verdict;
/** A rule written in JavaScript; {@link rule} makes it. */
export declare class Rule {
    /** What is said of it. */
    readonly about: Readonly<RuleAbout>;
    /** Judges a resource. */
    readonly judge: (resource: Resource) => Answer;
    /** Its id. */
    get id(): string;
}
/**
 * Makes a rule of a function that takes a resource and returns `true` (pass), `false` (fail), a status, or a {@link Verdict}.
 *
 * A field that was not read makes the verdict unknown where the function looks at it. So does what it throws, whose stack is then
 * in the coverage of the report.
 */
export declare function rule(about: RuleAbout, judge: (resource: Resource) => Answer): Rule;
