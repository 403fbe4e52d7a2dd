// The table of findings: one page of it at a time, so that its length costs nothing.
const view = { positions: [], page: 0, size: 50, column: "standing", down: false };
const rank = names => Object.fromEntries(names.map((name, position) => [name, position]));
const [standingRank, severityRank] = [rank(STANDINGS), rank(SEVERITIES)];
const resourceText = column => finding => data.resources[finding[RESOURCE]][column];
const COLUMNS = [
  { name: "standing", title: "Status", key: f => standingRank[f[STANDING]] * 10 + severityRank[data.rules[f[RULE]].severity] },
  { name: "severity", title: "Severity", key: f => severityRank[data.rules[f[RULE]].severity] },
  { name: "rule", title: "Rule", key: f => data.rules[f[RULE]].title },
  { name: "resource", title: "Resource", key: resourceText(NAME) },
  { name: "account", title: "Account", key: resourceText(ACCOUNT) },
  { name: "region", title: "Region", key: resourceText(REGION) },
];

function refresh() {
  view.positions = selected();
  sortPositions();
  view.page = 0;
  showFilterState();
  showPage();
}

// Equal ones stay in the report's order.
function sortPositions() {
  const { key } = COLUMNS.find(column => column.name === view.column);
  const keys = new Map(view.positions.map(position => [position, key(data.findings[position])]));
  const sign = view.down ? -1 : 1;
  view.positions.sort((a, b) => {
    const [left, right] = [keys.get(a), keys.get(b)];
    return left === right ? a - b : left < right ? -sign : sign;
  });
}

function showHead() {
  const cells = COLUMNS.map(({ name, title }) => {
    const sort = () => {
      [view.down, view.column] = [view.column === name && !view.down, name];
      sortPositions();
      showHead();
      showPage();
    };
    const state = view.column !== name ? "none" : view.down ? "descending" : "ascending";
    return el("th", { scope: "col", "aria-sort": state, class: `of-${name}` }, el("button", { type: "button", class: "plain sort", onclick: sort }, title));
  });
  const focused = [...byId("head").querySelectorAll("button")].indexOf(document.activeElement);
  byId("head").replaceChildren(el("tr", null, cells));
  if (focused >= 0) byId("head").querySelectorAll("button")[focused].focus();
}

function row(position) {
  const finding = data.findings[position];
  const [rule, resource] = [data.rules[finding[RULE]], data.resources[finding[RESOURCE]]];
  const below = `detail-${position}`;
  const open = el("button", { type: "button", class: "plain open", "aria-expanded": "false", "aria-controls": below }, rule.title);
  const line = el("tr", { class: `finding ${finding[STANDING]}` },
    el("td", null, badge(finding[STANDING])),
    el("td", null, badge(rule.severity)),
    el("td", { class: "of-rule" }, open, el("div", { class: "mono muted" }, rule.id)),
    el("td", { class: "of-resource" }, el("div", { class: "clamp" }, resource[NAME]), el("div", { class: "mono muted" }, resource[KIND])),
    el("td", { class: "mono" }, resource[ACCOUNT] || "–"),
    el("td", { class: "mono" }, resource[REGION] || "–"));
  const toggle = () => {
    const opened = open.getAttribute("aria-expanded") === "true";
    open.setAttribute("aria-expanded", String(!opened));
    if (opened) byId(below).remove();
    else line.after(el("tr", { id: below, class: "below" }, el("td", { colspan: COLUMNS.length }, detail(finding))));
  };
  line.addEventListener("click", event => {
    if (open.contains(event.target) || String(getSelection()) === "") toggle();
  });
  return line;
}

function showRows(from, to) {
  const rows = view.positions.slice(from, to).map(row);
  if (rows.length === 0) rows.push(el("tr", null, el("td", { colspan: COLUMNS.length, class: "empty" }, "No finding is like that.")));
  byId("rows").replaceChildren(...rows);
}

function showPage() {
  const all = view.positions.length;
  const pages = Math.max(1, Math.ceil(all / view.size));
  view.page = Math.min(Math.max(view.page, 0), pages - 1);
  const from = view.page * view.size;
  showRows(from, from + view.size);
  byId("count").textContent = `${count(all)} of ${count(data.findings.length)} findings`;
  const step = (title, page, off) => el("button", { type: "button", "data-page": title, disabled: off, onclick: () => { view.page = page; showPage(); byId("findings").scrollIntoView(); } }, title);
  const sizes = [50, 100, 500].map(size => el("option", { value: size, selected: size === view.size }, `${size} a page`));
  const resize = event => { view.size = Number(event.target.value); view.page = 0; showPage(); };
  byId("pager").replaceChildren(
    step("First", 0, view.page === 0), step("Previous", view.page - 1, view.page === 0),
    el("span", null, `Page ${count(view.page + 1)} of ${count(pages)}`),
    step("Next", view.page + 1, view.page >= pages - 1), step("Last", pages - 1, view.page >= pages - 1),
    el("select", { "aria-label": "Findings a page", onchange: resize }, sizes));
}

// Paper has no pages to turn: it gets all that is selected, as far as anybody would print.
const PRINTED = 2000;
addEventListener("beforeprint", () => {
  showRows(0, PRINTED);
  if (view.positions.length > PRINTED) byId("count").textContent += `; the first ${count(PRINTED)} are printed`;
});
addEventListener("afterprint", showPage);
