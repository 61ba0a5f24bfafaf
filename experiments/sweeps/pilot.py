"""A few runs for real, to know how long the others will take."""

from __future__ import annotations

from dataclasses import dataclass

import polars as pl

from experiments.sweeps.engines import Engine, OverTime, WorkerDied
from experiments.sweeps.orders import Orders
from experiments.sweeps.work import RUNS_SCHEMA, Done, as_parquet, do

_SECONDS = 1.0
_MOST_RUNS = 64
_UNKNOWN = 1.0


@dataclass(frozen=True)
class Pilot:
    """What was measured; the runs themselves are done again in their turn."""

    seconds_per_run: float
    """Of one process [s]."""
    runs: int
    """How many were measured; 0 if all crashed or took too long."""
    bytes_per_run: float
    bytes_per_part: float


def measure(engine: Engine, orders: Orders, timeout: float | None) -> Pilot:
    """Carry out runs at points spread over the design, one replicate each.

    The first one loads, and perhaps compiles, the rules and does not count. The second says how
    many more there is time for.

    Parameters
    ----------
    timeout : float or None
        Limit of a run [s].
    """
    points = orders.experiment.n_points
    _attempt(engine, orders, [0], timeout)
    one = _attempt(engine, orders, [points // 2], timeout)
    count = min(_MOST_RUNS, points, int(_SECONDS / one.seconds)) if one is not None else 1
    if one is not None and count <= 1:
        return _summary(one, 1)
    chosen = [points * k // count for k in range(count)]
    many = _attempt(engine, orders, chosen, timeout)
    return _summary(many, count) if many is not None or one is None else _summary(one, 1)


def _attempt(engine: Engine, orders: Orders, runs: list[int], timeout: float | None) -> Done | None:
    limit = None if timeout is None else timeout * len(runs)
    try:
        done: Done = engine.submit(do, orders.work(runs), limit=limit).result()
    except (WorkerDied, OverTime):
        return None
    return done


def _summary(done: Done | None, runs: int) -> Pilot:
    empty = len(as_parquet(pl.DataFrame(schema=RUNS_SCHEMA)))
    if done is None:
        return Pilot(_UNKNOWN, 0, 0.0, empty)
    size = max(0, len(done.runs) - empty) + len(done.series)
    return Pilot(done.seconds / runs, runs, size / runs, empty)
