// The page: starts scans, watches them, shows what they found.

import { ApiError, call, download, key, watch } from "./api.js";
import { $, h, number } from "./dom.js";
import { Findings } from "./findings.js";
import * as overview from "./overview.js";

const FORMATS = {
  html: "HTML, for people",
  csv: "CSV, for spreadsheets",
  json: "JSON, everything",
  markdown: "Markdown",
  sarif: "SARIF",
  ocsf: "OCSF",
  asff: "ASFF (Security Hub)",
  junit: "JUnit",
};
// What a screen reader hears of a scan, at most so often.
const SPEAK_EVERY = 4000;

const findings = new Findings(failed);
// The scan that is watched or was chosen, and the one whose results are on the page: not the same while a new one goes on.
let chosen = null;
let displayed = null;
let watching = null;
let spoke = 0;

function failed(error) {
  if (error instanceof ApiError && error.code === 401) return askForKey(key.get() ? "The service does not take this key." : "");
  $("error").textContent = error.message;
  $("error").hidden = false;
}

const say = (text) => ($("live").textContent = text);

/** Does what a person asked for, and shows what goes wrong. */
async function attempt(action) {
  $("error").hidden = true;
  try {
    await action();
  } catch (error) {
    failed(error);
  }
}

// The key

function askForKey(problem) {
  key.forget();
  $("forget").hidden = true;
  $("key-error").textContent = problem;
  if (!$("key-dialog").open) $("key-dialog").showModal();
  $("key").focus();
}

$("key-form").addEventListener("submit", (event) => {
  event.preventDefault();
  key.set($("key").value.trim());
  $("key").value = "";
  attempt(async () => {
    await begin();
    $("key-dialog").close();
  });
});

$("forget").addEventListener("click", () => {
  key.forget();
  // What the key gave goes with it.
  location.reload();
});

// Scans

const isActive = (state) => state === "queued" || state === "running";

async function begin() {
  const { scans, source } = await call("/scans");
  $("forget").hidden = !key.get();
  $("source").textContent = source;
  history(scans);
  const latest = scans.find((scan) => isActive(scan.state)) ?? scans.find((scan) => scan.state === "done");
  if (latest) follow(latest.id);
}

function history(scans) {
  const label = (scan) => {
    const when = new Date(scan.created * 1000).toLocaleString([], { dateStyle: "medium", timeStyle: "medium" });
    return scan.state === "done" ? `${when} · ${number(scan.summary.fail)} failed` : `${when} · ${scan.state}`;
  };
  $("history").replaceChildren(...scans.map((scan) => h("option", { value: scan.id }, label(scan))));
  if (chosen) $("history").value = chosen;
  $("history").parentElement.hidden = !scans.length;
}

/** Shows a scan: its course while it goes on, then its results. */
async function follow(id) {
  watching?.abort();
  const mine = (watching = new AbortController());
  chosen = id;
  $("history").value = id;
  return attempt(async () => {
    await watch(id, (name, data) => (name === "progress" ? progress(data) : null), mine.signal);
    if (mine.signal.aborted) return;
    const { scan } = await call(`/scans/${id}`);
    if (mine.signal.aborted) return;
    history((await call("/scans")).scans);
    ended(scan);
  }).finally(() => {
    if (watching === mine) running(false);
  });
}

function running(on) {
  $("progress").hidden = !on;
  $("cancel").hidden = !on;
  $("cancel").disabled = false;
  $("cancel").textContent = "Cancel";
  $("run").disabled = on;
  $("run").textContent = on ? "Scanning…" : "Run scan";
  document.body.classList.toggle("scanning", on);
}

function progress(p) {
  if ($("progress").hidden) running(true);
  $("empty").hidden = true;
  const { calls_done: done = 0, calls_expected: expected = 0, resources = 0, findings: n = 0, elapsed = 0 } = p;
  // Without a plan to measure by, the bar only says that something goes on.
  if (expected) $("bar").value = done / expected;
  else $("bar").removeAttribute("value");
  $("p-calls").textContent = expected ? `${number(done)} of ${number(expected)}` : number(done);
  $("p-resources").textContent = number(resources);
  $("p-findings").textContent = number(n);
  $("before").hidden = $("results").hidden;
  $("p-elapsed").textContent = `${elapsed.toFixed(1)} s`;
  if (Date.now() - spoke > SPEAK_EVERY) {
    spoke = Date.now();
    say(`Scanning: ${number(done)} calls, ${number(resources)} resources, ${number(n)} findings.`);
  }
}

function ended(scan) {
  running(false);
  const done = scan.state === "done";
  $("results").hidden = !done;
  $("empty").hidden = done;
  if (!done) {
    const [title, text] = scan.state === "failed" ? ["The scan failed", scan.message] : ["The scan was cancelled", "It has no results."];
    $("empty-title").textContent = title;
    $("empty-text").textContent = text;
    say(`${title}.`);
    if (scan.state === "failed") failed(new Error(`The scan failed: ${scan.message}`));
    return;
  }
  displayed = $("results").dataset.scan = scan.id;
  const { fail, unknown, pass } = scan.summary;
  say(`The scan is done: ${number(fail)} failed, ${number(unknown)} unknown, ${number(pass)} passed.`);
  overview.tiles(scan, (status) => findings.only(status));
  overview.coverage(scan);
  overview.scores(scan);
  findings.show(scan.id);
}

$("run").addEventListener("click", () =>
  attempt(async () => {
    $("run").disabled = true;
    try {
      const { id } = await call("/scans", { method: "POST" });
      spoke = Date.now();
      say("The scan has begun.");
      running(true);
      progress({});
      follow(id);
      history((await call("/scans")).scans);
    } catch (error) {
      $("run").disabled = false;
      throw error;
    }
  }),
);

$("cancel").addEventListener("click", () =>
  attempt(async () => {
    // Calls that are under way are waited for.
    $("cancel").disabled = true;
    $("cancel").textContent = "Cancelling…";
    await call(`/scans/${chosen}`, { method: "DELETE" });
  }),
);

$("history").addEventListener("change", () => follow($("history").value));

// Exports

for (const [format, name] of Object.entries(FORMATS)) {
  const save = () =>
    attempt(async () => {
      $("export").open = false;
      await download(`/scans/${displayed}/report?format=${format}`);
    });
  $("formats").append(h("button", { type: "button", "data-format": format, onclick: save }, name));
}
document.addEventListener("click", (event) => {
  if (!$("export").contains(event.target)) $("export").open = false;
});
$("export").addEventListener("keydown", (event) => {
  if (event.key !== "Escape") return;
  $("export").open = false;
  $("export").querySelector("summary").focus();
});

attempt(begin);
