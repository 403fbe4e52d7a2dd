/** What the native half throws, and what callers throw, as errors of this package. */

import {
  AccessDeniedError,
  CancelledScanError,
  ConfigError,
  CredentialsError,
  CspmError,
  type ErrorCode,
  type ErrorDetails,
  ExtensionError,
  FileError,
  FormatError,
  LimitError,
  ModelError,
  RuleError,
  UnreachableError,
  VersionError,
} from "./errors.js";

/** An error as the native half writes it. */
interface Written {
  code?: string;
  message: string;
  attempted?: string;
  help?: string;
  path?: string;
  line?: number;
  column?: number;
  cause?: Written;
}

const CLASSES: Record<string, new (message: string, details?: ErrorDetails) => CspmError> = {
  access_denied: AccessDeniedError,
  cancelled: CancelledScanError,
  config: ConfigError,
  credentials: CredentialsError,
  extension: ExtensionError,
  format: FormatError,
  io: FileError,
  limit: LimitError,
  model: ModelError,
  rule: RuleError,
  unreachable: UnreachableError,
  version: VersionError,
};

/** The error that a text of the native half is. */
export function fromNative(text: string): Error {
  return made(JSON.parse(text) as Written);
}

function made(written: Written): Error {
  const place = placeOf(written);
  const details = {
    attempted: written.attempted,
    help: written.help ?? place?.help,
    cause: written.cause === undefined ? undefined : made(written.cause),
  };
  if (written.code === "rule") {
    const { path, line, column } = place ?? {};
    // `null` is how the native half says that there is none.
    return new RuleError(written.message, { ...details, ...known({ path, line, column }) });
  }
  if (written.code === undefined) return new Error(written.message, known({ cause: details.cause }));
  const of = CLASSES[written.code];
  const error =
    of === undefined
      ? new CspmError(written.code as ErrorCode, written.message, known(details))
      : new of(written.message, known(details));
  // Where it is known, also an error of another kind says which file of rules it is about.
  return Object.assign(error, known({ path: place?.path }));
}

/** The error of a rule in or beneath an error. */
function placeOf(written: Written): Written | undefined {
  for (let at: Written | undefined = written; at !== undefined; at = at.cause) {
    if ("path" in at) return at;
  }
  return undefined;
}

function known<T extends object>(of: T): { [K in keyof T]?: Exclude<T[K], null | undefined> } {
  return Object.fromEntries(Object.entries(of).filter(([, value]) => value !== null && value !== undefined)) as never;
}

/** Calls the native half, and throws its errors as those of this package. */
export function call<T>(native: () => T): T {
  try {
    return native();
  } catch (error) {
    const text = error instanceof Error ? error.message : "";
    throw text.startsWith("{") ? fromNative(text) : error;
  }
}

/** What was thrown in a line, and in full. */
export function told(thrown: unknown): { line: string; full: string } {
  if (thrown instanceof Error) {
    const line = `${thrown.name}: ${thrown.message}`.split("\n", 1)[0] ?? "";
    return { line, full: thrown.stack ?? line };
  }
  const line = `${String(thrown)} was thrown`;
  return { line, full: line };
}
