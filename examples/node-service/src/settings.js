// What the service was told, all of it from the environment, and checked before anything starts.

import { existsSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

// Long enough that it cannot be guessed, however often somebody tries.
const SHORTEST_KEY = 16;
const DASHBOARD = fileURLToPath(new URL("../../dashboard", import.meta.url));
const LOCAL_HOSTS = ["localhost", "127.0.0.1", "[::1]"];
const MAKE_A_KEY = `node -p 'crypto.randomBytes(32).toString("base64url")'`;

/** The environment does not say what is needed, or contradicts itself. */
export class SettingsError extends Error {}

/**
 * @typedef {object} Settings
 * @property {string | null} apiKey null: everybody who can connect may scan
 * @property {string[]} hosts without a key: the names under which the service may be asked
 * @property {string | null} bucket null: the account is scanned
 * @property {string | null} key
 * @property {string[]} regions
 * @property {string[]} frameworks
 * @property {string | null} endpointUrl
 * @property {string} dashboardDir
 * @property {number} maxActive scans at once, those of `GET /api/scan` included
 * @property {number} maxScans scans that are kept
 * @property {number} maxAge and for how long, in seconds
 * @property {number} scanTimeout in seconds
 * @property {number} requestTimeout in which a client must send its whole request, in seconds
 * @property {number} maxStreams event streams at once
 * @property {number} streamAge after which a stream is ended, in seconds
 * @property {string} host
 * @property {number} port
 * @property {string} source what is scanned, for people
 */

/**
 * The settings, or an error that says what to do.
 * @param {NodeJS.ProcessEnv} env
 * @returns {Settings}
 */
export function settingsFrom(env) {
  const text = (/** @type {string} */ name) => env[name]?.trim() || null;
  const words = (/** @type {string} */ name) => (env[name] ?? "").split(/[\s,]+/).filter(Boolean);
  const number = (/** @type {string} */ name, /** @type {number} */ otherwise) => {
    const value = text(name);
    const n = value === null ? otherwise : Number(value);
    // Also refuses NaN, which compares with nothing. A timer of Node's holds no more than 2^31 milliseconds.
    if (!(n > 0 && n <= 2e6)) throw new SettingsError(`${name} must be a number above 0 and up to 2000000, and is '${value}'`);
    return n;
  };
  const whole = (/** @type {string} */ name, /** @type {number} */ otherwise) => Math.max(1, Math.floor(number(name, otherwise)));

  const [bucket, key] = [text("BUCKET_NAME"), text("OBJECT_KEY")];
  if (Boolean(bucket) !== Boolean(key)) {
    throw new SettingsError(`BUCKET_NAME and OBJECT_KEY belong together: ${bucket ? "OBJECT_KEY" : "BUCKET_NAME"} is not set`);
  }
  const dashboardDir = text("DASHBOARD_DIR") ?? DASHBOARD;
  if (!existsSync(join(dashboardDir, "index.html"))) {
    throw new SettingsError(`there is no index.html in ${dashboardDir}: DASHBOARD_DIR must name the folder of the page`);
  }
  const regions = words("SCAN_REGIONS");
  return {
    apiKey: apiKey(env),
    hosts: [...LOCAL_HOSTS, ...words("ALLOWED_HOSTS").map((host) => host.toLowerCase())],
    bucket,
    key,
    regions,
    frameworks: words("RULES_FRAMEWORKS"),
    endpointUrl: text("AWS_ENDPOINT_URL"),
    dashboardDir,
    maxActive: whole("MAX_ACTIVE", 4),
    maxScans: whole("MAX_SCANS", 20),
    maxAge: number("MAX_AGE", 24 * 3600),
    scanTimeout: number("SCAN_TIMEOUT", 3600),
    requestTimeout: number("REQUEST_TIMEOUT", 10),
    maxStreams: whole("MAX_STREAMS", 100),
    streamAge: number("STREAM_AGE", 600),
    ...address(text("BIND") ?? "127.0.0.1:8000"),
    source: bucket ? `s3://${bucket}/${key}` : `AWS account, ${regions.join(", ") || "all its regions"}`,
  };
}

/** @param {NodeJS.ProcessEnv} env */
function apiKey(env) {
  const auth = (env.CSPM_AUTH ?? "on").trim().toLowerCase();
  if (auth === "off") return null;
  if (auth !== "on") throw new SettingsError(`CSPM_AUTH must be on or off, and is '${auth}'`);
  const key = (env.CSPM_API_KEY ?? "").trim();
  if (!key) {
    throw new SettingsError(
      `CSPM_API_KEY is not set. Make a key with: ${MAKE_A_KEY}\n` +
        "Without a key, everybody who can connect could read the findings; where that is meant, set CSPM_AUTH=off.",
    );
  }
  if (key.length < SHORTEST_KEY) {
    throw new SettingsError(`CSPM_API_KEY has fewer than ${SHORTEST_KEY} characters. Make a key with: ${MAKE_A_KEY}`);
  }
  return key;
}

/** @param {string} bind */
function address(bind) {
  const [, v6, v4, digits] = /^(?:\[([^\]]+)\]|([^:]*)):(\d{1,5})$/.exec(bind) ?? [];
  const [host, port] = [v6 ?? v4, Number(digits)];
  if (!host || !(port < 65536)) throw new SettingsError(`BIND must be HOST:PORT, and is '${bind}'`);
  return { host, port };
}
