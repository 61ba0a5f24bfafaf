"""What a long run says while it works: on standard error, and only to somebody who watches."""

from __future__ import annotations

import signal
import sys
import threading
from types import TracebackType
from typing import TYPE_CHECKING, Self

from experiments.interrupts import Interrupts

if TYPE_CHECKING:
    from rich.progress import Progress, TaskID

PATIENCE = 1.0
"""A run that is over by then shows nothing [s]."""


def say_if_compiling() -> None:
    """Say that the rules will be compiled, unless they were before."""
    from agents.compiled import is_warm

    if not is_warm():
        print(
            "Compiling the model for this machine: once, for a minute or two; later runs do not.",
            file=sys.stderr,
            flush=True,
        )


class Ticker:
    """A progress bar that appears after a while, if standard error is a terminal.

    It also makes sure that Ctrl-C is heard: at once or, if that was lost, at the next period.
    """

    def __init__(self) -> None:
        self._bar: Progress | None = None
        self._task: TaskID | None = None
        self._interrupts = Interrupts([signal.SIGINT], at_once=True)

    def __enter__(self) -> Self:
        if sys.stderr.isatty():
            from rich.console import Console
            from rich.progress import Progress

            self._bar = Progress(console=Console(stderr=True), transient=True)
            # From a thread: drawing a large population is a single call of many seconds.
            self._timer = threading.Timer(PATIENCE, self._bar.start)
            self._timer.daemon = True
            self._timer.start()
        self._interrupts.__enter__()
        return self

    def begin(self, what: str, periods: int | None = None) -> None:
        """Name what is being done, and how many periods it takes if that is known."""
        self._interrupts.heed()
        if self._bar is None:
            return
        if self._task is not None:
            self._bar.update(self._task, visible=False)
        self._task = self._bar.add_task(what, total=periods)

    def at(self, period: int) -> None:
        """Tell how far it is."""
        self._interrupts.heed()
        if self._bar is not None and self._task is not None:
            self._bar.update(self._task, completed=period)

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._interrupts.stop_listening()  # what is written by now stays
        if self._bar is not None:
            self._timer.cancel()
            self._timer.join()
            self._bar.stop()
