// The table of findings. The service filters and pages, so that a page is all that the browser ever holds.

import { call } from "./api.js";
import { detail } from "./detail.js";
import { $, h, number, words } from "./dom.js";

export const STATUSES = ["fail", "unknown", "pass"];
export const SEVERITIES = ["critical", "high", "medium", "low", "informational"];
const MARKS = { fail: "✕", unknown: "?", pass: "✓" };

export const badge = (status) =>
  h("span", { class: `badge ${status}` }, h("span", { "aria-hidden": "true" }, MARKS[status]), ` ${status}`);

export class Findings {
  #scan = null;
  #statuses = new Set(["fail", "unknown"]);
  #severities = new Set();
  #offset = 0;
  #asked = 0;
  #onError;

  constructor(onError) {
    this.#onError = onError;
    this.#chips("statuses", STATUSES, this.#statuses);
    this.#chips("severities", SEVERITIES, this.#severities);
    let timer;
    $("search").addEventListener("input", () => {
      clearTimeout(timer);
      $("table").setAttribute("aria-busy", "true");
      timer = setTimeout(() => this.#load(0), 200);
    });
    $("limit").addEventListener("change", () => this.#load(0));
    $("previous").addEventListener("click", () => this.#load(this.#offset - this.#limit));
    $("next").addEventListener("click", () => this.#load(this.#offset + this.#limit));
  }

  /** Shows the findings of a scan; with a status, those alone. */
  show(scan) {
    this.#scan = scan;
    return this.#load(0);
  }

  /** Shows one status alone, as the tiles ask for. */
  only(status) {
    this.#statuses.clear();
    this.#statuses.add(status);
    $("findings").scrollIntoView();
    return this.#load(0);
  }

  get #limit() {
    return Number($("limit").value);
  }

  #chips(id, values, chosen) {
    const toggle = (value) => {
      if (!chosen.delete(value)) chosen.add(value);
      this.#load(0);
    };
    $(id).append(
      ...values.map((value) =>
        h(
          "button",
          { type: "button", class: `chip ${value}`, "data-value": value, onclick: () => toggle(value) },
          h("span", { class: "dot", "aria-hidden": "true" }, MARKS[value] ?? ""),
          h("span", { class: "name" }, value),
          h("span", { class: "n" }),
        ),
      ),
    );
  }

  async #load(offset) {
    if (!this.#scan) return;
    const asked = ++this.#asked;
    $("table").setAttribute("aria-busy", "true");
    const query = new URLSearchParams({ offset: Math.max(0, offset), limit: this.#limit });
    if (this.#statuses.size) query.set("status", [...this.#statuses].join());
    if (this.#severities.size) query.set("severity", [...this.#severities].join());
    const text = $("search").value.trim();
    if (text) query.set("q", text);
    try {
      const page = await call(`/scans/${this.#scan}/findings?${query}`);
      // Somebody who types fast has asked again since.
      if (asked === this.#asked) this.#render(page);
    } catch (error) {
      if (asked === this.#asked) this.#onError(error);
    } finally {
      if (asked === this.#asked) $("table").setAttribute("aria-busy", "false");
    }
  }

  #render({ total, offset, limit, findings, counts }) {
    this.#offset = offset;
    // A chip says how many it would give, beside the other filters.
    const sum = (statuses, severities) =>
      statuses.flatMap((status) => severities.map((severity) => counts[status]?.[severity] ?? 0)).reduce((a, b) => a + b, 0);
    const those = (chosen, all) => (chosen.size ? [...chosen] : all);
    const all = sum(STATUSES, SEVERITIES);
    const mark = (id, chosen, count) => {
      for (const chip of $(id).children) {
        const n = count(chip.dataset.value);
        chip.setAttribute("aria-pressed", chosen.has(chip.dataset.value));
        chip.querySelector(".n").textContent = number(n);
      }
    };
    mark("statuses", this.#statuses, (status) => sum([status], those(this.#severities, SEVERITIES)));
    mark("severities", this.#severities, (severity) => sum(those(this.#statuses, STATUSES), [severity]));

    $("count").textContent = `${number(total)} of ${number(all)}`;
    $("page").textContent = total ? `${number(offset + 1)}–${number(offset + findings.length)} of ${number(total)}` : "none";
    $("previous").disabled = offset === 0;
    $("next").disabled = offset + limit >= total;
    const none = h("tr", {}, h("td", { colspan: "6", class: "none" }, "No finding fits these filters."));
    $("rows").replaceChildren(...(findings.length ? findings.map((finding, i) => row(finding, i)) : [none]));
  }
}

// The message of an unknown repeats the title and names every field; a row says the first of them.
function inShort({ status, message, unread }) {
  if (status !== "unknown" || !unread?.length) return message;
  const [{ field, call, reason }] = unread;
  const more = unread.length > 1 ? `, and ${number(unread.length - 1)} more` : "";
  return `Not read: ${field} (${call}: ${words(reason)})${more}`;
}

function row(finding, i) {
  const id = `detail-${i}`;
  const where = [finding.account, finding.region].filter(Boolean);
  const open = h(
    "button",
    { type: "button", class: "open", "aria-expanded": "false", "aria-controls": id, "aria-label": `Details of ${finding.resource}` },
    h("span", { "aria-hidden": "true" }, "›"),
  );
  const line = h(
    "tr",
    { class: `finding ${finding.status}` },
    h("td", { class: "c-status" }, badge(finding.status)),
    h("td", { class: "c-severity" }, h("span", { class: `severity ${finding.severity}` }, finding.severity)),
    h("td", { class: "c-resource" }, h("span", { class: "resource" }, finding.resource), h("span", { class: "sub mono" }, finding.kind)),
    h("td", { class: "c-finding" }, h("span", { class: "title" }, finding.title), h("span", { class: "sub" }, inShort(finding))),
    h("td", { class: "c-where" }, where.map((part) => h("span", { class: "sub mono" }, part))),
    h("td", { class: "c-open" }, open),
  );
  const toggle = () => {
    const opening = open.getAttribute("aria-expanded") === "false";
    open.setAttribute("aria-expanded", opening);
    if (opening) line.after(h("tr", { id, class: "details" }, h("td", { colspan: "6" }, detail(finding))));
    else line.nextElementSibling.remove();
  };
  // The whole row opens for a pointer, unless it was used to mark text; the button is there for the keyboard.
  line.addEventListener("click", () => window.getSelection().isCollapsed && toggle());
  return line;
}
