"""Errands: what takes seconds, done for one visitor in a thread, shown while it goes on."""

from __future__ import annotations

import threading
import weakref
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import solara
from solara.server import kernel_context

from agents.errors import DeathspiralError
from classroom.many_runs.queue import CREW, Call, Cancelled, Job

RUNNING, DONE, CANCELLED, FAILED = "running", "done", "cancelled", "failed"


@dataclass(frozen=True)
class News:
    """How an errand stands."""

    status: str
    """One of the names above."""
    state: Any = None
    """What it has come to so far; None if to nothing yet."""
    why: str = ""
    """What went wrong, in a sentence."""


class Permit:
    """What an errand needs of the crew; cancelled, it gets nothing more."""

    def __init__(self) -> None:
        self.cancelled = False
        self._jobs: list[Job] = []

    def begin(self, calls: Sequence[Call]) -> Job:
        """Have calls done, and return at once.

        Raises
        ------
        Cancelled
            If the permit has been cancelled.
        """
        job = CREW.begin(calls)
        self._jobs = [*(one for one in self._jobs if not one.finished), job]
        if self.cancelled:
            job.cancel()
            raise Cancelled
        return job

    def cancel(self) -> None:
        """Have nothing more done."""
        self.cancelled = True
        for job in self._jobs:
            job.cancel()
        self._jobs = []


Work = Callable[[Permit], Iterator[Any]]
"""Does something and yields what there is to show; what it begins is cancelled with its permit."""


class Errand:
    """One visitor's errands of one sort: a new one takes the place of the one before."""

    def __init__(self) -> None:
        self.news: solara.Reactive[News | None] = solara.reactive(None)
        self._permit = Permit()
        if kernel_context.has_current_context():
            # A page that is open never forgets what it is to call, nor what that holds.
            cancel = weakref.WeakMethod(self.cancel)
            kernel_context.get_current_context().on_close(lambda: _call(cancel))

    def begin(self, work: Work) -> Callable[[], None]:
        """Begin something, and return what ends it."""
        self._permit.cancel()
        self._permit = permit = Permit()
        self.news.value = News(RUNNING)
        threading.Thread(target=self._go, args=(work, permit), daemon=True).start()
        return permit.cancel

    def cancel(self) -> None:
        """End what is going on; what is done stays."""
        self._permit.cancel()

    def _go(self, work: Work, permit: Permit) -> None:
        state, status, why = None, DONE, ""
        try:
            for state in work(permit):
                self._tell(permit, News(RUNNING, state))
        except Cancelled:
            status = CANCELLED
        except Exception as error:
            status, why = FAILED, _sentence(error)
        self._tell(permit, News(CANCELLED if permit.cancelled else status, state, why))

    def _tell(self, permit: Permit, news: News) -> None:
        if permit is self._permit:
            self.news.value = news


def _call(method: weakref.WeakMethod[Callable[[], None]]) -> None:
    bound = method()
    if bound is not None:
        bound()


def _sentence(error: Exception) -> str:
    if isinstance(error, DeathspiralError):
        return "; ".join(getattr(error, "sentences", [str(error)]))
    return f"{type(error).__name__}: {error}"
