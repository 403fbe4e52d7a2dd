// The page and its files, which hold no data and no key. They are read once: no path that a request names ever reaches the disk.

import { createHash } from "node:crypto";
import { readFileSync, readdirSync } from "node:fs";
import { extname, join } from "node:path";
import { ApiError } from "./errors.js";
import { route } from "./routes.js";

/** @type {Record<string, string>} */
const TYPES = {
  ".html": "text/html; charset=utf-8",
  ".css": "text/css; charset=utf-8",
  ".js": "text/javascript; charset=utf-8",
  ".svg": "image/svg+xml",
};

/**
 * @param {import("fastify").FastifyInstance} app
 * @param {string} folder
 */
export function registerPages(app, folder) {
  const files = new Map();
  for (const name of readdirSync(folder)) {
    const type = TYPES[extname(name)];
    if (!type) continue;
    const content = readFileSync(join(folder, name));
    files.set(name, { type, content, etag: `"${createHash("sha256").update(content).digest("base64url").slice(0, 22)}"` });
  }

  /** @param {string} name @returns {import("./routes.js").Handler} */
  const send = (name) => (request, reply) => {
    const file = files.get(name);
    if (!file) throw new ApiError(404, "there is no such file");
    // Asked for again each time, and answered with 304: a new version is never mixed with an old one.
    reply.headers({ "Cache-Control": "no-cache", ETag: file.etag });
    if (request.headers["if-none-match"]?.includes(file.etag)) return reply.code(304).send();
    return reply.type(file.type).send(file.content);
  };
  route(app, "/", { GET: send("index.html") });
  route(app, "/static/:name", { GET: (request, reply) => send(/** @type {{ name: string }} */ (request.params).name)(request, reply) });
  route(app, "/healthz", { GET: () => ({ status: "success" }) });
}
