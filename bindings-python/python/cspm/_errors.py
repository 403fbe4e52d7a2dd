"""The errors of the package: all derive from CspmError."""

from __future__ import annotations

from typing import ClassVar


class CspmError(Exception):
    """What was attempted, what kind of thing went wrong, and what to do about it."""

    kind: str = "internal"
    """A stable code: `config`, `credentials`, ..."""
    attempted: str = ""
    """What was attempted; completes "cannot ..."."""
    help: str | None = None
    """What the reader can do about it."""
    cause: str | None = None
    """The text of what lies beneath; where it is an exception, it is in `__cause__`."""

    @property
    def code(self) -> str:
        """The same as `kind`."""
        return self.kind


class ConfigError(CspmError):
    """An option, argument or selection is not usable: there is no such framework, say."""

    kind = "config"


class CredentialsError(CspmError):
    """There are no credentials, or they are not accepted."""

    kind = "credentials"


class UnreachableError(CspmError):
    """The provider or endpoint could not be reached."""

    kind = "unreachable"


class AccessDeniedError(CspmError):
    """The provider refused."""

    kind = "access_denied"


class FileError(CspmError):
    """A file could not be read or written."""

    kind = "io"


class FormatError(CspmError):
    """A file or value is not what it should be: the text says where and what."""

    kind = "format"


class VersionError(CspmError):
    """A file is of a version that this program does not know."""

    kind = "version"


class ModelError(CspmError):
    """The model of a kind contradicts itself."""

    kind = "model"


class RuleError(CspmError):
    """A rule is not usable."""

    kind = "rule"
    path: str | None = None
    """The file of the rule, where it is in one."""
    line: int | None = None
    """The line in it, from one."""
    column: int | None = None
    """The column in characters, from one."""


class CancelledScanError(CspmError):
    """A scan ended before it had a report."""

    kind = "cancelled"


class LimitError(CspmError):
    """A limit was reached, of time, rows or memory: there is no result, and not a part of one."""

    kind = "limit"


class ExtensionError(CspmError):
    """A collector or rule of the caller failed."""

    kind = "extension"


class UnreadError(CspmError):
    """A field was looked at that was not read. In a rule that means that the verdict is unknown."""

    kind = "unread"

    def __init__(self, field: str, reason: str, call: str = "", detail: str = "") -> None:
        """Name the field, the reason, the call that would have read it, and what the provider said."""
        where = f"{call}: {reason}" if call else reason
        super().__init__(f"{field or 'this'} was not read ({where}{f': {detail}' if detail else ''})")
        self.field = field
        self.reason = reason
        self.call = call
        self.detail = detail
        self.attempted = f"read {field}"

    def __reduce__(self) -> tuple[type[UnreadError], tuple[str, str, str, str]]:
        """Pickle by the parts."""
        return type(self), (self.field, self.reason, self.call, self.detail)


class _Classes:
    by_kind: ClassVar[dict[str, type[CspmError]]] = {
        of.kind: of
        for of in (
            AccessDeniedError,
            CancelledScanError,
            ConfigError,
            CredentialsError,
            ExtensionError,
            FileError,
            FormatError,
            LimitError,
            ModelError,
            RuleError,
            UnreachableError,
            VersionError,
        )
    }


def make(
    kind: str,
    text: str,
    attempted: str,
    help: str | None,  # noqa: A002, as the attribute
    cause: str | None,
    path: str | None,
    line: int | None,
    column: int | None,
) -> CspmError:
    """Make the error that the native half raises."""
    error = _Classes.by_kind.get(kind, CspmError)(text)
    error.kind, error.attempted, error.help, error.cause = kind, attempted, help, cause
    place = {"path": path, "line": line, "column": column}
    # Other errors have a place only where one is known: a file of rules that cannot be read, say.
    vars(error).update({name: part for name, part in place.items() if part is not None})
    return error
