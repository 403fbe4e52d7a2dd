import { Report } from "./report.js";
import { type Resource, type ResourceGiven } from "./resource.js";
import { type Exception, Rules } from "./rules.js";
/** Options of an evaluation. */
export interface EvaluateOptions {
    /** Ends it when it is aborted, and has it fail with the signal's reason. */
    signal?: AbortSignal | undefined;
    /** Reviewed waivers, a file or a list, instead of those of the rules. */
    exceptions?: string | readonly Exception[] | null | undefined;
}
/**
 * Verdicts on resources that the caller already has: no collector, no call. A kind of which none is given is not known to be
 * absent.
 *
 * @throws {@link FormatError} names a resource that is not one.
 */
export declare function evaluate(resources: Iterable<ResourceGiven | Resource>, rules?: Rules, { signal, exceptions }?: EvaluateOptions): Promise<Report>;
