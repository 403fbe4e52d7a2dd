// What a scan comes to: tiles, coverage, scores.

import { $, fill, h, meter, number, percent, words } from "./dom.js";
import { SEVERITIES } from "./findings.js";

const OUTCOMES = ["done", "denied", "throttled", "failed", "skipped"];
// As many as anybody reads; the exports have all.
const MOST_CALLS = 200;

const tone = (score) => (score >= 90 ? "good" : score >= 70 ? "fair" : "poor");
const share = (coverage) => {
  const all = coverage.verdicts_given + coverage.verdicts_unknown;
  return all ? (coverage.verdicts_given / all) * 100 : coverage.failures.length || coverage.cancelled ? 0 : 100;
};

export function tiles({ summary, scores }, only) {
  const tile = (status, title, ...more) =>
    h(
      "button",
      { type: "button", class: `tile ${status}`, "data-status": status, onclick: () => only(status) },
      h("span", { class: "tile-title" }, title),
      h("span", { class: "big" }, number(summary[status])),
      h("span", { class: "tile-more" }, more),
    );
  const worst = SEVERITIES.filter((severity) => summary.fail_by_severity?.[severity]);
  const { score } = scores.total;
  fill(
    $("tiles"),
    h(
      "div",
      { class: "tile score" },
      h("span", { class: "tile-title" }, "Score"),
      h("span", { class: `big ${score === null ? "" : tone(score)}` }, score === null ? "–" : percent(score)),
      h("span", { class: "tile-more" }, "of what could be judged, by severity"),
    ),
    tile(
      "fail",
      "Failed",
      worst.length
        ? worst.map((s) => h("span", { class: `severity ${s}` }, `${number(summary.fail_by_severity[s])} ${s}`))
        : "nothing fails",
    ),
    tile("unknown", "Unknown", summary.unknown ? "could not be read: neither pass nor fail" : "everything could be read"),
    tile("pass", "Passed", `${number(summary.resources)} resources, ${number(summary.rules)} rules`),
  );
}

export function coverage({ coverage: c, summary }) {
  const totals = Object.fromEntries(OUTCOMES.map((name) => [name, c.calls.reduce((n, row) => n + (row[name] ?? 0), 0)]));
  const missed = c.calls.filter((row) => row.denied || row.throttled || row.failed || row.skipped);
  const given = share(c);
  const text = `${percent(given)} of ${number(c.verdicts_given + c.verdicts_unknown)} verdicts could be given`;
  fill(
    $("coverage-body"),
    h("p", { id: "share" }, text),
    meter(given, text, c.verdicts_unknown ? "unknown" : "good"),
    c.calls.length
      ? h(
          "dl",
          { class: "figures small" },
          OUTCOMES.map((name) => h("div", { class: totals[name] ? name : "zero" }, h("dt", {}, name), h("dd", {}, number(totals[name])))),
        )
      : h("p", { class: "muted" }, "No calls: this was read from a file."),
    missed.length ? callTable(missed) : null,
    c.failures.length
      ? h("ul", { class: "failures" }, c.failures.map((f) => h("li", {}, h("strong", {}, f.of), `: ${f.error}`)))
      : null,
    summary.not_applicable?.length
      ? h("p", { class: "muted" }, `${number(summary.not_applicable.length)} rules had no resource to judge, which is not a pass.`)
      : null,
  );
  const why = [];
  if (c.cancelled) why.push("the scan was cancelled");
  if (totals.denied) why.push(`${number(totals.denied)} calls were denied`);
  if (totals.throttled) why.push(`${number(totals.throttled)} calls were throttled`);
  if (totals.failed + c.failures.length) why.push(`${number(totals.failed + c.failures.length)} failed`);
  $("incomplete").hidden = !why.length;
  $("incomplete").textContent = `Not everything could be read: ${why.join(", ")}. What rests on it is unknown, not passed.`;
}

function callTable(missed) {
  const left = missed.length - MOST_CALLS;
  const lines = missed.slice(0, MOST_CALLS).map((row) =>
    h(
      "tr",
      {},
      h("th", { scope: "row", class: "mono" }, row.call),
      h("td", { class: "mono" }, [row.account, row.region].filter(Boolean).join(" ")),
      h("td", {}, Object.entries(row.reasons ?? {}).map(([reason, n]) => h("span", { class: "reason" }, `${words(reason)} ${number(n)}`))),
    ),
  );
  return h(
    "div",
    { class: "scroll", tabindex: "0", role: "region", "aria-label": "Calls that were not answered" },
    h(
      "table",
      { class: "calls" },
      h("caption", {}, "Calls that were not answered"),
      h("thead", {}, h("tr", {}, ["Call", "Where", "Why"].map((name) => h("th", { scope: "col" }, name)))),
      h("tbody", {}, lines),
    ),
    left > 0 ? h("p", { class: "muted" }, `and ${number(left)} more, in the exports`) : null,
  );
}

export function scores({ scores: all }) {
  const group = (title, entries, name = (key) => key) =>
    Object.keys(entries ?? {}).length
      ? [
          h("h3", {}, title),
          h(
            "ul",
            { class: "scores" },
            Object.entries(entries).map(([key, s]) => {
              const text = s.score === null ? "nothing judged" : percent(s.score);
              const unknown = s.unknown_share ? `, ${percent(s.unknown_share)} unknown` : "";
              return h(
                "li",
                {},
                h("span", { class: "score-name" }, name(key)),
                h("span", { class: "score-value" }, text, h("span", { class: "muted" }, unknown)),
                meter(s.score ?? 0, `${name(key)}: ${text}${unknown}`, s.score === null ? "" : tone(s.score)),
              );
            }),
          ),
        ]
      : [];
  const framework = (key) => words(key).replace(/^\w+/, (w) => (w.length < 5 ? w.toUpperCase() : w)).replace(/\baws\b/, "AWS");
  fill(
    $("scores-body"),
    group("Frameworks", all.frameworks, framework),
    group("Services", all.services),
    group("Accounts", all.accounts),
  );
}
