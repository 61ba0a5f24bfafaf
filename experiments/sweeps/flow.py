"""The stream of chunks through an engine, and what becomes of those that do not come back."""

from __future__ import annotations

import io
import time
from collections import deque
from collections.abc import Iterable, Iterator
from concurrent.futures import FIRST_COMPLETED, Future, wait
from dataclasses import dataclass, replace
from typing import Any

import polars as pl

from experiments.interrupts import Interrupts, raised_at_once
from experiments.sweeps.chunks import Chunk
from experiments.sweeps.engines import Engine, OverTime, SerialEngine, WorkerDied
from experiments.sweeps.orders import Orders
from experiments.sweeps.sessions import Session
from experiments.sweeps.store import Store
from experiments.sweeps.watching import Watch
from experiments.sweeps.work import CRASHED, TIMEOUT, Done, Failure, as_parquet, do, tables

_WINDOW = 4
"""Calls under way for each process: enough to keep it busy, few enough for a small memory."""
_DEATHS = 3
"""Deaths of its process, one after another and alone, that convict a run: somebody else may have
killed one."""
_PATIENCE = 10
"""A run of a chunk may take as many times longer than in the pilot before the chunk is ended."""
_HEARTBEAT = 0.5


@dataclass(frozen=True)
class Limits:
    """How long things may take [s]."""

    run: float | None
    usual_run: float

    def of(self, runs: int) -> float | None:
        """Return the limit of several runs done one after another."""
        if self.run is None:
            return None
        return self.run + (runs - 1) * min(self.run, _PATIENCE * self.usual_run)


@dataclass(frozen=True)
class _Task:
    chunk: Chunk
    runs: range
    deaths: int = 0


class Flow:
    """Carries out chunks and commits each as soon as it is whole."""

    def __init__(
        self,
        engine: Engine,
        orders: Orders,
        store: Store,
        session: Session,
        watch: Watch,
        limits: Limits,
    ) -> None:
        self._engine, self._orders, self._store = engine, orders, store
        self._session, self._watch, self._limits = session, watch, limits
        self._again: deque[_Task] = deque()
        self._pieces: dict[int, list[Done]] = {}

    def carry_out(self, chunks: Iterable[Chunk]) -> None:
        """Carry out all chunks.

        Raises
        ------
        StorageError
            If a part cannot be written.
        SweepError
            If workers cannot be started, or have other code.
        KeyboardInterrupt
            At Ctrl-C, between two commits.
        """
        at_once = isinstance(self._engine, SerialEngine)
        with Interrupts(raised_at_once(), at_once=at_once) as interrupts:
            self._carry_out(chunks, interrupts)

    def _carry_out(self, chunks: Iterable[Chunk], interrupts: Interrupts) -> None:
        fresh = (_Task(chunk, range(chunk.first_run, chunk.end_run)) for chunk in chunks)
        under_way: dict[Future[Any], _Task] = {}
        while True:
            while len(under_way) < _WINDOW * self._engine.width:
                task = self._next(fresh)
                if task is None:
                    break
                under_way[self._submitted(task)] = task
                interrupts.heed()
            if not under_way:
                return
            done, _ = wait(under_way, _HEARTBEAT, FIRST_COMPLETED)
            for future in done:
                interrupts.heed()
                self._settle(under_way.pop(future), future)
            self._watch.tell()

    def _next(self, fresh: Iterator[_Task]) -> _Task | None:
        return self._again.popleft() if self._again else next(fresh, None)

    def _submitted(self, task: _Task) -> Future[Any]:
        limit = self._limits.of(len(task.runs))
        return self._engine.submit(do, self._orders.work(task.runs), limit=limit)

    def _settle(self, task: _Task, future: Future[Any]) -> None:
        try:
            done = future.result()
        except OverTime:
            self._suspect(task, TIMEOUT, "")
        except WorkerDied as error:
            self._suspect(task, CRASHED, str(error))
        else:
            self._take(task, done)

    def _suspect(self, task: _Task, status: str, words: str) -> None:
        """Do the runs of a chunk one by one; convict a run that was alone."""
        self._session.note(status, part=task.chunk.part, first_run=task.runs[0], n=len(task.runs))
        if len(task.runs) > 1:
            self._pieces[task.chunk.part] = []
            self._again.extend(_Task(task.chunk, range(run, run + 1)) for run in task.runs)
        elif status == CRASHED and task.deaths + 1 < _DEATHS:
            self._again.append(replace(task, deaths=task.deaths + 1))
        else:
            self._take(task, self._convicted(task.runs[0], status, words))

    def _convicted(self, run: int, status: str, words: str) -> Done:
        sentence = f"its process died each of {_DEATHS} times"
        if status == TIMEOUT:
            sentence = f"not done within {self._limits.run:g} s"
        failure = Failure(run, status, sentence, words or sentence)
        record = self._orders.experiment.record
        runs = self._orders.work([run]).runs
        parts = tables(runs, [None], [failure], record.series, record.every)
        return Done(*parts, (failure,), 0.0, "")

    def _take(self, task: _Task, done: Done) -> None:
        chunk = task.chunk
        pieces = self._pieces.get(chunk.part)
        if pieces is not None:
            pieces.append(done)
            if len(pieces) < chunk.n_runs:
                return
            done = _joined(self._pieces.pop(chunk.part))
        began = time.perf_counter()
        self._store.commit(chunk.part, done.runs, done.series, failures_text(done.failures))
        self._session.note(
            "chunk",
            part=chunk.part,
            runs=chunk.n_runs,
            failed=len(done.failures),
            seconds=round(done.seconds, 4),
            writing=round(time.perf_counter() - began, 4),
            place=done.place,
        )
        self._watch.advance(chunk.n_runs, len(done.failures))


def _joined(pieces: list[Done]) -> Done:
    """Return runs that were done one by one as if they had been done together."""
    return Done(
        _in_order([piece.runs for piece in pieces]),
        _in_order([piece.series for piece in pieces]) if pieces[0].series else b"",
        tuple(sorted((f for piece in pieces for f in piece.failures), key=lambda f: f.run)),
        sum(piece.seconds for piece in pieces),
        "several",
    )


def _in_order(parts: list[bytes]) -> bytes:
    frames = [pl.read_parquet(io.BytesIO(part)) for part in parts]
    return as_parquet(pl.concat(frames).sort("run", maintain_order=True))


def failures_text(failures: Iterable[Failure]) -> str:
    """Return what there is to read about failures, the same trace once for all its runs."""
    by_trace: dict[tuple[str, str], list[int]] = {}
    for failure in failures:
        by_trace.setdefault((failure.status, failure.trace), []).append(failure.run)
    return "".join(
        f"{status}: run {', '.join(map(str, runs))}\n{trace.rstrip()}\n\n"
        for (status, trace), runs in by_trace.items()
    )
