/** Data of callers on its way to the native half: what is not JSON is refused, and what was not read is noted by its place. */

import { randomUUID } from "node:crypto";
import { Unread } from "./unread.js";

/** A part that was not read, by its JSON pointer. */
export interface UnreadRow {
  path: string;
  reason: string;
  call: string;
  detail: string;
}

/** Stands before a whole number in the text that is put together; no data of a caller can hold it. */
const MARK = randomUUID();
const MARKED = new RegExp(`"${MARK}(-?\\d+)"`, "g");

/** The JSON of plain data, with whole numbers of any size as they are. */
export function json(value: unknown): string {
  let whole = false;
  const text = JSON.stringify(value, (_, part: unknown) => {
    if (typeof part !== "bigint") return part;
    whole = true;
    return `${MARK}${part}`;
  });
  return whole ? text.replace(MARKED, "$1") : text;
}

/** The data as plain JSON with `null` for what was not read; that is added to `unread`. */
export function plain(value: unknown, path: string, unread: UnreadRow[]): unknown {
  switch (typeof value) {
    case "string":
    case "boolean":
      return value;
    case "number":
      if (Number.isFinite(value)) return value;
      throw new TypeError(`${where(path)} is ${value}`);
    case "bigint":
      if (BigInt.asIntN(64, value) === value) return value;
      throw new TypeError(`${where(path)} is ${value}, which needs more than 64 bits`);
    case "undefined":
      return null;
    case "object":
      return value === null ? null : ofObject(value, path, unread);
    default:
      throw new TypeError(`${where(path)} is a ${typeof value}`);
  }
}

function ofObject(value: object, path: string, unread: UnreadRow[]): unknown {
  if (value instanceof Unread) {
    const { reason, call, detail } = value;
    unread.push({ path, reason, call, detail });
    return null;
  }
  if (value instanceof Date) return value.toISOString();
  if (Array.isArray(value)) return value.map((item, index) => plain(item, `${path}/${index}`, unread));
  const prototype = Object.getPrototypeOf(value) as object | null;
  if (prototype !== null && Object.getPrototypeOf(prototype) !== null) {
    throw new TypeError(`${where(path)} is a ${value.constructor.name}, and no plain object`);
  }
  const entries = Object.entries(value).filter(([, part]) => part !== undefined);
  const of = ([key, part]: [string, unknown]) => [key, plain(part, `${path}/${step(key)}`, unread)] as const;
  return Object.fromEntries(entries.map(of));
}

function step(key: string): string {
  return key.replaceAll("~", "~0").replaceAll("/", "~1");
}

function where(path: string): string {
  return path === "" ? "the data" : `the data at ${path}`;
}
