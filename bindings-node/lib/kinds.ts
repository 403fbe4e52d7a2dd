import { native } from "./native.js";
import { call } from "./thrown.js";

/** A JSON Schema. */
export type Schema = { [key: string]: unknown };

/** A kind of resource. */
export interface Kind {
  /** The name, e.g. `aws_s3_bucket`. */
  name: string;
  /** The provider, e.g. `aws`. */
  provider: string;
  /** The service, e.g. `s3`. */
  service: string;
  /** How far one list of it reaches. */
  scope: "account" | "region";
  /** Whether its data is a provider's own object, where a field that is not there is absent. */
  native: boolean;
  /** The call that lists it. */
  call: string;
  /** The permission that the list needs; empty where it needs none. */
  permission: string;
  /** The schema of its data, with the sources of fields in `x-source` and references in `x-ref`. */
  readonly schema: Schema;
}

const schemas = new Map<string, Schema>();

function schema(kind: string): Schema {
  const known = schemas.get(kind);
  if (known !== undefined) return known;
  const made = JSON.parse(call(() => native.schema(kind)) ?? "{}") as Schema;
  schemas.set(kind, made);
  return made;
}

/** The built-in kinds, in the order of their names. Their schemas are made when they are looked at. */
export function kinds(): Kind[] {
  const all = JSON.parse(call(() => native.kinds())) as Omit<Kind, "schema">[];
  return all.map((kind) => ({
    ...kind,
    get schema() {
      return schema(kind.name);
    },
  }));
}

let typed: Map<string, readonly string[] | undefined> | undefined;

/**
 * The fields that resources of a built-in kind always have: one that is not there was not given.
 *
 * @internal
 */
export function fieldsOf(kind: string): readonly string[] {
  typed ??= new Map(kinds().flatMap(({ name, native }) => (native ? [] : [[name, undefined]])));
  if (!typed.has(kind)) return [];
  let fields = typed.get(kind);
  if (fields === undefined) {
    fields = Object.keys((schema(kind)["properties"] as object | undefined) ?? {});
    typed.set(kind, fields);
  }
  return fields;
}
