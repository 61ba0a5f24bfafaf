"""Ctrl-C, heard where it does no harm: between two steps of the work."""

from __future__ import annotations

import signal
import threading
import time
from collections.abc import Iterable
from types import FrameType, TracebackType
from typing import Any, Self

_SAME_PRESS = 1.0
"""A second signal within that time is the first, handed on by somebody else as well [s]."""


class Interrupts:
    """Remember an interrupt until the work asks for it.

    Python raises an interrupt wherever the main thread happens to be. Within a callback of compiled
    code it is lost; within the locking of futures it leaves locks that nobody releases.

    Parameters
    ----------
    numbers : iterable of signal
        What to listen to while this is entered; only the main thread can.
    at_once : bool
        Raise at once as well, since a step may take long and shares no lock with anybody. If not,
        a second press is raised at once: who presses again does not want to wait.
    """

    def __init__(self, numbers: Iterable[signal.Signals], *, at_once: bool) -> None:
        self._numbers, self._at_once = tuple(numbers), at_once
        self._before: dict[signal.Signals, Any] = {}
        self._heard: float | None = None
        """When the first press came."""

    def __enter__(self) -> Self:
        if threading.current_thread() is threading.main_thread():
            try:
                for number in self._numbers:
                    self._before[number] = signal.getsignal(number)
                    signal.signal(number, self._hear)
            except BaseException:
                self.stop_listening()
                raise
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.stop_listening()
        # Raised within the locking of futures, a second press may come out as another error.
        if kind is None or (self._heard is not None and issubclass(kind, RuntimeError)):
            self.heed()

    def heed(self) -> None:
        """Raise what was heard, once.

        Raises
        ------
        KeyboardInterrupt
            If there was an interrupt.
        """
        heard, self._heard = self._heard, None
        if heard is not None:
            raise KeyboardInterrupt

    def stop_listening(self) -> None:
        """Give the signals back to whoever listened before."""
        for number, handler in self._before.items():
            signal.signal(number, handler)

    def _hear(self, number: int, frame: FrameType | None) -> None:
        now, first = time.monotonic(), self._heard
        if first is None:
            self._heard = now
        if self._at_once or (first is not None and now - first > _SAME_PRESS):
            raise KeyboardInterrupt


def raised_at_once() -> list[signal.Signals]:
    """Return the signals that Python turns into an interrupt, wherever it is."""
    ours = (signal.SIGINT, signal.SIGTERM)
    return [number for number in ours if signal.getsignal(number) is signal.default_int_handler]
