import { json, plain, type UnreadRow } from "./data.js";
import { fieldsOf } from "./kinds.js";
import { Gap, type Reason, Unread, UnreadError } from "./unread.js";

/** Where a resource is written: in a manifest, say. */
export interface Origin {
  /** The file, as it was named by whoever had it read. */
  file: string;
  /** The line where the resource begins, from 1. */
  line: number;
}

/** A field that was not read. */
export interface UnreadField {
  /** The path of the field, with dots between names. */
  field: string;
  /** The call that would have read it; empty where none is known. */
  call: string;
  /** Why it was not read. */
  reason: Reason;
  /** What the provider said. */
  detail?: string;
}

/** A resource that a caller describes; only `uid` and `kind` must be there. */
export interface ResourceGiven {
  /** Unique over all providers: the ARN, say. */
  uid: string;
  /** Its kind. */
  kind: string;
  /** Its provider; that of its kind unless given. */
  provider?: string | undefined;
  /** Its account or cluster. */
  account?: string | undefined;
  /** Its region; `global` unless given. */
  region?: string | undefined;
  /** What people call it; its uid unless given. */
  name?: string | undefined;
  /** Its tags. */
  tags?: Record<string, string> | undefined;
  /** When it was collected: the present of the rules that judge it. */
  collectedAt?: string | Date | undefined;
  /** The file and line where it is written. */
  origin?: Origin | undefined;
  /** What is known of it. A part may be {@link Unread}. */
  data?: object | null | undefined;
}

/** A resource as the native half writes it. */
export interface ResourceRow {
  uid: string;
  kind: string;
  provider: string;
  account: string;
  region: string;
  name: string;
  tags?: Record<string, string>;
  collected_at: string;
  origin?: Origin;
  data: unknown;
  unread?: ({ path: string; reason: Reason; call?: string; detail?: string } | undefined)[];
}

/** One object of a provider: where it is, what it is called, and its data. */
export class Resource {
  /** Unique over all providers: the ARN; for Kubernetes `k8s://CLUSTER/NAMESPACE/KIND/NAME`. */
  readonly uid: string;
  /** The name of its kind, e.g. `aws_s3_bucket`. */
  readonly kind: string;
  /** The provider, e.g. `aws`. */
  readonly provider: string;
  /** The account, subscription or cluster. */
  readonly account: string;
  /** The region; `global` where there is none. */
  readonly region: string;
  /** What people call it. */
  readonly name: string;
  /** Its tags or labels. */
  readonly tags: Record<string, string>;
  /** When it was collected, as RFC 3339: the present of every rule that judges it. */
  readonly collectedAt: string;
  /** Where it is written, if it comes from a file that people write. */
  readonly origin: Origin | undefined;
  /** What of its data was not read, and why. */
  readonly unread: readonly UnreadField[];
  readonly #line: string;
  readonly #data: { [key: string]: unknown } | undefined;
  #read: Map<string, unknown> | undefined;

  /** @internal */
  constructor(line: string) {
    const row = JSON.parse(line) as ResourceRow;
    this.#line = line;
    this.uid = row.uid;
    this.kind = row.kind;
    this.provider = row.provider;
    this.account = row.account;
    this.region = row.region;
    this.name = row.name;
    this.tags = row.tags ?? {};
    this.collectedAt = row.collected_at;
    this.origin = row.origin;
    const unread: UnreadField[] = [];
    let data = row.data as { [key: string]: unknown } | null | undefined;
    for (const part of row.unread ?? []) {
      if (part === undefined) continue;
      const steps = part.path
        .split("/")
        .slice(1)
        .map((step) => step.replaceAll("~1", "/").replaceAll("~0", "~"));
      const field = { field: steps.join("."), call: part.call ?? "", reason: part.reason };
      unread.push(part.detail ? { ...field, detail: part.detail } : field);
      if (steps.length === 0) data = undefined;
      else hide(data, steps, unread[unread.length - 1] as UnreadField);
    }
    if (data) {
      for (const name of fieldsOf(row.kind)) {
        if (!(name in data)) refuse(data, name, { field: name, call: "", reason: "not_given" }, false);
      }
    }
    this.unread = unread;
    this.#data = data === undefined ? undefined : (data ?? {});
  }

  /**
   * What is known of it. A part that was not read throws {@link UnreadError} when it is looked at, so that nobody takes it for
   * empty or false; {@link Resource.unread} lists those parts.
   */
  // biome-ignore lint/suspicious/noExplicitAny: as that of `get`.
  get data(): { readonly [key: string]: any } {
    if (this.#data === undefined) {
      const { call, reason, detail } = this.unread[0] as UnreadField;
      throw new UnreadError("", reason, call, detail);
    }
    return this.#data;
  }

  /**
   * The value at a path (dots between names): of the data, or else of what every resource has, such as `name`; `undefined` where
   * there is none. What a rule gets so is the evidence of its finding.
   *
   * @throws {@link UnreadError} where it was not read.
   */
  // biome-ignore lint/suspicious/noExplicitAny: the data has no type here, and `unknown` helps nobody who judges it.
  get(path: string): any {
    let here: unknown = this.data;
    for (const name of path.split(".")) {
      here = typeof here === "object" && here !== null ? (here as Record<string, unknown>)[name] : undefined;
    }
    if (here === undefined && ENVELOPE.has(path)) here = this[path as "name"];
    if (here !== undefined) this.#read?.set(path, here);
    return here;
  }

  /** The resource as a row of a snapshot: what was not read is `null` in `data`, and named in `unread`. */
  toJSON(): ResourceRow {
    return JSON.parse(this.#line) as ResourceRow;
  }

  /** The same as the exact text that Rust writes. */
  toJSONString(): string {
    return this.#line;
  }

  /**
   * Notes what is read from now on.
   *
   * @internal
   */
  static record(resource: Resource): Map<string, unknown> {
    resource.#read = new Map();
    return resource.#read;
  }
}

const ENVELOPE = new Set(["uid", "kind", "provider", "account", "region", "name", "tags"]);

/** Puts something that throws in the place of what was not read. */
function hide(data: unknown, steps: string[], field: UnreadField): void {
  const last = steps[steps.length - 1] as string;
  let parent = data as { [key: string]: unknown };
  for (const step of steps.slice(0, -1)) parent = parent[step] as { [key: string]: unknown };
  refuse(parent, last, field, true);
}

function refuse(parent: object, name: string, field: UnreadField, enumerable: boolean): void {
  const get = () => {
    throw new UnreadError(field.field, field.reason, field.call, field.detail);
  };
  Object.defineProperty(parent, name, { get, enumerable, configurable: true });
}

/**
 * The text by which the native half takes a resource that a caller describes.
 *
 * @internal
 */
export function given(resource: unknown): string {
  if (resource instanceof Resource) return resource.toJSONString();
  if (typeof resource !== "object" || resource === null || resource instanceof Gap || resource instanceof Unread) {
    throw new TypeError(`${String(resource)} is no resource: give an object with uid and kind`);
  }
  const { data, collectedAt, unread: rows = [], ...envelope } = resource as ResourceGiven & { unread?: UnreadRow[] };
  const unread: UnreadRow[] = [];
  const known = data === undefined ? {} : { data: plain(data, "", unread) };
  const time = collectedAt === undefined ? {} : { collected_at: collectedAt };
  return json({ ...(plain(envelope, "", []) as object), ...time, ...known, unread: [...rows, ...unread] });
}
