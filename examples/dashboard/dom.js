// Elements, made without markup: what was scanned only ever becomes text.

export const $ = (id) => document.getElementById(id);

const numbers = new Intl.NumberFormat("en");
export const number = (n) => numbers.format(n);
export const words = (text) => String(text).replaceAll("_", " ");
export const percent = (n) => `${Number(n.toFixed(1))} %`;

/** An element: `h("td", { class: "x", onclick }, "text", child)`. Text is text, whatever it contains. */
export function h(tag, properties = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(properties)) {
    if (value === undefined || value === null || value === false) continue;
    if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
    else element.setAttribute(name, value === true ? "" : value);
  }
  return fill(element, children);
}

/** Puts children, also lists of them, in the place of those that an element has. */
export function fill(element, ...children) {
  element.replaceChildren(...children.flat(Infinity).filter((child) => child !== null && child !== undefined));
  return element;
}

/** The share of a whole as a bar. The width is set on the object: the page's policy forbids style attributes. */
export function meter(share, label, tone = "") {
  const fill = h("span", { class: "fill" });
  fill.style.width = `${Math.max(0, Math.min(100, share))}%`;
  return h("span", { class: `meter ${tone}`, role: "img", "aria-label": label }, fill);
}
