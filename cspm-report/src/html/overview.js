// What the scan found as a whole.
function tile(title, ...children) {
  return el("div", { class: "tile" }, el("h2", null, title), ...children);
}

function scoreTile(total) {
  return tile("Score",
    el("p", { class: "figure" }, percent(total.score), el("small", null, total.score === null ? " nothing judged" : " of 100")),
    el("p", { class: "beside" }, el("b", null, `${percent(total.unknown_share)} %`), " unknown, in no score"),
    el("p", { class: "muted" }, "Passes among what was judged, weighed by severity."));
}

function severityTile(summary) {
  const most = Math.max(1, ...SEVERITIES.map(s => summary.fail_by_severity[s] ?? 0));
  const rows = SEVERITIES.map(severity => {
    const n = summary.fail_by_severity[severity] ?? 0;
    const length = el("span", { class: `length ${severity}` });
    length.style.width = `${n === 0 ? 0 : Math.max(2, 100 * n / most)}%`;
    const show = () => showOnly({ standing: ["fail"], severity: [severity] });
    return el("li", null,
      el("button", { type: "button", class: "plain", onclick: show, title: `Show the ${severity} failures` },
        el("span", { class: "name" }, capital(severity)), el("span", { class: "track" }, length),
        el("span", { class: "n" }, count(n))));
  });
  return tile("Failures by severity", el("ul", { class: "lengths" }, rows));
}

function verdictTile(summary) {
  const parts = STANDINGS.map(s => [s, summary[s]]);
  const rows = parts.map(([standing, n]) => el("li", null,
    el("button", { type: "button", class: "plain", onclick: () => showOnly({ standing: [standing] }) },
      badge(standing), el("span", { class: "n" }, count(n)))));
  return tile("Verdicts", bar(parts), el("ul", { class: "counts" }, rows));
}

function scopeTile(summary) {
  const facts = [
    ["Rules", count(summary.rules)],
    ["of them without any resource", count(summary.not_applicable.length)],
    ["Resources", count(summary.resources)],
    ["Accounts", count(Object.keys(data.scores.accounts).length)],
    ["Verdicts that could be given", `${(100 * data.coverage.share).toFixed(1)} %`],
    ["Read of what the rules need", `${(100 * data.coverage.read_share).toFixed(1)} %`],
  ];
  return tile("Scope", el("dl", { class: "facts" }, facts.map(([k, v]) => [el("dt", null, k), el("dd", null, v)])));
}

function breakdown(title, scores, filter) {
  const names = Object.keys(scores);
  if (names.length === 0) return null;
  const order = name => scores[name].score ?? 101;
  names.sort((a, b) => order(a) - order(b) || (a < b ? -1 : 1));
  const rows = names.map(name => {
    const s = scores[name];
    const show = () => showOnly({ [filter]: name });
    return el("tr", null,
      el("th", { scope: "row" }, el("button", { type: "button", class: "plain link", onclick: show }, name || "unknown")),
      el("td", { class: "right" }, percent(s.score)),
      el("td", { class: "right" }, `${percent(s.unknown_share)} %`),
      el("td", { class: "wide" }, bar(STANDINGS.map(standing => [standing, s[standing]]))));
  });
  const head = [["", ""], ["Score", "right"], ["Unknown", "right"], ["Verdicts", ""]];
  return el("div", { class: "card" }, el("h2", null, title), el("div", { class: "scroll tall" }, el("table", null,
    el("thead", null, el("tr", null, head.map(([text, side]) => el("th", { scope: "col", class: side || null }, text)))),
    el("tbody", null, rows))));
}

function showOverview() {
  const { summary, scores, coverage } = data;
  const who = data.identities.map(i => `${i.provider} ${i.account} as ${i.principal}`).join("; ");
  byId("meta").append(`Scan of ${data.collected_at.replace("T", " ").replace("Z", " UTC")}`, who ? ` · ${who}` : "");
  const notices = [];
  if (coverage.cancelled) notices.push("The scan was cancelled before its end: much of what is unknown was not looked at.");
  for (const part of coverage.unmatched) notices.push(`The ${part} selects nothing for these sources.`);
  for (const failure of coverage.failures) notices.push(`${failure.of}: ${failure.error}`);
  byId("notices").append(...notices.map(text => el("p", { class: "notice" }, text)));
  byId("tiles").append(scoreTile(scores.total), severityTile(summary), verdictTile(summary), scopeTile(summary));
  const parts = [
    breakdown("Frameworks", scores.frameworks, "framework"),
    breakdown("Services", scores.services, "service"),
    Object.keys(scores.accounts).length > 1 && breakdown("Accounts", scores.accounts, "account"),
  ];
  byId("breakdowns").append(...parts.filter(Boolean));
  byId("foot").append(`Made by cspm ${data.version}. What could not be read is unknown: never a pass, never a failure.`);
}

function showMore() {
  const { not_applicable, expired_exceptions, unused_exceptions } = data.summary;
  const selector = e => [e.rule, e.resource, e.account, e.region].filter(Boolean).join(" · ") || "by tags";
  const exceptions = (title, list) => list.length > 0 && el("details", { class: "card" },
    el("summary", null, `${title} (${count(list.length)})`),
    el("ul", null, list.map(e => el("li", null, `${selector(e)}: ${e.reason} (${e.owner}, until ${e.expires})`))));
  const parts = [
    exceptions("Expired exceptions", expired_exceptions),
    exceptions("Exceptions that cover nothing", unused_exceptions),
    not_applicable.length > 0 && el("details", { class: "card" },
      el("summary", null, `Rules without any resource (${count(not_applicable.length)}): not applicable, which is not a pass`),
      el("ul", { class: "ids" }, not_applicable.map(id => el("li", null, id)))),
  ];
  byId("more").append(...parts.filter(Boolean));
}
