// Which findings are shown. A set that is empty shows all.
const filter = { standing: new Set(["fail", "unknown"]), severity: new Set(), service: "", framework: "", account: "", region: "", text: "" };
const haystacks = [];

// What free text is looked for in, made when it is first asked for.
function haystack(position) {
  if (haystacks[position] === undefined) {
    const finding = data.findings[position];
    const [rule, resource] = [data.rules[finding[RULE]], data.resources[finding[RESOURCE]]];
    const controls = Object.entries(rule.frameworks).flatMap(([name, ids]) => ids.map(id => `${name} ${id}`));
    haystacks[position] = [finding[ID], rule.id, rule.title, finding[MESSAGE], ...resource.slice(0, 5), ...controls,
      ...finding[UNREAD].flat(), finding[EXCEPTION] ?? ""].join("\n").toLowerCase();
  }
  return haystacks[position];
}

function selected() {
  const words = filter.text.toLowerCase().split(/\s+/).filter(Boolean);
  const positions = [];
  data.findings.forEach((finding, position) => {
    const [rule, resource] = [data.rules[finding[RULE]], data.resources[finding[RESOURCE]]];
    if (filter.standing.size > 0 && !filter.standing.has(finding[STANDING])) return;
    if (filter.severity.size > 0 && !filter.severity.has(rule.severity)) return;
    if (filter.service !== "" && rule.service !== filter.service) return;
    if (filter.framework !== "" && !Object.hasOwn(rule.frameworks, filter.framework)) return;
    if (filter.account !== "" && resource[ACCOUNT] !== filter.account) return;
    if (filter.region !== "" && resource[REGION] !== filter.region) return;
    if (!words.every(word => haystack(position).includes(word))) return;
    positions.push(position);
  });
  return positions;
}

function chips(name, title, counts) {
  const buttons = counts.map(([value, n]) => {
    const toggle = () => {
      if (!filter[name].delete(value)) filter[name].add(value);
      refresh();
    };
    return el("button", { type: "button", class: `chip ${value}`, "data-filter": name, "data-value": value, onclick: toggle }, capital(value), n !== null && el("b", null, count(n)));
  });
  return el("fieldset", null, el("legend", null, title), buttons);
}

function choice(name, title, values) {
  const options = values.map(value => el("option", { value }, value));
  const change = event => { filter[name] = event.target.value; refresh(); };
  const select = el("select", { "data-filter": name, onchange: change }, el("option", { value: "" }, "All"), options);
  return el("label", null, title, select);
}

function sorted(values) {
  return [...new Set(values)].filter(Boolean).sort();
}

function showFilters() {
  let wait;
  const search = event => {
    clearTimeout(wait);
    wait = setTimeout(() => { filter.text = event.target.value; refresh(); }, 120);
  };
  const clear = () => showOnly({});
  const form = byId("filters");
  form.addEventListener("submit", event => event.preventDefault());
  form.append(
    el("label", { class: "grow" }, "Search ", el("input", { type: "search", id: "search", placeholder: "name, rule, control, message (press /)", autocomplete: "off", spellcheck: "false", oninput: search })),
    choice("service", "Service", sorted(data.rules.map(rule => rule.service))),
    choice("framework", "Framework", Object.keys(data.scores.frameworks)),
    choice("account", "Account", sorted(data.resources.map(resource => resource[ACCOUNT]))),
    choice("region", "Region", sorted(data.resources.map(resource => resource[REGION]))),
    el("div", { class: "break" }),
    chips("standing", "Status", STANDINGS.map(standing => [standing, data.summary[standing]])),
    chips("severity", "Severity", SEVERITIES.map(severity => [severity, null])),
    el("button", { type: "button", class: "quiet", id: "clear", onclick: clear }, "Show all"));
  document.addEventListener("keydown", event => {
    const typing = /^(INPUT|SELECT|TEXTAREA)$/.test(document.activeElement?.tagName ?? "");
    if (event.key !== "/" || typing || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    byId("search").focus();
  });
}

// Shows what is asked for and nothing else.
function showOnly(wanted) {
  filter.standing = new Set(wanted.standing ?? []);
  filter.severity = new Set(wanted.severity ?? []);
  for (const name of ["service", "framework", "account", "region", "text"]) filter[name] = wanted[name] ?? "";
  refresh();
  if (Object.keys(wanted).length > 0) byId("findings").scrollIntoView();
}

function showFilterState() {
  for (const control of document.querySelectorAll("[data-filter]")) {
    const value = filter[control.dataset.filter];
    if (control.tagName === "SELECT") control.value = value;
    else control.setAttribute("aria-pressed", String(value.has(control.dataset.value)));
  }
  if (document.activeElement !== byId("search")) byId("search").value = filter.text;
}
