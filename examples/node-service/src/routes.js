// Routes that know what they do not do: another method is 405, with those that there are.

import { ApiError } from "./errors.js";

const METHODS = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"];

/** @typedef {(request: import("fastify").FastifyRequest, reply: import("fastify").FastifyReply) => unknown} Handler */

/**
 * @param {import("fastify").FastifyInstance} app
 * @param {string} url
 * @param {Record<string, Handler>} handlers by method
 * @param {{ head?: boolean }} [options] whether HEAD may do what GET does
 */
export function route(app, url, handlers, { head = true } = {}) {
  const there = Object.keys(handlers);
  for (const [method, handler] of Object.entries(handlers)) {
    app.route({ method, url, exposeHeadRoute: method === "GET" && head, handler: async (request, reply) => handler(request, reply) });
  }
  if (head && there.includes("GET")) there.push("HEAD");
  const refuse = async () => {
    throw new ApiError(405, `not with this method; there are: ${there.join(", ")}`, { Allow: there.join(", ") });
  };
  app.route({ method: METHODS.filter((method) => !there.includes(method)), url, handler: refuse });
}
