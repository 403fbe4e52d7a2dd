import type * as binding from "./binding.js";
import { sourcesOf } from "./collecting.js";
import type { AnyCollector } from "./collector.js";
import { native } from "./native.js";
import { Rules } from "./rules.js";
import { call } from "./thrown.js";

/** A call of a plan. */
export interface PlannedCall {
  /** The provider. */
  provider: string;
  /** The service, as the SDK names it. */
  service: string;
  /** The operation. */
  operation: string;
  /** The permission that it needs; empty where it needs none. */
  permission: string;
  /** What the number of calls grows with: `account`, `region`, or a kind. */
  per: string;
  /** The kinds that it fills. */
  fills: string[];
}

/** The calls that a scan makes, and the policy that allows exactly those. */
export class Plan {
  /** The calls, in the order of provider, service and operation. */
  readonly calls: readonly PlannedCall[];
  readonly #native: binding.Plan;

  /** @internal */
  constructor(of: binding.Plan) {
    this.#native = of;
    this.calls = JSON.parse(call(() => of.calls())) as PlannedCall[];
  }

  /** The IAM policy document that allows exactly the AWS calls of the plan. */
  iamPolicy(): { Version: string; Statement: Record<string, unknown>[] } {
    return JSON.parse(call(() => this.#native.iamPolicy()));
  }

  /** The ClusterRole that allows exactly the Kubernetes calls of the plan. */
  clusterRole(): Record<string, unknown> {
    return JSON.parse(call(() => this.#native.clusterRole()));
  }

  /** The calls, for `JSON.stringify`. */
  toJSON(): { calls: readonly PlannedCall[] } {
    return { calls: this.calls };
  }
}

/**
 * The calls that a scan of these collectors with these rules would make. Makes none, runs no exec plugin, and so needs no credentials;
 * the kubeconfig of a {@link Kubernetes} is read, though. Files need no call.
 */
export function plan(collectors: AnyCollector | readonly AnyCollector[], rules: Rules = Rules.byDefault()): Plan {
  const sources = sourcesOf(collectors).map(({ source }) => source);
  return new Plan(call(() => native.plan(sources, Rules.native(rules))));
}
