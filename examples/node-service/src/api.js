// The calls below /api.

import { open } from "node:fs/promises";
import { join } from "node:path";
import { ApiError } from "./errors.js";
import { Streams } from "./events.js";
import { ofPage, oneOf, only } from "./filters.js";
import { FORMATS, NAMES } from "./formats.js";
import { Jobs } from "./jobs.js";
import { Places } from "./places.js";
import { route } from "./routes.js";
import { ScanNow } from "./scan-now.js";

/** How long clients may take for their last answer when the service stops, in milliseconds. */
const LINGER = 1000;
const JSON_TYPE = "application/json; charset=utf-8";

/**
 * @param {import("fastify").FastifyInstance} app
 * @param {import("./settings.js").Settings} settings
 * @param {string} folder
 */
export function registerApi(app, settings, folder) {
  const places = new Places(settings.maxActive);
  const jobs = new Jobs(settings, folder, places, app.log);
  const scanNow = new ScanNow(settings, folder, places, app.log);
  const streams = new Streams(settings);
  const jobOf = (/** @type {import("fastify").FastifyRequest} */ request) => jobs.get(/** @type {{ id: string }} */ (request.params).id);

  // Before the server waits for its connections: what they wait for is ended.
  app.addHook("preClose", async () => {
    // A scan that is stopped tells its watchers so, and then the streams have ended.
    await Promise.all([jobs.stop(), scanNow.stop()]);
    streams.stop();
    // Browsers open connections that they may never use, and Node takes such for busy.
    setTimeout(() => app.server.closeAllConnections(), LINGER).unref();
  });

  route(app, "/api/scan", { GET: (request, reply) => scanNow.answer(request, reply) }, { head: false });

  route(app, "/api/scans", {
    GET: (request) => {
      only(request);
      return { status: "success", source: settings.source, scans: jobs.all().map((job) => job.brief()) };
    },
    POST: (request, reply) => {
      only(request);
      if (!isEmpty(request.body)) {
        throw new ApiError(400, "the body must be empty, or {}: what is scanned is a setting of the service");
      }
      const id = jobs.start();
      return reply.code(202).header("Location", `/api/scans/${id}`).send({ status: "success", id });
    },
  });

  route(app, "/api/scans/:id", {
    GET: (request) => {
      only(request);
      return { status: "success", scan: jobOf(request).full() };
    },
    DELETE: (request, reply) => {
      const job = jobOf(request);
      job.cancel();
      return reply.code(202).send({ status: "success", id: job.id });
    },
  });

  route(app, "/api/scans/:id/events", { GET: (request, reply) => streams.open(jobOf(request), request, reply) }, { head: false });

  route(app, "/api/scans/:id/findings", {
    GET: async (request, reply) => {
      const wanted = ofPage(request);
      return reply.type(JSON_TYPE).send(await done(jobOf(request)).page(wanted));
    },
  });

  route(app, "/api/scans/:id/report", {
    GET: async (request, reply) => {
      only(request, "format");
      const [suffix, type] = FORMATS[oneOf(request, "format", NAMES)];
      const job = jobOf(request);
      done(job);
      const file = await open(join(job.folder, /** @type {{ format: string }} */ (request.query).format));
      const when = new Date((job.ended ?? 0) * 1000).toISOString().replace(/[-:]|\..*/g, "").replace("T", "-");
      reply.header("Content-Disposition", `attachment; filename=cspm-${when}.${suffix}`).type(type);
      return reply.header("Content-Length", (await file.stat()).size).send(file.createReadStream());
    },
  });
}

/** @param {import("./job.js").Job} job */
function done(job) {
  if (!job.results) throw new ApiError(409, "the scan has no results: it is not done");
  return job.results;
}

/** @param {unknown} body */
function isEmpty(body) {
  if (!body) return true;
  try {
    const value = JSON.parse(String(body));
    return JSON.stringify(value) === "{}";
  } catch {
    return false;
  }
}
