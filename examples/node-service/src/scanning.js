// The one place that knows the library: what is scanned, by which rules, and what its answers mean over HTTP.

import { Aws, CspmError, Rules, Snapshot, stream } from "cspm";
import { ApiError, AT_FAULT } from "./errors.js";

/** @typedef {import("./settings.js").Settings} Settings */
/** @typedef {import("./results-writer.js").FlatFinding} FlatFinding */

// Whose fault it is: what is not here is that of what was scanned, or of the way there.
const OURS = new Set(["config", "rule", "model", "extension", "internal"]);

/**
 * The events of a scan, as they come.
 * @param {Settings} settings
 * @param {AbortSignal} signal
 */
export function scanEvents(settings, signal) {
  const { bucket, regions, endpointUrl, frameworks, source } = settings;
  // Made anew for each scan: credentials may have been renewed since the last, and none are kept in between.
  const aws = new Aws({ ...(regions.length && { regions }), ...(endpointUrl && { endpointUrl }) });
  const collector = bucket ? new Snapshot(source, { aws }) : aws;
  return stream([collector], new Rules(frameworks.length ? { frameworks } : {}), { signal });
}

/**
 * What an error of a scan means to those who asked for it.
 * @param {unknown} error
 */
export function asApiError(error) {
  if (!(error instanceof CspmError)) return new ApiError(500, AT_FAULT);
  return new ApiError(OURS.has(error.code) ? 500 : 502, error.message);
}

/**
 * A finding as the services give it (examples/dashboard/API.md).
 * @param {import("cspm").Finding} finding
 * @returns {FlatFinding}
 */
export function flat(finding) {
  const { id, resource, message, severity, status, ruleId, title, evidence, unread, remediation, frameworks, exception } = finding;
  return {
    id,
    resource: resource.name,
    uid: resource.uid,
    kind: resource.kind,
    account: resource.account,
    region: resource.region,
    tags: resource.tags,
    issue: message,
    message,
    severity,
    status,
    rule_id: ruleId,
    title,
    evidence,
    unread,
    remediation,
    frameworks,
    ...(exception && { exception }),
  };
}

/** @typedef {{ summary: { resources: number }, coverage: object, scores: object }} Outcome */

/**
 * What a report says as a whole, in the names that the services use in every language.
 * @param {import("cspm").Report} report
 * @returns {Outcome}
 */
export function outcomeOf({ summary, coverage, scores: { total, ...groups } }) {
  const named = (/** @type {Record<string, object>} */ of) => mapped(of, snake);
  return {
    summary: { ...snake(summary), resources: summary.resources },
    coverage: snake(coverage),
    scores: { total: snake(total), ...mapped(groups, named) },
  };
}

/** Names of the library, which are in camelCase; what is below them is data, and keeps its names. @param {object} of */
const snake = (of) =>
  Object.fromEntries(Object.entries(of).map(([name, value]) => [name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`), value]));

/** @template T @param {Record<string, T>} of @param {(value: T) => object} change */
const mapped = (of, change) => Object.fromEntries(Object.entries(of).map(([name, value]) => [name, change(value)]));
