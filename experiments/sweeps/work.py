"""What a worker is told, what it does, and what it hands back."""

from __future__ import annotations

import functools
import importlib
import io
import os
import platform
import time
import traceback
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import polars as pl

from agents.errors import DeathspiralError
from experiments.sweeps.outcomes import OUTCOMES, SWITCH, TEXT, RunOutcome
from experiments.sweeps.refusals import SweepError
from experiments.sweeps.store import OK

if TYPE_CHECKING:
    from experiments.sweeps.experiment import Experiment
    from model.scenario import Scenario

FAILED, CRASHED, TIMEOUT = "failed", "crashed", "timeout"
RUN_ONE = "experiments.sweeps.outcomes:run_one"
Runner = Callable[["Scenario", int, Sequence[str]], RunOutcome]

_DTYPES = {TEXT: pl.String, SWITCH: pl.Boolean, "periods": pl.Int64}
ADDRESS = {"run": pl.Int64, "point": pl.Int64, "replicate": pl.Int64}
RUNS_SCHEMA: dict[str, Any] = {
    **ADDRESS,
    "seed": pl.UInt64,
    "status": pl.String,
    "error": pl.String,
    **{name: _DTYPES.get(unit, pl.Float64) for name, (unit, _) in OUTCOMES.items()},
}
"""Columns of a part of ``runs``; label and factors join when the parts are merged."""


def series_schema(series: Sequence[str]) -> dict[str, Any]:
    """Return the columns of a part of ``series``."""
    own = {"plan": pl.String, "period": pl.Int64}
    return {**ADDRESS, **own, **dict.fromkeys(series, pl.Float64)}


@dataclass(frozen=True)
class Run:
    """One run: its numbers and its seed."""

    run: int
    point: int
    replicate: int
    seed: int


@dataclass(frozen=True)
class Work:
    """Runs to do, with everything that is needed for them."""

    specification: str
    """The experiment as TOML, with its scenarios written out."""
    runs: tuple[Run, ...]
    changes: dict[int, dict[str, Any]]
    """Changes to the scenario by point."""
    code: str
    """Fingerprint of the code that the driver runs."""
    runner: str = RUN_ONE
    """What carries out one run, as ``module:function``."""


@dataclass(frozen=True)
class Failure:
    """A run without an outcome."""

    run: int
    status: str
    error: str
    """A sentence."""
    trace: str


@dataclass(frozen=True)
class Done:
    """What came of some runs: two tables as Parquet, and the failures."""

    runs: bytes
    series: bytes
    """Empty if no series are recorded."""
    failures: tuple[Failure, ...]
    seconds: float
    place: str
    """Host and process that did it."""


def do(work: Work) -> Done:
    """Carry out runs one after another; a run that raises becomes a row that says so.

    Raises
    ------
    SweepError
        If this process has other code than the driver.
    """
    from experiments.sweeps.fingerprint import fingerprint

    if work.code != fingerprint():
        raise SweepError(
            f"a worker on {platform.node()} has other code than the driver; install the same "
            "version of deathspiral there"
        )
    started = time.perf_counter()
    experiment, runner = _experiment(work.specification), _runner(work.runner)
    wanted = tuple(experiment.record.series)
    outcomes: list[RunOutcome | None] = []
    failures: list[Failure] = []
    for run in work.runs:
        try:
            scenario = _scenario(work.specification, run.point, work.changes[run.point])
            outcomes.append(runner(scenario, run.seed, wanted))
        except KeyboardInterrupt:
            raise
        except BaseException as error:
            outcomes.append(None)
            failures.append(Failure(run.run, FAILED, _sentence(error), traceback.format_exc()))
    runs, series = tables(work.runs, outcomes, failures, wanted, experiment.record.every)
    seconds = time.perf_counter() - started
    place = f"{platform.node()}:{os.getpid()}"
    return Done(runs, series, tuple(failures), seconds, place)


