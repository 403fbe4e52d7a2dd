// What is run: node src/main.js

import { createApp } from "./app.js";
import { SettingsError, settingsFrom } from "./settings.js";

/** How long scans and clients may take when the service is stopped, in milliseconds. */
const PATIENCE = 10_000;

try {
  const settings = settingsFrom(process.env);
  const app = createApp(settings, { logLevel: process.env.LOG_LEVEL ?? "info" });
  const stop = async () => {
    setTimeout(() => process.exit(1), PATIENCE).unref();
    await app.close();
  };
  for (const signal of ["SIGTERM", "SIGINT"]) process.once(signal, stop);
  await app.listen({ host: settings.host, port: settings.port });
} catch (error) {
  if (!(error instanceof SettingsError)) throw error;
  // A sentence for people, not a trace.
  process.stderr.write(`cspm-service: ${error.message}\n`);
  process.exitCode = 1;
}
