"""Many runs for many visitors: two threads that serve everybody in turn.

Threads, not processes: compiled rules let go of the interpreter, so that two threads do 220 runs of
2,000 people in some two seconds, a process would take that long to start, and stepping stays quick.
"""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable, Sequence
from typing import Any

from solara.server import kernel_context

Call = Callable[[], Any]
WIDTH = 2
"""Runs done at the same time, of all visitors together."""


class Cancelled(Exception):
    """The visitor has cancelled, or gone."""


class Job:
    """Calls of one visitor; results stand in the order of the calls.

    Parameters
    ----------
    calls : sequence of callable
        What is to be done; none may depend on another.
    """

    def __init__(self, calls: Sequence[Call]) -> None:
        self.results: list[Any] = [None] * len(calls)
        """None where a call has not been done."""
        self.error: Exception | None = None
        self.cancelled = False
        self.done = 0
        self._todo = deque(enumerate(calls))
        self._over = threading.Condition()

    @property
    def finished(self) -> bool:
        """Whether no more results will come."""
        return self.cancelled or self.error is not None or self.done == len(self.results)

    def cancel(self) -> None:
        """Do no more calls; what is done stays."""
        with self._over:
            self.cancelled = self.cancelled or not self.finished
            self._over.notify_all()

    def rest(self, seconds: float) -> bool:
        """Wait a while, or until the job is finished; return whether it is."""
        with self._over:
            return self._over.wait_for(lambda: self.finished, seconds)

    def wait(self) -> list[Any]:
        """Return all results as soon as they are there.

        Raises
        ------
        Cancelled
            If the job is cancelled first.
        """
        with self._over:
            self._over.wait_for(lambda: self.finished)
        if self.error is not None:
            raise self.error
        if self.cancelled:
            raise Cancelled
        return self.results

    def take(self) -> tuple[int, Call] | None:
        """Hand out the next call; None if there is none left to do."""
        return None if self.finished or not self._todo else self._todo.popleft()

    def do(self, place: int, call: Call) -> None:
        """Do a call and keep what it returns; an error ends the job."""
        try:
            result = call()
        except Exception as error:
            with self._over:
                self.error = error
                self._over.notify_all()
            return
        with self._over:
            self.results[place] = result
            self.done += 1
            self._over.notify_all()


class Crew:
    """Threads that take one call of each job in turn, so that nobody waits for a long job.

    Parameters
    ----------
    width : int
        How many.
    """

    def __init__(self, width: int = WIDTH) -> None:
        self._width = width
        self._jobs: deque[Job] = deque()
        self._news = threading.Condition()
        self._threads: list[threading.Thread] = []

    def begin(self, calls: Sequence[Call]) -> Job:
        """Have calls done, and return at once."""
        job = Job(calls)
        with self._news:
            self._jobs.append(job)
            while len(self._threads) < self._width:
                self._add_thread()
            self._news.notify_all()
        return job

    def _add_thread(self) -> None:
        # A thread otherwise belongs to the page that starts it, and keeps it for ever.
        with kernel_context.without_context():
            thread = threading.Thread(target=self._serve, daemon=True)
            thread.start()
        self._threads.append(thread)

    def _serve(self) -> None:
        while True:
            self._take_turn()

    def _take_turn(self) -> None:
        """Do one call of the job whose turn it is; whoever waits here holds no job."""
        with self._news:
            self._news.wait_for(lambda: bool(self._jobs))
            job = self._jobs.popleft()
            taken = job.take()
            if taken is not None:
                self._jobs.append(job)
        if taken is not None:
            job.do(*taken)


CREW = Crew()
"""The threads of this server."""
