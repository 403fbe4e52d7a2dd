import type { AnyCollector } from "./collector.js";
import { Rules } from "./rules.js";
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
export declare class Plan {
    #private;
    /** The calls, in the order of provider, service and operation. */
    readonly calls: readonly PlannedCall[];
    /** The IAM policy document that allows exactly the AWS calls of the plan. */
    iamPolicy(): {
        Version: string;
        Statement: Record<string, unknown>[];
    };
    /** The ClusterRole that allows exactly the Kubernetes calls of the plan. */
    clusterRole(): Record<string, unknown>;
    /** The calls, for `JSON.stringify`. */
    toJSON(): {
        calls: readonly PlannedCall[];
    };
}
/**
 * The calls that a scan of these collectors with these rules would make. Makes none, runs no exec plugin, and so needs no credentials;
 * the kubeconfig of a {@link Kubernetes} is read, though. Files need no call.
 */
export declare function plan(collectors: AnyCollector | readonly AnyCollector[], rules?: Rules): Plan;
