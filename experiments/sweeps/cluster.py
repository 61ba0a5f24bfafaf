"""A Dask cluster as engine.

Each thread of a Dask worker has a process of ours beside it that does the calls, so a run that
crashes or hangs costs no Dask worker, and is told and judged exactly as on one machine. If a whole
node dies, Dask gives its calls to others.
"""

from __future__ import annotations

import logging
import threading
import time
import uuid
from collections.abc import Callable
from concurrent.futures import CancelledError, Future
from contextlib import suppress
from pathlib import Path
from typing import Any

from experiments.sweeps.engines import OverTime, WorkerDied, WorkerProcess, started
from experiments.sweeps.refusals import SweepError

_SECONDS_TO_ANSWER = 30
_SECONDS_BETWEEN_COUNTS = 5.0
_GONE = (
    "the Dask scheduler is gone; what was committed is kept, start a scheduler and give the same "
    "command again"
)


class DaskEngine:
    """The workers of a Dask cluster, as many as there are at any moment.

    Parameters
    ----------
    place : str
        Address of the scheduler, or its scheduler file.

    Raises
    ------
    SweepError
        If distributed is not installed, or the cluster does not answer or has no workers.
    """

    def __init__(self, place: str) -> None:
        try:
            import distributed
            from distributed.comm.addressing import get_address_host_port, normalize_address
        except ModuleNotFoundError:
            raise SweepError(
                "distributed is not installed, which --dask needs; "
                "`pip install 'deathspiral[cluster]'` installs it"
            ) from None
        for name in ("client", "core", "utils"):  # what they say, we say in a sentence
            logging.getLogger(f"distributed.{name}").setLevel(logging.CRITICAL)
        where = {"scheduler_file": place} if Path(place).is_file() else {"address": place}
        try:
            if "address" in where:  # a client made for no address at all takes a minute to go
                get_address_host_port(normalize_address(place))
            client: Any = distributed.Client
            self._client = client(**where, timeout=_SECONDS_TO_ANSWER, set_as_default=False)
        except (OSError, ValueError) as error:
            raise SweepError(f"no Dask scheduler answers at {place}: {error}") from None
        try:
            self._client.wait_for_workers(1, timeout=_SECONDS_TO_ANSWER)
        except TimeoutError:
            self._client.close()
            raise SweepError(
                f"the Dask scheduler at {place} has no workers; start some with `dask worker`"
            ) from None
        self._token = uuid.uuid4().hex
        self._executor: Any = self._client.get_executor(pure=False)
        self._counted, self._width = 0.0, 1

    @property
    def width(self) -> int:
        """Threads of all Dask workers, counted every few seconds."""
        if time.monotonic() - self._counted > _SECONDS_BETWEEN_COUNTS:
            self._width = max(1, sum(self._client.nthreads().values()))
            self._counted = time.monotonic()
        return self._width

    def submit(
        self, function: Callable[..., Any], *arguments: Any, limit: float | None = None
    ) -> Future[Any]:
        """Have a function called on some worker."""
        from distributed import KilledWorker

        told: Future[Any] = Future()

        def tell(done: Future[Any]) -> None:
            error = SweepError(_GONE) if done.cancelled() else done.exception()
            if isinstance(error, KilledWorker):
                told.set_exception(WorkerDied(str(error)))
            elif isinstance(error, CancelledError):
                told.set_exception(SweepError(_GONE))
            elif error is not None:
                told.set_exception(error)
            else:
                told.set_result(done.result())

        call = self._executor.submit(_beside, self._token, function, arguments, limit)
        call.add_done_callback(tell)
        return told

    def stop(self) -> None:
        """Drop what is under way and end our processes on the workers."""
        with suppress(OSError):  # a scheduler that is gone
            if self._client.status == "running":
                self._client.run(_leave, self._token, on_error="ignore")
        self._executor.shutdown(wait=False)
        self._client.close(timeout=5)


_processes: dict[tuple[str, int], WorkerProcess] = {}
"""On a Dask worker: our process beside each of its threads, by sweep."""


def _beside(
    token: str, function: Callable[..., Any], arguments: tuple[Any, ...], limit: float | None
) -> Any:
    """Call a function in the process beside this thread of a Dask worker."""
    seat = (token, threading.get_ident())
    if seat not in _processes:
        _processes[seat] = started()
    try:
        return _processes[seat].call(function, arguments, limit)
    except (WorkerDied, OverTime):
        _processes.pop(seat, None)
        raise


def _leave(token: str) -> None:
    for seat in [seat for seat in _processes if seat[0] == token]:
        _processes.pop(seat).kill()
