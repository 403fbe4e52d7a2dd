"""The rows of a query."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any, overload

from ._errors import ConfigError

if TYPE_CHECKING:
    import pandas
    import polars

    from .types import Missing


class Rows(Sequence[dict[str, Any]]):
    """The rows of a query, as dicts."""

    def __init__(self, columns: list[str], rows: list[dict[str, Any]], unread: list[Missing]) -> None:
        """Take the columns, the rows, and what was not read of what the query looked at."""
        self.columns = columns
        """The names of the columns, in order."""
        self.unread = unread
        """What was not read of what the query looked at, so that rows may be missing or empty."""
        self._rows = rows

    def __len__(self) -> int:
        """How many rows there are."""
        return len(self._rows)

    @overload
    def __getitem__(self, index: int, /) -> dict[str, Any]: ...
    @overload
    def __getitem__(self, index: slice, /) -> list[dict[str, Any]]: ...
    def __getitem__(self, index: int | slice, /) -> dict[str, Any] | list[dict[str, Any]]:
        """Give the row at a position, or those in a slice."""
        return self._rows[index]

    def __iter__(self) -> Iterator[dict[str, Any]]:
        """Go over the rows."""
        return iter(self._rows)

    def __repr__(self) -> str:
        """Show how many there are, and their columns."""
        return f"<{len(self)} rows of {', '.join(self.columns)}>"

    def to_pandas(self) -> pandas.DataFrame:
        """Make a DataFrame of pandas, which must be installed."""
        try:
            import pandas
        except ImportError as error:
            raise _missing("pandas") from error
        return pandas.DataFrame(self._rows, columns=self.columns)

    def to_polars(self) -> polars.DataFrame:
        """Make a DataFrame of polars, which must be installed."""
        try:
            import polars
        except ImportError as error:
            raise _missing("polars") from error
        columns = {name: [row[name] for row in self._rows] for name in self.columns}
        return polars.DataFrame(columns, strict=False)


def _missing(name: str) -> ConfigError:
    error = ConfigError(f"cannot make a DataFrame without {name} (pip install {name})")
    error.attempted, error.help = f"make a DataFrame without {name}", f"pip install {name}"
    return error
