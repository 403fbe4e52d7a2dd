import { FormatError } from "./errors.js";
import { Job } from "./job.js";
import { native } from "./native.js";
import { Report } from "./report.js";
import { given, type Resource, type ResourceGiven } from "./resource.js";
import { type Exception, Rules } from "./rules.js";
import { told } from "./thrown.js";

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
export async function evaluate(
  resources: Iterable<ResourceGiven | Resource>,
  rules: Rules = Rules.byDefault(),
  { signal, exceptions }: EvaluateOptions = {},
): Promise<Report> {
  signal?.throwIfAborted();
  const rows = Array.from(resources, rowOf);
  const job = new Job(
    (tell) => native.evaluate(`[${rows.join(",")}]`, Rules.native(rules), JSON.stringify({ exceptions }), tell),
    {
      signal,
      rules: Rules.extra(rules),
    },
  );
  const { report } = await job.outcome;
  if (report === undefined) throw new TypeError("the evaluation ended without a report");
  return new Report(report);
}

function rowOf(resource: ResourceGiven | Resource): string {
  try {
    return given(resource);
  } catch (cause) {
    const uid = (resource as { uid?: unknown } | null)?.uid;
    const attempted = `take the resource ${typeof uid === "string" ? uid : "without a uid"}`;
    throw new FormatError(`cannot ${attempted}: ${told(cause).line}`, { attempted, cause });
  }
}
