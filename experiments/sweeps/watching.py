"""What a sweep says while it works: on standard error."""

from __future__ import annotations

import sys
import time
from types import TracebackType
from typing import TYPE_CHECKING, Self

if TYPE_CHECKING:
    from rich.progress import Progress, TaskID

_SECONDS_BETWEEN_LINES = 30.0


class Watch:
    """Done, failed, rate and time left: a bar on a terminal, else a line now and then.

    Parameters
    ----------
    quiet : bool
        Say nothing at all.
    """

    def __init__(self, *, quiet: bool = False) -> None:
        self._quiet = quiet
        self._bar: Progress | None = None
        self._task: TaskID | None = None
        self.done = self.failed = self._total = 0

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self._bar is not None:
            self._bar.stop()

    def say(self, sentence: str) -> None:
        """Say something, unless nobody wants to hear it."""
        if not self._quiet:
            print(sentence, file=sys.stderr, flush=True)

    def begin(self, total: int, done: int, failed: int) -> None:
        """Tell how much there is to do, and how much of it is done already."""
        self._total, self.done, self.failed, self._before = total, done, failed, done
        self._since = self._told = time.monotonic()
        if self._quiet or not sys.stderr.isatty():
            return
        from rich.console import Console
        from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn

        columns = (BarColumn(), MofNCompleteColumn(), TextColumn("runs, {task.fields[state]}"))
        self._bar = Progress(*columns, console=Console(stderr=True), transient=True)
        self._task = self._bar.add_task("", total=total, completed=done, state="starting")
        self._bar.start()

    def advance(self, done: int, failed: int) -> None:
        """Count runs that were committed."""
        self.done += done
        self.failed += failed

    def tell(self) -> None:
        """Show where it stands."""
        if self._bar is not None and self._task is not None:
            self._bar.update(self._task, completed=self.done, state=self.state())
        elif time.monotonic() - self._told > _SECONDS_BETWEEN_LINES:
            self._told = time.monotonic()
            self.say(f"{self.done:,} of {self._total:,} runs done, {self.state()}")

    def state(self) -> str:
        """Return failures, rate and time left in words."""
        rate = self.rate
        if not rate:
            return f"{self.failed:,} failed"
        left = spell((self._total - self.done) / rate)
        return f"{self.failed:,} failed, {rate:,.0f} runs/s, {left} left"

    @property
    def rate(self) -> float:
        """Runs committed per second since the beginning."""
        return (self.done - self._before) / max(time.monotonic() - self._since, 1e-9)


def spell(seconds: float) -> str:
    """Return a duration as a reader says it: 42 s, 3 min, 5 h, 2 days."""
    for length, unit in ((86_400, "days"), (3600, "h"), (60, "min")):
        if seconds >= 2 * length:
            return f"{seconds / length:.0f} {unit}"
    return f"{seconds:.0f} s" if seconds >= 10 or not seconds else f"{seconds:.2g} s"
