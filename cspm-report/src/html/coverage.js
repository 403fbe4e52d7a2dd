// What was read: account x region x call.
const notDone = row => row.denied + row.throttled + row.failed + row.skipped;
const tone = row => (row.denied > 0 ? "denied" : row.throttled + row.failed > 0 ? "failed" : row.skipped > 0 ? "skipped" : "done");
const reasons = row => Object.entries(row.reasons ?? {}).map(([reason, n]) => `${reason.replaceAll("_", " ")} ${count(n)}`).join(", ");
const coverageView = { account: "", all: false };

function cell(row) {
  if (!row) return el("td", { class: "cell none" }, "");
  const said = [reasons(row), row.detail].filter(Boolean).join(": ");
  return el("td", { class: `cell ${tone(row)}`, title: said || null },
    `${count(row.done)}/${count(row.done + notDone(row))}`, notDone(row) > 0 && el("small", null, reasons(row)));
}

function matrix() {
  const rows = data.coverage.calls.filter(row => row.account === coverageView.account);
  const regions = sorted(rows.map(row => row.region));
  const calls = new Map();
  for (const row of rows) {
    if (!calls.has(row.call)) calls.set(row.call, new Map());
    calls.get(row.call).set(row.region, row);
  }
  const wanted = [...calls].filter(([, places]) => coverageView.all || [...places.values()].some(row => notDone(row) > 0));
  if (wanted.length === 0) return el("p", { class: "good" }, "Every call of this account was answered.");
  return el("div", { class: "scroll tall" }, el("table", { class: "matrix" },
    el("thead", null, el("tr", null, el("th", { scope: "col" }, "Call (answered / made)"), regions.map(region => el("th", { scope: "col" }, region)))),
    el("tbody", null, wanted.map(([call, places]) =>
      el("tr", null, el("th", { scope: "row", class: "mono" }, call), regions.map(region => cell(places.get(region))))))));
}

function showMatrix() {
  const { calls } = data.coverage;
  if (calls.length === 0) return;
  const missing = new Map();
  for (const row of calls) missing.set(row.account, (missing.get(row.account) ?? 0) + notDone(row));
  const accounts = [...missing.keys()];
  coverageView.account = accounts.reduce((worst, account) => (missing.get(account) > missing.get(worst) ? account : worst), accounts[0]);
  const place = el("div");
  const show = () => place.replaceChildren(matrix());
  const options = accounts.map(account => el("option", { value: account, selected: account === coverageView.account },
    `${account || "unknown"}${missing.get(account) > 0 ? ` (${count(missing.get(account))} not answered)` : ""}`));
  byId("matrix").append(el("div", { class: "filters" },
    el("label", null, "Account", el("select", { id: "matrix-account", onchange: e => { coverageView.account = e.target.value; show(); } }, options)),
    el("label", { class: "check" }, el("input", { type: "checkbox", id: "matrix-all", onchange: e => { coverageView.all = e.target.checked; show(); } }), "Calls that were all answered, too")),
    place);
  show();
}

function showUnanswered() {
  const rows = data.coverage.calls.filter(row => notDone(row) > 0);
  if (rows.length === 0) return;
  const LONGEST = 500;
  const head = ["Account", "Region", "Call", "Answered", "Not answered", "Why", "What the provider said"];
  const cells = row => [row.account || "unknown", row.region, row.call, count(row.done), count(notDone(row)), reasons(row), row.detail ?? "–"];
  byId("unanswered").append(el("details", { class: "card", open: rows.length <= 20 },
    el("summary", null, `Calls that were not answered (${count(rows.length)})`),
    el("div", { class: "scroll tall" }, el("table", { class: "small" },
      el("thead", null, el("tr", null, head.map(text => el("th", { scope: "col" }, text)))),
      el("tbody", null, rows.slice(0, LONGEST).map(row => el("tr", null, cells(row).map(text => el("td", null, text))))))),
    rows.length > LONGEST && el("p", { class: "muted" }, `The first ${count(LONGEST)} are shown; the JSON report has all.`)));
}

function showCoverage() {
  const { verdicts_given: given, verdicts_unknown: not, share, read, unread, read_share: readShare } = data.coverage;
  byId("share").append(el("b", null, `${(100 * share).toFixed(1)} %`), ` of the verdicts could be given: ${count(given)} of ${count(given + not)}. `);
  byId("share").append(el("b", null, `${(100 * readShare).toFixed(1)} %`), ` of what the rules need was read: ${count(read)} of ${count(read + unread)}.`);
  showMatrix();
  showUnanswered();
}
