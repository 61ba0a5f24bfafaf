"""Who does the work: anything that takes a function and returns a future.

Each process of this machine has a pipe of its own, and nothing is shared between them: one that is
killed at any moment, even in the middle of an answer, takes only its own call with it.
"""

from __future__ import annotations

import os
import pickle
import queue
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable
from concurrent.futures import Future
from contextlib import suppress
from multiprocessing.connection import wait
from typing import Any, Protocol

from experiments.sweeps.refusals import SweepError
from experiments.sweeps.worker import receive, send

_ATTEMPTS = 5
_SECONDS_TO_START = 300.0
_SECONDS_TO_END = 10.0
"""Of all threads together. An interrupt may leave futures locked for ever; a thread that waits for
one ends with this process."""
_SINGLE_THREAD = (
    "NUMBA_NUM_THREADS",
    "OMP_NUM_THREADS",
    "OPENBLAS_NUM_THREADS",
    "MKL_NUM_THREADS",
    "POLARS_MAX_THREADS",
)


class WorkerDied(Exception):
    """A process ended in the middle of a call; the message is the last it said."""


class OverTime(Exception):
    """A call took longer than its limit, and its process was ended."""


class Engine(Protocol):
    """What a driver needs."""

    @property
    def width(self) -> int:
        """Number of calls done at the same time."""

    def submit(
        self, function: Callable[..., Any], *arguments: Any, limit: float | None = None
    ) -> Future[Any]:
        """Have a function called somewhere; `limit` is in seconds."""

    def stop(self) -> None:
        """End everything at once."""


def processors() -> int:
    """Return the number of processors that this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


class WorkerProcess:
    """One process that answers calls.

    It is a fresh interpreter and not a fork, so it does not run a script of the caller's again; in
    a session of its own, so Ctrl-C does not reach it.

    Raises
    ------
    WorkerDied
        If it ends before it is ready.
    OSError
        If this machine cannot start it.
    """

    def __init__(self) -> None:
        self._said = tempfile.TemporaryFile()  # noqa: SIM115 - as long as the process
        try:
            self._process = subprocess.Popen(
                [sys.executable, "-P", "-m", "experiments.sweeps.worker"],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=self._said,
                env=_environment(),
                start_new_session=True,
            )
        except OSError:
            self._said.close()
            raise
        try:
            self._receive(_SECONDS_TO_START)
        except OverTime:
            raise WorkerDied(f"it was not ready after {_SECONDS_TO_START:g} s") from None

    @property
    def pid(self) -> int:
        """Number of the process."""
        return self._process.pid

    def call(self, function: Callable[..., Any], arguments: Any, limit: float | None) -> Any:
        """Call a function there and return what it returns, or raise what it raises.

        Raises
        ------
        WorkerDied
            If the process ends before it has answered.
        OverTime
            If there is no answer within the limit [s].
        """
        assert self._process.stdin is not None
        try:
            send(self._process.stdin, pickle.dumps((function, arguments)))  # type: ignore[arg-type]
        except OSError:
            raise self._death() from None
        result, error, trace = pickle.loads(self._receive(limit))
        if error is not None:
            error.add_note(trace)
            raise error
        return result

    def kill(self) -> None:
        """End the process at once; a call that waits for it is told so."""
        self._process.kill()
        self._process.wait()

    def close(self) -> None:
        """End the process and let go of its pipes; not while a call waits."""
        self.kill()
        for stream in (self._process.stdin, self._process.stdout, self._said):
            assert stream is not None
            with suppress(OSError):  # what it did not read any more
                stream.close()

    def _receive(self, limit: float | None) -> bytes:
        stream = self._process.stdout
        assert stream is not None
        if not wait([stream.fileno()], limit):
            self.close()
            raise OverTime(f"no answer within {limit:g} s")
        try:
            return receive(stream)  # type: ignore[arg-type]
        except (EOFError, OSError):
            raise self._death() from None

    def _death(self) -> WorkerDied:
        self._said.seek(max(0, self._said.seek(0, os.SEEK_END) - 4000))
        words = self._said.read().decode("utf-8", "replace").strip()
        self.close()
        return WorkerDied(words)


def _environment() -> dict[str, str]:
    """Return the variables of a worker: one thread each, and the modules that we can import."""
    path = os.pathsep.join(os.path.abspath(entry) for entry in sys.path)
    return {**os.environ, **dict.fromkeys(_SINGLE_THREAD, "1"), "PYTHONPATH": path}


def started() -> WorkerProcess:
    """Start a process, again if somebody kills it meanwhile.

    Raises
    ------
    SweepError
        If none comes up.
    """
    said = ""
    for _ in range(_ATTEMPTS):
        try:
            return WorkerProcess()
        except (WorkerDied, OSError) as error:  # no memory, processes or open files to be had
            said = str(error)
    last = said.splitlines()[-1] if said else "it ended without a word"
    raise SweepError(f"no worker process can be started: {last}")


class LocalEngine:
    """Processes on this machine.

    Parameters
    ----------
    workers : int
        How many.
    """

    def __init__(self, workers: int) -> None:
        self.width = workers
        self._tasks: queue.SimpleQueue[_Task | None] = queue.SimpleQueue()
        self._processes: dict[int, WorkerProcess] = {}
        self._stopping = False
        self._threads = [
            threading.Thread(target=self._serve, args=(seat,), daemon=True)
            for seat in range(workers)
        ]
        for thread in self._threads:
            thread.start()

    def submit(
        self, function: Callable[..., Any], *arguments: Any, limit: float | None = None
    ) -> Future[Any]:
        """Have a function called by the next free process."""
        future: Future[Any] = Future()
        self._tasks.put((future, function, arguments, limit))
        return future

    def stop(self) -> None:
        """End all processes at once."""
        self._stopping = True
        for _ in self._threads:
            self._tasks.put(None)
        for process in list(self._processes.values()):
            process.kill()
        end = time.monotonic() + _SECONDS_TO_END
        for thread in self._threads:
            thread.join(max(0.0, end - time.monotonic()))

    def _serve(self, seat: int) -> None:
        while not self._stopping:
            with suppress(SweepError):  # told to whoever submits
                self._seated(seat)
            task = self._tasks.get()
            if task is None or self._stopping:
                break
            self._fulfil(seat, *task)
        process = self._processes.pop(seat, None)
        if process is not None:
            process.close()

    def _seated(self, seat: int) -> WorkerProcess:
        if seat not in self._processes:
            self._processes[seat] = started()
        if self._stopping:
            raise SweepError("the sweep has ended")
        return self._processes[seat]

    def _fulfil(
        self,
        seat: int,
        future: Future[Any],
        function: Callable[..., Any],
        arguments: tuple[Any, ...],
        limit: float | None,
    ) -> None:
        if not future.set_running_or_notify_cancel():
            return
        try:
            result = self._seated(seat).call(function, arguments, limit)
        except BaseException as error:
            if isinstance(error, WorkerDied | OverTime):
                self._processes.pop(seat, None)
            future.set_exception(error)
        else:
            future.set_result(result)


_Task = tuple[Future[Any], Callable[..., Any], tuple[Any, ...], float | None]


class SerialEngine:
    """The process of the driver itself: nothing to start, no protection against a bad run."""

    width = 1

    def submit(
        self, function: Callable[..., Any], *arguments: Any, limit: float | None = None
    ) -> Future[Any]:
        """Call a function now."""
        future: Future[Any] = Future()
        try:
            future.set_result(function(*arguments))
        except Exception as error:
            future.set_exception(error)
        return future

    def stop(self) -> None:
        """Do nothing: nothing runs."""
