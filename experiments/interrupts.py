"""Ctrl-C, heard where it does no harm: between two steps of the work."""

from __future__ import annotations

import signal
import threading
from collections.abc import Iterable
from types import FrameType, TracebackType
from typing import Any, Self


class Interrupts:
    """Remember an interrupt until the work asks for it.

    Python raises an interrupt wherever the main thread happens to be. Within a callback of compiled
    code it is lost; within the locking of futures it leaves a lock that nobody releases.

    Parameters
    ----------
    numbers : iterable of signal
        What to listen to while this is entered; only the main thread can.
    at_once : bool
        Raise at once as well, since a step may take long and shares no lock with anybody. If not,
        the second interrupt is raised at once: who presses again does not want to wait.
    """

    def __init__(self, numbers: Iterable[signal.Signals], *, at_once: bool) -> None:
        self._numbers, self._at_once = tuple(numbers), at_once
        self._before: dict[signal.Signals, Any] = {}
        self._heard = False

    def __enter__(self) -> Self:
        if threading.current_thread() is threading.main_thread():
            for number in self._numbers:
                self._before[number] = signal.signal(number, self._hear)
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        for number, handler in self._before.items():
            signal.signal(number, handler)
        if kind is None:
            self.heed()

    def heed(self) -> None:
        """Raise what was heard, once.

        Raises
        ------
        KeyboardInterrupt
            If there was an interrupt.
        """
        heard, self._heard = self._heard, False
        if heard:
            raise KeyboardInterrupt

    def _hear(self, number: int, frame: FrameType | None) -> None:
        again, self._heard = self._heard, True
        if again or self._at_once:
            raise KeyboardInterrupt


def raised_at_once() -> list[signal.Signals]:
    """Return the signals that Python turns into an interrupt, wherever it is."""
    ours = (signal.SIGINT, signal.SIGTERM)
    return [number for number in ours if signal.getsignal(number) is signal.default_int_handler]
