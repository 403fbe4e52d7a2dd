// The service's interface (API.md). The key is kept for this tab alone.

const KEY = "cspm-key";

export class ApiError extends Error {
  constructor(code, message) {
    super(message);
    this.code = code;
  }
}

export const key = {
  get: () => sessionStorage.getItem(KEY) ?? "",
  set: (value) => sessionStorage.setItem(KEY, value),
  forget: () => sessionStorage.removeItem(KEY),
};

/** An answer that is no error. */
async function ask(path, { headers = {}, ...options } = {}) {
  const given = key.get();
  let response;
  try {
    response = await fetch(`/api${path}`, {
      ...options,
      headers: given ? { ...headers, "X-API-Key": given } : headers,
      cache: "no-store",
      credentials: "omit",
      referrerPolicy: "no-referrer",
    });
  } catch (error) {
    if (error.name === "AbortError") throw error;
    throw new ApiError(0, "The service cannot be reached.");
  }
  if (response.ok) return response;
  const body = await response.json().catch(() => ({}));
  throw new ApiError(response.status, body.message ?? `The service answered ${response.status}.`);
}

export const call = async (path, options) => (await ask(path, options)).json();

/**
 * The events of a scan until it ends; calls `tell(name, data)`. Connects again where a stream breaks off, and polls where the
 * service has no place for another stream. EventSource would be shorter, but cannot send the key.
 */
export async function watch(id, tell, signal) {
  let last = "";
  let failures = 0;
  while (!signal.aborted) {
    try {
      const headers = last ? { "Last-Event-ID": last } : {};
      const response = await ask(`/scans/${id}/events`, { headers, signal });
      for await (const event of events(response.body)) {
        failures = 0;
        last = event.id || last;
        tell(event.name, event.data);
        if (event.name !== "progress") return;
      }
    } catch (error) {
      if (signal.aborted) return;
      const passing = !(error instanceof ApiError) || [0, 502, 503, 504].includes(error.code);
      // A service that stays away is an error; a few seconds of a restart are not.
      if (!passing || ++failures > 15) throw error;
      if (error.code === 503) {
        const { scan } = await call(`/scans/${id}`);
        if (!["queued", "running"].includes(scan.state)) return tell(scan.state, scan);
        tell("progress", scan.progress);
        failures = 0;
      }
    }
    await new Promise((resolve) => setTimeout(resolve, 1000));
  }
}

async function* events(body) {
  const reader = body.pipeThrough(new TextDecoderStream()).getReader();
  let text = "";
  for (;;) {
    const { value, done } = await reader.read();
    if (done) return;
    text += value;
    const parts = text.split("\n\n");
    text = parts.pop();
    for (const part of parts) {
      const fields = {};
      for (const line of part.split("\n")) {
        const [, name, rest] = /^(\w+): ?(.*)$/.exec(line) ?? [];
        if (name) fields[name] = rest;
      }
      if (fields.data) yield { id: fields.id, name: fields.event, data: JSON.parse(fields.data) };
    }
  }
}

/** Saves an export: a link could not send the key. */
export async function download(path) {
  const response = await ask(path);
  const named = /filename="?([^";]+)/.exec(response.headers.get("Content-Disposition") ?? "");
  const url = URL.createObjectURL(await response.blob());
  const link = document.createElement("a");
  link.href = url;
  link.download = named?.[1] ?? "report";
  link.click();
  // Not at once: the browser may not have begun to read it.
  setTimeout(() => URL.revokeObjectURL(url), 60_000);
}
