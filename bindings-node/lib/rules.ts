import type * as binding from "./binding.js";
import { camel } from "./case.js";
import { declared } from "./collecting.js";
import type { DeclaredKinds } from "./collector.js";
import { ConfigError } from "./errors.js";
import type { Remediation, Severity } from "./finding.js";
import { native } from "./native.js";
import { Rule } from "./rule.js";
import { call } from "./thrown.js";

/** A reviewed waiver of findings; at least one selector must be given. */
export interface Exception {
  /** A rule id; `*` stands for any text. */
  rule?: string;
  /** The uid of a resource; `*` stands for any text. */
  resource?: string;
  /** An account. */
  account?: string;
  /** A region. */
  region?: string;
  /** Tags that the resource must have, all of them. */
  tags?: Record<string, string>;
  /** Who answers for the waiver. */
  owner: string;
  /** Why it is acceptable. */
  reason: string;
  /** The last day on which it counts, as `2027-01-31`. */
  expires: string;
}

/** Which rules: each selection narrows the choice, several values of one widen it. */
export interface RulesOptions {
  /** Only rules with these ids, or which had them formerly. */
  ids?: readonly string[] | null | undefined;
  /** Only rules of these frameworks. */
  frameworks?: readonly string[] | null | undefined;
  /** Only rules of these severities. */
  severities?: readonly Severity[] | null | undefined;
  /** Only rules of these services. */
  services?: readonly string[] | null | undefined;
  /** Rule files of your own, and folders of them. */
  paths?: string | readonly string[] | null | undefined;
  /** Reviewed waivers: a file, or a list. */
  exceptions?: string | readonly Exception[] | null | undefined;
  /** Rules in JavaScript, which no selection leaves out. */
  extra?: readonly Rule[] | null | undefined;
  /** Whether the built-in catalog is in; it is unless this is false. */
  builtin?: boolean | null | undefined;
  /** Kinds of your own that rule files are checked against. */
  kinds?: DeclaredKinds | null | undefined;
}

/** What is said of a rule. */
export interface RuleInfo {
  /** Never changes; a rename leaves an alias. */
  id: string;
  /** The state that the rule wants, in a few words. */
  title: string;
  /** The kind of resource that it judges. */
  kind: string;
  /** Every kind that it judges: `kind` and those of `embeddedIn`. */
  kinds: string[];
  /** Further kinds that it judges, since they hold one of `kind` in themselves. */
  embeddedIn: string[];
  /** The service, e.g. `s3`. */
  service: string;
  /** The provider, e.g. `aws`. */
  provider: string;
  /** How bad a failure is. */
  severity: Severity;
  /** What a failure says. */
  message: string;
  /** Why it matters. */
  rationale: string;
  /** How to mend it. */
  remediation: Remediation;
  /** Where to read more. */
  references: string[];
  /** The names of the same check in other tools. */
  equivalents: Record<string, string[]>;
  /** The controls that it answers, by framework. */
  frameworks: Record<string, string[]>;
  /** The CEL expression; `null` for a rule written in code. */
  expression: string | null;
  /** Former ids. */
  aliases: string[];
  /** Why it should no longer be used; `null` where it should. */
  deprecated: string | null;
}

/** The controls of a published benchmark or standard, and the rules that answer them. */
export interface Framework {
  /** Its id, e.g. `cis_aws_7.0`. */
  id: string;
  /** Its title. */
  title: string;
  /** Its version. */
  version: string;
  /** The provider that it is about. */
  provider: string;
  /** Where it is published. */
  source: string;
  /** Its controls. */
  controls: {
    /** The number of the control. */
    id: string;
    /** Its title. */
    title: string;
    /** How much of it the rules answer. */
    status: "automated" | "partial" | "manual" | "not_covered";
    /** The ids of the rules. */
    rules: string[];
    /** Its level, where the framework has levels. */
    level?: number;
    /** What is not covered, and why. */
    note?: string;
  }[];
}

/**
 * A choice of rules: the built-in catalog unless told otherwise. They are read and checked at once.
 *
 * @throws {@link RuleError} with the file, line and column of what is wrong with a rule.
 */
export class Rules implements Iterable<RuleInfo> {
  /** How many there are. */
  readonly length: number;
  readonly #native: binding.Rules;
  readonly #extra: readonly Rule[];
  #infos: RuleInfo[] | undefined;

  constructor({ extra, kinds, paths, ...others }: RulesOptions = {}) {
    this.#extra = [...(extra ?? [])];
    if (!this.#extra.every((rule) => rule instanceof Rule)) {
      throw new ConfigError("cannot use an extra rule: it is not made by rule()", { attempted: "use the options of Rules" });
    }
    const options = {
      ...others,
      paths: typeof paths === "string" ? [paths] : paths,
      extra: this.#extra.map((rule) => rule.about),
      kinds: declared(kinds ?? []),
    };
    this.#native = call(() => new native.Rules(JSON.stringify(options)));
    this.length = this.#native.length;
  }

  /** The rule with this id, or which had it formerly. */
  get(id: string): RuleInfo | undefined {
    const all = this.#all();
    return all.find((rule) => rule.id === id) ?? all.find((rule) => rule.aliases.includes(id));
  }

  /** The rules, in the order of their ids. */
  [Symbol.iterator](): IterableIterator<RuleInfo> {
    return this.#all()[Symbol.iterator]() as IterableIterator<RuleInfo>;
  }

  /** Every framework that was loaded, in the order of their ids. */
  get frameworks(): Framework[] {
    return JSON.parse(call(() => this.#native.frameworks()));
  }

  #all(): RuleInfo[] {
    this.#infos ??= infos(call(() => this.#native.infos()));
    return this.#infos;
  }

  /**
   * The built-in rules where the caller named none. A collector of kinds of its own is then collected alone, which is an error
   * with rules that were asked for.
   *
   * @internal
   */
  static byDefault(): Rules {
    return new Rules({ implied: true } as RulesOptions);
  }

  /** @internal */
  static native(of: Rules): binding.Rules {
    return of.#native;
  }

  /** @internal */
  static extra(of: Rules): readonly Rule[] {
    return of.#extra;
  }
}

/**
 * What is said of rules, from the text of the native half.
 *
 * @internal
 */
export function infos(text: string): RuleInfo[] {
  const all = (JSON.parse(text) as object[]).map((meta) => camel(meta) as unknown as RuleInfo);
  return all.map((info) => ({ ...info, kinds: [info.kind, ...(info.embeddedIn ?? [])] }));
}
