// Parameters of queries, checked.

import { ApiError } from "./errors.js";

export const STATUSES = /** @type {const} */ (["fail", "unknown", "pass"]);
export const SEVERITIES = /** @type {const} */ (["critical", "high", "medium", "low", "informational"]);
const LARGEST_PAGE = 500;
const LONGEST_TEXT = 200;

/** @typedef {{ statuses: readonly string[], severities: readonly string[] }} Choice which findings are wanted */
/** @typedef {Choice & { text: string, offset: number, limit: number }} PageFilter */
/** @typedef {Record<string, string | string[] | undefined>} Query */

/** @param {import("fastify").FastifyRequest} request */
const queryOf = (request) => /** @type {Query} */ (request.query);

/**
 * Refuses parameters that do not exist: a misspelt filter must not give everything.
 * @param {import("fastify").FastifyRequest} request
 * @param {string[]} known
 */
export function only(request, ...known) {
  for (const name of Object.keys(queryOf(request))) {
    if (!known.includes(name)) {
      throw new ApiError(400, `there is no parameter '${name.slice(0, 40)}'; there are: ${known.join(", ") || "none"}`);
    }
  }
}

/**
 * The filter of `GET /api/scan`: what needs attention, where nothing is said.
 * @param {import("fastify").FastifyRequest} request
 * @returns {Choice}
 */
export function ofScan(request) {
  only(request, "status", "severity");
  return {
    statuses: choice(request, "status", STATUSES, ["fail", "unknown"]),
    severities: choice(request, "severity", SEVERITIES, SEVERITIES),
  };
}

/**
 * The filter of a page of findings.
 * @param {import("fastify").FastifyRequest} request
 * @returns {PageFilter}
 */
export function ofPage(request) {
  only(request, "status", "severity", "q", "offset", "limit");
  const text = first(request, "q").trim();
  if (text.length > LONGEST_TEXT) throw new ApiError(400, `q must have no more than ${LONGEST_TEXT} characters`);
  return {
    statuses: choice(request, "status", STATUSES, STATUSES),
    severities: choice(request, "severity", SEVERITIES, SEVERITIES),
    text,
    offset: whole(request, "offset", 0, 0, 1e9),
    limit: whole(request, "limit", 50, 1, LARGEST_PAGE),
  };
}

/**
 * A parameter that must be there and be one of these.
 * @template {string} T
 * @param {import("fastify").FastifyRequest} request
 * @param {string} name
 * @param {readonly T[]} allowed
 * @returns {T}
 */
export function oneOf(request, name, allowed) {
  const value = /** @type {T} */ (first(request, name));
  if (!allowed.includes(value)) throw new ApiError(400, `${name} must be one of: ${allowed.join(", ")}`);
  return value;
}

/** @param {import("fastify").FastifyRequest} request @param {string} name */
const all = (request, name) => [queryOf(request)[name] ?? []].flat();

/** @param {import("fastify").FastifyRequest} request @param {string} name */
const first = (request, name) => all(request, name)[0] ?? "";

/**
 * @param {import("fastify").FastifyRequest} request
 * @param {string} name
 * @param {readonly string[]} allowed
 * @param {readonly string[]} otherwise
 */
function choice(request, name, allowed, otherwise) {
  const values = all(request, name).flatMap((given) => given.split(",")).map((value) => value.trim()).filter(Boolean);
  if (values.some((value) => !allowed.includes(value))) throw new ApiError(400, `${name} must be of: ${allowed.join(", ")}`);
  return values.length ? values : otherwise;
}

/**
 * @param {import("fastify").FastifyRequest} request
 * @param {string} name
 * @param {number} otherwise
 * @param {number} least
 * @param {number} most
 */
function whole(request, name, otherwise, least, most) {
  const value = first(request, name).trim();
  // Number alone would also take 1e3, 0x10 and 1.5.
  const n = value === "" ? otherwise : /^\d{1,11}$/.test(value) ? Number(value) : -1;
  if (n < least || n > most) throw new ApiError(400, `${name} is not a number in range`);
  return n;
}
