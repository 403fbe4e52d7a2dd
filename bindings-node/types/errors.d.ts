/** A stable name of what kind of thing went wrong. */
export type ErrorCode = "config" | "credentials" | "unreachable" | "access_denied" | "io" | "format" | "version" | "model" | "rule" | "cancelled" | "limit" | "extension" | "unread";
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
export declare class CspmError extends Error {
    /** What kind of thing went wrong. */
    readonly code: ErrorCode;
    /** What was attempted; completes "cannot …". */
    readonly attempted: string;
    /** What the reader can do about it. */
    readonly help: string | undefined;
    constructor(code: ErrorCode, message: string, details?: ErrorDetails);
}
/** An option or argument is not usable. */
export declare class ConfigError extends CspmError {
    constructor(message: string, details?: ErrorDetails);
}
/** There are no credentials, or they are not accepted. */
export declare class CredentialsError extends CspmError {
    constructor(message: string, details?: ErrorDetails);
}
/** The provider or endpoint could not be reached. */
export declare class UnreachableError extends CspmError {
    constructor(message: string, details?: ErrorDetails);
}
/** The provider refused. */
export declare class AccessDeniedError extends CspmError {
    constructor(message: string, details?: ErrorDetails);
}
/** A file could not be read or written. */
export declare class FileError extends CspmError {
    constructor(message: string, details?: ErrorDetails);
}
/** A file or value is not what it should be: the message says where and what. */
export declare class FormatError extends CspmError {
    constructor(message: string, details?: ErrorDetails);
}
/** A file is of a version that this package does not know. */
export declare class VersionError extends CspmError {
    constructor(message: string, details?: ErrorDetails);
}
/** The model of a kind contradicts itself. */
export declare class ModelError extends CspmError {
    constructor(message: string, details?: ErrorDetails);
}
/** A rule, or a choice of rules, is not usable. */
export declare class RuleError extends CspmError {
    /** The file, where there is one. */
    readonly path: string | undefined;
    /** The line, from one. */
    readonly line: number | undefined;
    /** The column in characters, from one. */
    readonly column: number | undefined;
    constructor(message: string, details?: ErrorDetails & {
        path?: string;
        line?: number;
        column?: number;
    });
}
/** The work ended before it had a result. Where a signal ended it, its reason is thrown instead. */
export declare class CancelledScanError extends CspmError {
    constructor(message: string, details?: ErrorDetails);
}
/** A query took more time, rows or memory than it may. */
export declare class LimitError extends CspmError {
    constructor(message: string, details?: ErrorDetails);
}
/** A collector or rule of the caller failed. */
export declare class ExtensionError extends CspmError {
    constructor(message: string, details?: ErrorDetails);
}
