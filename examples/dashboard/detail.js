// What a finding rests on, and what to do about it.

import { h, words } from "./dom.js";

const shown = (value) => (typeof value === "string" ? value : JSON.stringify(value, null, 1));

const block = (title, ...children) => h("div", { class: "block" }, h("h4", {}, title), ...children);

const pairs = (entries) =>
  h("dl", { class: "pairs" }, entries.flatMap(([name, value]) => [h("dt", {}, name), h("dd", {}, shown(value))]));

const CODE = { cli: "Command line", terraform: "Terraform", console: "Console" };

export function detail(finding) {
  const { evidence, unread, remediation = {}, frameworks, tags, exception } = finding;
  const parts = [];
  if (unread?.length) {
    const line = (u) => [
      h("code", {}, u.field),
      ` needs ${u.call}: `,
      h("strong", {}, words(u.reason)),
      u.detail ? ` — ${u.detail}` : null,
    ];
    parts.push(block("Not read", h("ul", { class: "unread" }, unread.map((u) => h("li", {}, line(u))))));
  }
  if (exception) parts.push(block("Covered by an exception", pairs(Object.entries(exception))));
  if (Object.keys(evidence ?? {}).length) parts.push(block("Evidence", pairs(Object.entries(evidence))));
  if (finding.status !== "pass" && remediation.text) {
    const code = Object.keys(CODE).filter((name) => remediation[name]);
    parts.push(
      block(
        "Remediation",
        h("p", {}, remediation.text),
        code.map((name) => h("details", {}, h("summary", {}, CODE[name]), h("pre", { tabindex: "0" }, remediation[name]))),
      ),
    );
  }
  const about = [["Rule", finding.rule_id], ["Resource", finding.uid]];
  for (const [name, controls] of Object.entries(frameworks ?? {})) about.push([name, controls.join(", ")]);
  for (const [name, value] of Object.entries(tags ?? {})) about.push([`tag ${name}`, value]);
  parts.push(block("About", pairs(about)));
  return h("div", { class: "detail" }, parts);
}
