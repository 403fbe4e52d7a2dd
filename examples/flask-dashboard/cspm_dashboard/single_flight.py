"""Many callers at once, one piece of work."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import Future
from typing import Generic, TypeVar

T = TypeVar("T")


class SingleFlight(Generic[T]):
    """Callers that arrive while the work is under way wait for it and share its result, or its error."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._flight: Future[T] | None = None

    def run(self, work: Callable[[], T]) -> T:
        """Does the work, or waits for whoever does it already."""
        with self._lock:
            flight, first = self._flight, self._flight is None
            if flight is None:
                flight = self._flight = Future()
        if not first:
            return flight.result()
        try:
            result = work()
        except BaseException as error:
            self._land()
            flight.set_exception(error)
            raise
        self._land()
        flight.set_result(result)
        return result

    def _land(self) -> None:
        """Before the result is given: whoever comes from now on gets newer work."""
        with self._lock:
            self._flight = None