def tables(
    runs: Sequence[Run],
    outcomes: Sequence[RunOutcome | None],
    failures: Sequence[Failure],
    wanted: Sequence[str],
    every: int,
) -> tuple[bytes, bytes]:
    """Return the rows of some runs as Parquet: ``runs`` and ``series``.

    Parameters
    ----------
    runs : sequence of Run
        In the order of their rows.
    outcomes : sequence
        What each left behind; None if it failed.
    failures : sequence of Failure
        What there is to say about those.
    wanted : sequence of str
        Recorded columns of the history.
    every : int
        Every so-manieth period is kept, and the last.
    """
    failed = {failure.run: failure for failure in failures}
    rows = [outcome.row if outcome is not None else {} for outcome in outcomes]
    columns: dict[str, list[Any]] = {
        "run": [run.run for run in runs],
        "point": [run.point for run in runs],
        "replicate": [run.replicate for run in runs],
        "seed": [run.seed for run in runs],
        "status": [failed[r.run].status if r.run in failed else OK for r in runs],
        "error": [failed[r.run].error if r.run in failed else None for r in runs],
        **{name: [row.get(name) for row in rows] for name in OUTCOMES},
    }
    frame = pl.DataFrame(
        [pl.Series(k, columns[k], dtype, strict=False) for k, dtype in RUNS_SCHEMA.items()]
    )
    series = as_parquet(_series(runs, outcomes, wanted, every)) if wanted else b""
    return as_parquet(frame), series


def _series(
    runs: Sequence[Run], outcomes: Sequence[RunOutcome | None], wanted: Sequence[str], every: int
) -> pl.DataFrame:
    schema = series_schema(wanted)
    fine = [(r, o.series) for r, o in zip(runs, outcomes, strict=True) if o is not None]
    if not fine:
        return pl.DataFrame(schema=schema)
    kept = [_kept(series["period"], every) for _, series in fine]
    lengths = [len(rows) for rows in kept]
    columns: dict[str, Any] = {
        name: np.repeat([getattr(run, name) for run, _ in fine], lengths) for name in ADDRESS
    }
    for name in ("plan", "period", *wanted):
        parts = [series[name][rows] for (_, series), rows in zip(fine, kept, strict=True)]
        columns[name] = np.concatenate(parts)
    return pl.DataFrame(columns).cast(pl.Schema(schema))


def _kept(periods: np.ndarray[Any, Any], every: int) -> np.ndarray[Any, Any]:
    if every == 1:
        return np.arange(len(periods))
    return np.flatnonzero((periods % every == 0) | (periods == periods[-1]))


def as_parquet(frame: pl.DataFrame) -> bytes:
    """Return a frame as the bytes of a Parquet file."""
    buffer = io.BytesIO()
    frame.write_parquet(buffer, compression="zstd", statistics=False)
    return buffer.getvalue()


@functools.lru_cache(maxsize=2)
def _experiment(specification: str) -> Experiment:
    from experiments.sweeps.reading import parse_experiment

    return parse_experiment(specification, "spec")


_scenarios: dict[tuple[int, int], Scenario] = {}
_MOST_SCENARIOS = 4096


def _scenario(specification: str, point: int, changes: dict[str, Any]) -> Scenario:
    key = (hash(specification), point)
    if key not in _scenarios:
        if len(_scenarios) >= _MOST_SCENARIOS:
            _scenarios.clear()
        _scenarios[key] = _experiment(specification).scenario_for(changes)
    return _scenarios[key]


@functools.lru_cache
def _runner(name: str) -> Runner:
    module, _, function = name.partition(":")
    runner: Runner = getattr(importlib.import_module(module), function)
    return runner


def _sentence(error: BaseException) -> str:
    if isinstance(error, DeathspiralError):
        return "; ".join(getattr(error, "sentences", [str(error)]))
    return " ".join(f"{type(error).__name__}: {error}".split()).removesuffix(":")
