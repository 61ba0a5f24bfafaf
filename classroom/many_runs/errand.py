"""Errands: what takes seconds, done for one visitor in a thread, shown while it goes on."""

from __future__ import annotations

import threading
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


class Ticket:
    """What an errand needs of the crew; cancelled, it gets nothing more."""

    def __init__(self) -> None:
        self.cancelled = False
        self._jobs: list[Job] = []

    def begin(self, calls: Sequence[Call]) -> Job:
        """Have calls done, and return at once.

        Raises
        ------
        Cancelled
            If the ticket has been cancelled.
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


Work = Callable[[Ticket], Iterator[Any]]
"""Does something and yields what there is to show; what it begins is cancelled with its ticket."""


class Errand:
    """One visitor's errands of one sort: a new one takes the place of the one before."""

    def __init__(self) -> None:
        self.news: solara.Reactive[News | None] = solara.reactive(None)
        self._ticket = Ticket()

    def begin(self, work: Work) -> Callable[[], None]:
        """Begin something, and return what ends it."""
        self._ticket.cancel()
        self._ticket = ticket = Ticket()
        self.news.value = News(RUNNING)
        if kernel_context.has_current_context():
            kernel_context.get_current_context().on_close(ticket.cancel)
        threading.Thread(target=self._go, args=(work, ticket), daemon=True).start()
        return ticket.cancel

    def cancel(self) -> None:
        """End what is going on; what is done stays."""
        self._ticket.cancel()

    def _go(self, work: Work, ticket: Ticket) -> None:
        state, status, why = None, DONE, ""
        try:
            for state in work(ticket):
                self._tell(ticket, News(RUNNING, state))
        except Cancelled:
            status = CANCELLED
        except Exception as error:
            status, why = FAILED, _sentence(error)
        self._tell(ticket, News(CANCELLED if ticket.cancelled else status, state, why))

    def _tell(self, ticket: Ticket, news: News) -> None:
        if ticket is self._ticket:
            self.news.value = news


def _sentence(error: Exception) -> str:
    if isinstance(error, DeathspiralError):
        return "; ".join(getattr(error, "sentences", [str(error)]))
    return f"{type(error).__name__}: {error}"
