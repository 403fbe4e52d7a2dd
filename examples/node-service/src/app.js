// The service, put together.

import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fastify from "fastify";
import { registerApi } from "./api.js";
import { answer, refuse, registerErrors } from "./errors.js";
import { dress, LARGEST_BODY, registerGuard } from "./guard.js";
import { registerPages } from "./pages.js";

/**
 * @param {import("./settings.js").Settings} settings
 * @param {{ logLevel?: string }} [options]
 */
export function createApp(settings, { logLevel = "info" } = {}) {
  const app = fastify({
    logger: { level: logLevel },
    bodyLimit: LARGEST_BODY,
    // Of the headers and the body; an answer may take as long as a scan does.
    requestTimeout: settings.requestTimeout * 1000,
    // Node must know the limit when it makes the server: one that is set later, as Fastify does, is not for bodies. And how often
    // it looks for those who take longer.
    http: {
      requestTimeout: settings.requestTimeout * 1000,
      connectionsCheckingInterval: Math.min(5000, settings.requestTimeout * 500),
    },
    // Longer than that of the proxies before it, so that none writes into a connection that is being closed.
    keepAliveTimeout: 75_000,
    // Ours, in the form that all answers have.
    return503OnClosing: false,
    // Of paths that are none. No hook has seen them.
    frameworkErrors: (error, request, reply) => {
      dress(request, reply);
      answer(error, reply);
    },
    clientErrorHandler: refuse,
    // A proxy on this machine says how it was asked.
    trustProxy: "loopback",
    routerOptions: { maxParamLength: 1000 },
  });
  // Bodies are so small that they are looked at as text, whatever they are called.
  app.removeAllContentTypeParsers();
  app.addContentTypeParser("*", { parseAs: "string" }, (_, body, done) => done(null, body));

  registerErrors(app);
  registerGuard(app, settings);
  registerPages(app, settings.dashboardDir);
  // A folder of this process alone, which goes with it.
  const folder = mkdtempSync(join(tmpdir(), "cspm-service-"));
  registerApi(app, settings, folder);
  app.addHook("onClose", async () => rmSync(folder, { recursive: true, force: true }));
  return app;
}
