import { json, plain } from "./data.js";
import { ConfigError } from "./errors.js";
import type { Remediation, Severity, Status } from "./finding.js";
import { Resource, type UnreadField } from "./resource.js";
import { told } from "./thrown.js";
import { UnreadError } from "./unread.js";

/** Lists in evidence are cut behind so many items, and texts behind so many characters. */
const MAX_ITEMS = 20;
const MAX_TEXT = 500;

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
export class Rule {
  /** What is said of it. */
  readonly about: Readonly<RuleAbout>;
  /** Judges a resource. */
  readonly judge: (resource: Resource) => Answer;

  /** @internal */
  constructor(about: RuleAbout, judge: (resource: Resource) => Answer) {
    this.about = { severity: "medium", ...about };
    this.judge = judge;
  }

  /** Its id. */
  get id(): string {
    return this.about.id;
  }
}

/**
 * Makes a rule of a function that takes a resource and returns `true` (pass), `false` (fail), a status, or a {@link Verdict}.
 *
 * A field that was not read makes the verdict unknown where the function looks at it. So does what it throws, whose stack is then
 * in the coverage of the report.
 */
export function rule(about: RuleAbout, judge: (resource: Resource) => Answer): Rule {
  for (const name of ["id", "kind", "title"] as const) {
    if (!about[name]) {
      throw new ConfigError(`cannot make a rule without ${name}`, { attempted: "make a rule" });
    }
  }
  if (typeof judge !== "function") {
    throw new ConfigError(`cannot make the rule ${about.id} without a function`, { attempted: "make a rule" });
  }
  return new Rule(about, judge);
}

/**
 * The answer of a rule for the native half.
 *
 * @internal
 */
export function judged(rule: Rule, row: string): string {
  try {
    const resource = new Resource(row);
    const read = Resource.record(resource);
    return json({ verdict: verdict(rule, rule.judge(resource), resource, read) });
  } catch (error) {
    if (error instanceof UnreadError) {
      const { field, reason, call, detail } = error;
      return JSON.stringify({ verdict: { status: "unknown", unread: [{ field: field || "data", reason, call, detail }] } });
    }
    return JSON.stringify({ fault: told(error) });
  }
}

function verdict(rule: Rule, answer: unknown, resource: Resource, read: Map<string, unknown>): unknown {
  if (typeof answer === "boolean") answer = { status: answer ? "pass" : "fail" };
  if (typeof answer === "string") answer = { status: answer };
  const { status, message, evidence, unread = [] } = (answer ?? {}) as Verdict;
  const known = status === "pass" || status === "fail" || status === "unknown";
  if (!known || (status === "unknown" && unread.length === 0)) {
    const what = known ? "unknown without unread" : answer instanceof Promise ? "a promise" : shown(answer);
    throw new TypeError(`the rule ${rule.id} gave ${what}, and not true, false, "pass", "fail", or a verdict`);
  }
  if (evidence === undefined && read.size === 0) for (const field of rule.about.reads ?? []) note(resource, field);
  const fields = Object.entries(evidence ?? Object.fromEntries(read));
  return {
    status: unread.length > 0 ? "unknown" : status,
    message,
    evidence: Object.fromEntries(fields.map(([field, value]) => [field, cut(plain(value, "", []))])),
    unread: unread.map(({ field, reason, call = "", detail = "" }) => ({ field, reason, call, detail })),
  };
}

/** Gets a field that the function did not get by name; where it was not read, the function did not need it. */
function note(resource: Resource, field: string): void {
  try {
    resource.get(field);
  } catch (error) {
    if (!(error instanceof UnreadError)) throw error;
  }
}

function shown(answer: unknown): string {
  try {
    return JSON.stringify(answer) ?? String(answer);
  } catch {
    return String(answer);
  }
}

function cut(value: unknown): unknown {
  if (typeof value === "string") return value.length > MAX_TEXT ? `${value.slice(0, MAX_TEXT)}…` : value;
  if (Array.isArray(value)) {
    const more = value.length - MAX_ITEMS;
    return [...value.slice(0, MAX_ITEMS).map(cut), ...(more > 0 ? [`… and ${more} more`] : [])];
  }
  if (typeof value !== "object" || value === null) return value;
  const entries = Object.entries(value);
  const more = entries.length - MAX_ITEMS;
  const kept = entries.slice(0, MAX_ITEMS).map(([key, part]) => [key, cut(part)] as const);
  return Object.fromEntries(more > 0 ? [...kept, ["…", `and ${more} more`]] : kept);
}
