// What is shown of a finding when it is opened.
function part(title, ...children) {
  return el("div", { class: "part-of" }, el("h3", null, title), ...children);
}

const code = text => el("pre", { tabindex: "0" }, el("code", null, text));
const shown = value => (typeof value === "string" ? value : JSON.stringify(value, null, 2));

function evidence(fields) {
  const rows = Object.entries(fields).map(([field, value]) => [el("dt", null, field), el("dd", null, code(shown(value)))]);
  return rows.length > 0 && part("Evidence", el("dl", { class: "evidence" }, rows));
}

function unread(fields) {
  if (fields.length === 0) return null;
  const head = ["Field", "Call", "Reason", "What the provider said"];
  return part("Not read", el("table", { class: "small" },
    el("thead", null, el("tr", null, head.map(text => el("th", { scope: "col" }, text)))),
    el("tbody", null, fields.map(field => el("tr", null, field.map(text => el("td", null, text || "–")))))));
}

function remediation({ text, cli, terraform, console }) {
  const forms = [["CLI", cli], ["Terraform", terraform], ["Console", console]].filter(([, form]) => form);
  if (!text && forms.length === 0) return null;
  return part("Remediation", text && el("p", { class: "prose" }, text),
    forms.map(([title, form]) => [el("h4", null, title), title === "Console" ? el("p", { class: "prose" }, form) : code(form)]));
}

function labels(title, map) {
  const rows = Object.entries(map).map(([name, values]) =>
    [el("dt", null, name), el("dd", null, Array.isArray(values) ? values.join(", ") : values)]);
  return rows.length > 0 && part(title, el("dl", { class: "facts" }, rows));
}

function detail(finding) {
  const [rule, resource] = [data.rules[finding[RULE]], data.resources[finding[RESOURCE]]];
  const main = [
    el("p", { class: "message" }, finding[MESSAGE]),
    finding[EXCEPTION] && part("Exception", el("p", { class: "prose" }, finding[EXCEPTION])),
    unread(finding[UNREAD]),
    evidence(finding[EVIDENCE]),
    finding[STANDING] !== "pass" && remediation(rule.remediation),
  ];
  const side = [
    labels("Resource", { uid: resource[UID], kind: resource[KIND], account: resource[ACCOUNT] || "–", region: resource[REGION] || "–" }),
    rule.rationale && part("Why it matters", el("p", { class: "prose" }, rule.rationale)),
    labels("Controls", rule.frameworks),
    labels("In other tools", rule.equivalents),
    labels("Tags", resource[TAGS]),
    rule.references.length > 0 && part("References", el("ul", null, rule.references.map(r => el("li", null, link(r))))),
    rule.expression && part("Expression", code(rule.expression)),
    part("Finding", el("p", { class: "mono" }, finding[ID])),
  ];
  return el("div", { class: "detail" }, el("div", null, main), el("div", null, side));
}
