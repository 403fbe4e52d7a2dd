/** A stable name of what kind of thing went wrong. */
export type ErrorCode =
  | "config"
  | "credentials"
  | "unreachable"
  | "access_denied"
  | "io"
  | "format"
  | "version"
  | "model"
  | "rule"
  | "cancelled"
  | "limit"
  | "extension"
  | "unread";

/** What an error says beside its message. */
export interface ErrorDetails {
  /** What was attempted; completes "cannot …". */
  attempted?: string | undefined;
  /** What the reader can do about it. */
  help?: string | undefined;
  /** What lies beneath. */
  cause?: unknown;
}

/** The base of all errors of this package: what kind of thing went wrong, what was attempted, and what to do about it. */
export class CspmError extends Error {
  /** What kind of thing went wrong. */
  readonly code: ErrorCode;
  /** What was attempted; completes "cannot …". */
  readonly attempted: string;
  /** What the reader can do about it. */
  readonly help: string | undefined;

  constructor(code: ErrorCode, message: string, details: ErrorDetails = {}) {
    super(message, details.cause === undefined ? undefined : { cause: details.cause });
    this.name = new.target.name;
    this.code = code;
    this.attempted = details.attempted ?? "";
    this.help = details.help;
  }
}

/** An option or argument is not usable. */
export class ConfigError extends CspmError {
  constructor(message: string, details?: ErrorDetails) {
    super("config", message, details);
  }
}

/** There are no credentials, or they are not accepted. */
export class CredentialsError extends CspmError {
  constructor(message: string, details?: ErrorDetails) {
    super("credentials", message, details);
  }
}

/** The provider or endpoint could not be reached. */
export class UnreachableError extends CspmError {
  constructor(message: string, details?: ErrorDetails) {
    super("unreachable", message, details);
  }
}

/** The provider refused. */
export class AccessDeniedError extends CspmError {
  constructor(message: string, details?: ErrorDetails) {
    super("access_denied", message, details);
  }
}

/** A file could not be read or written. */
export class FileError extends CspmError {
  constructor(message: string, details?: ErrorDetails) {
    super("io", message, details);
  }
}

/** A file or value is not what it should be: the message says where and what. */
export class FormatError extends CspmError {
  constructor(message: string, details?: ErrorDetails) {
    super("format", message, details);
  }
}

/** A file is of a version that this package does not know. */
export class VersionError extends CspmError {
  constructor(message: string, details?: ErrorDetails) {
    super("version", message, details);
  }
}

/** The model of a kind contradicts itself. */
export class ModelError extends CspmError {
  constructor(message: string, details?: ErrorDetails) {
    super("model", message, details);
  }
}

/** A rule, or a choice of rules, is not usable. */
export class RuleError extends CspmError {
  /** The file, where there is one. */
  readonly path: string | undefined;
  /** The line, from one. */
  readonly line: number | undefined;
  /** The column in characters, from one. */
  readonly column: number | undefined;

  constructor(message: string, details: ErrorDetails & { path?: string; line?: number; column?: number } = {}) {
    super("rule", message, details);
    this.path = details.path;
    this.line = details.line;
    this.column = details.column;
  }
}

/** The work ended before it had a result. Where a signal ended it, its reason is thrown instead. */
export class CancelledScanError extends CspmError {
  constructor(message: string, details?: ErrorDetails) {
    super("cancelled", message, details);
  }
}

/** A query took more time, rows or memory than it may. */
export class LimitError extends CspmError {
  constructor(message: string, details?: ErrorDetails) {
    super("limit", message, details);
  }
}

/** A collector or rule of the caller failed. */
export class ExtensionError extends CspmError {
  constructor(message: string, details?: ErrorDetails) {
    super("extension", message, details);
  }
}
