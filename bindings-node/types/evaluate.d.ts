import { Report } from "./report.js";
import { type Resource, type ResourceGiven } from "./resource.js";
import { Rules } from "./rules.js";
/**
 * Verdicts on resources that the caller already has: no collector, no call. A kind of which none is given is not known to be
 * absent.
 *
 * @throws {@link FormatError} names a resource that is not one.
 */
export declare function evaluate(resources: Iterable<ResourceGiven | Resource>, rules?: Rules, { signal }?: {
    signal?: AbortSignal | undefined;
}): Promise<Report>;
