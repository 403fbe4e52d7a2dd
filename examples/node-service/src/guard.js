// Who may ask, how much, and what browsers may do with the answers.

import { createHmac, randomBytes, timingSafeEqual } from "node:crypto";
import { ApiError } from "./errors.js";

export const LARGEST_BODY = 16 * 1024;

const HEADERS = {
  "Content-Security-Policy":
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; " +
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
  "X-Content-Type-Options": "nosniff",
  "X-Frame-Options": "DENY",
  "Referrer-Policy": "no-referrer",
  "Cross-Origin-Opener-Policy": "same-origin",
  "Cross-Origin-Resource-Policy": "same-origin",
  "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
};

/**
 * Guards every request and dresses every answer, also where there is no route.
 * @param {import("fastify").FastifyInstance} app
 * @param {import("./settings.js").Settings} settings
 */
export function registerGuard(app, { apiKey, hosts }) {
  const isKey = apiKey === null ? null : matcher(apiKey);
  let closing = false;
  app.addHook("preClose", async () => void (closing = true));

  app.addHook("onRequest", async (request, reply) => {
    dress(request, reply);
    const open = !isApi(request);
    if (closing) throw new ApiError(503, "the service is stopping", { Connection: "close" });
    if (Number(request.headers["content-length"] ?? 0) > LARGEST_BODY) {
      throw new ApiError(413, `a request of more than ${LARGEST_BODY} bytes`, { Connection: "close" });
    }
    if (open) return;
    if (isKey) {
      if (!isKey(givenKey(request))) throw new ApiError(401, "the API key is missing or wrong", { "WWW-Authenticate": "Bearer" });
    } else {
      refuseOtherSites(request, hosts);
    }
  });
}

/**
 * Without a key, these headers alone keep pages of other sites from reading findings and starting scans.
 * @param {import("fastify").FastifyRequest} request
 * @param {string[]} hosts
 */
function refuseOtherSites(request, hosts) {
  const { host = "", origin, "sec-fetch-site": site = "none" } = request.headers;
  // A site can have its own name lead to this address (DNS rebinding); the browser then says that name.
  const name = /^(\[[^\]]*\]|[^:@/]*)(?::\d+)?$/.exec(host.toLowerCase())?.[1] ?? "";
  if (!hosts.includes(name)) throw new ApiError(403, "the service is not asked under this name: name it in ALLOWED_HOSTS");
  // Browsers send one also where they do not send the other.
  const same = [`http://${host}`, `https://${host}`].some((own) => own.toLowerCase() === origin?.toLowerCase());
  if ((origin !== undefined && !same) || !["none", "same-origin"].includes(String(site))) {
    throw new ApiError(403, "not for other sites");
  }
}

/** @param {import("fastify").FastifyRequest} request @param {import("fastify").FastifyReply} reply */
export function dress(request, reply) {
  reply.headers(HEADERS);
  if (isApi(request)) reply.header("Cache-Control", "no-store");
  if (request.protocol === "https") reply.header("Strict-Transport-Security", "max-age=31536000");
}

/** @param {import("fastify").FastifyRequest} request */
function isApi(request) {
  // By the route too, since what is asked for may be written in more than one way: /%61pi is /api.
  return (request.routeOptions.url ?? "").startsWith("/api") || /^\/api/i.test(request.url);
}

/** @param {import("fastify").FastifyRequest} request */
function givenKey(request) {
  const key = request.headers["x-api-key"];
  if (key) return String(key);
  return /^bearer\s+(\S.*)$/i.exec(request.headers.authorization ?? "")?.[1]?.trim() ?? "";
}

/**
 * Compares in a time that tells nothing of the key: digests are of one length, whatever was given.
 * @param {string} apiKey
 */
function matcher(apiKey) {
  const secret = randomBytes(32);
  const digest = (/** @type {Buffer} */ key) => createHmac("sha256", secret).update(key).digest();
  const expected = digest(Buffer.from(apiKey));
  // Headers are Latin-1 on the wire; a key in UTF-8 is the same bytes again.
  return (/** @type {string} */ given) => timingSafeEqual(digest(Buffer.from(given, "latin1")), expected);
}
