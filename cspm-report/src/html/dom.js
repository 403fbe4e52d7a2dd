// The data of the page, and elements made of texts: nothing here or below ever parses a text as HTML.
const data = JSON.parse(document.getElementById("data").textContent);
const byId = id => document.getElementById(id);
const number = new Intl.NumberFormat("en-US");
const SEVERITIES = ["critical", "high", "medium", "low", "informational"];
const STANDINGS = ["fail", "unknown", "excepted", "pass"];
const [RULE, RESOURCE, STANDING, MESSAGE, EVIDENCE, UNREAD, EXCEPTION, ID] = [0, 1, 2, 3, 4, 5, 6, 7];
const [UID, NAME, KIND, ACCOUNT, REGION, TAGS] = [0, 1, 2, 3, 4, 5];

function el(tag, attributes, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes ?? {})) {
    if (value === null || value === undefined || value === false) continue;
    if (name.startsWith("on")) node.addEventListener(name.slice(2), value);
    else node.setAttribute(name, value === true ? "" : value);
  }
  node.append(...children.flat(2).filter(child => child !== null && child !== undefined && child !== false));
  return node;
}

const count = n => number.format(n);
const percent = n => (n === null ? "–" : n.toFixed(1));
const badge = (kind, text) => el("span", { class: `badge ${kind}` }, text ?? kind);
const capital = text => text.charAt(0).toUpperCase() + text.slice(1);

// A link for a web address only: any other reference is shown as a text.
function link(address) {
  if (!/^https?:\/\//i.test(address)) return address;
  return el("a", { href: address, rel: "noopener noreferrer", target: "_blank" }, address);
}

// A bar of parts, each as long as its number; what it shows is said in words too.
function bar(parts) {
  const all = parts.reduce((sum, [, n]) => sum + n, 0);
  const label = parts.filter(([, n]) => n > 0).map(([name, n]) => `${name} ${count(n)}`).join(", ");
  const node = el("div", { class: "stack", role: "img", "aria-label": label || "nothing judged", title: label });
  for (const [name, n] of parts) {
    if (n === 0) continue;
    const part = el("span", { class: `part ${name}` });
    part.style.flexGrow = String(Math.max(n / all, 0.004));
    node.append(part);
  }
  return node;
}
