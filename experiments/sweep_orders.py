"""`deathspiral sweep`: options as typed become a sweep or a forecast, and words at the end."""

from __future__ import annotations

import math
import os
import shlex
import signal
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from agents.errors import ScenarioError
from experiments.orders import Complaints, whole_number

if TYPE_CHECKING:
    from experiments.sweeps.experiment import Experiment
    from experiments.sweeps.results import Results

INTERRUPTED = 130
_MOST_WORKERS = 1024


@dataclass(frozen=True)
class SweepTyped:
    """The options of `deathspiral sweep`, as typed."""

    name: str
    out: Path | None = None
    workers: str | None = None
    dask: str | None = None
    timeout: str | None = None
    replicates: str | None = None
    changes: tuple[str, ...] | None = None
    retry_failed: bool = False
    allow_changed: bool = False
    dry_run: bool = False
    quiet: bool = False
    no_report: bool = False

    @property
    def command(self) -> str:
        """The command that does the same again, or goes on."""
        words = ["deathspiral", "sweep", self.name, "--out", str(self.folder(self.name))]
        for name in ("workers", "dask", "timeout", "replicates"):
            value = getattr(self, name)
            words += [] if value is None else [f"--{name}", value]
        words += ["--set", *self.changes] if self.changes else []
        return shlex.join(words + (["--allow-changed"] if self.allow_changed else []))

    def folder(self, name: str) -> Path:
        """Return the results folder of an experiment of this name."""
        return Path("results") / Path(name).stem if self.out is None else self.out


def carry_out(typed: SweepTyped) -> int:
    """Do what was ordered, print what came of it, and return the exit status.

    Raises
    ------
    DeathspiralError
        If the order is wrong, or the sweep cannot be carried out.
    """
    from experiments.sweeps.refusals import Interrupted

    experiment, workers, timeout = _read(typed)
    try:
        with stopped_by_a_signal():
            if typed.dry_run:
                return _forecast(typed, experiment, workers, timeout)
            results = _swept(typed, experiment, workers, timeout)
    except Interrupted as interrupt:
        print(interrupt, file=sys.stderr)
        return INTERRUPTED
    print(in_words(results))
    if not typed.no_report:
        from experiments.sweep_report.report import write_report

        print(f"Report: {write_report(typed.folder(experiment.name))}")
    return 0


@contextmanager
def stopped_by_a_signal() -> Iterator[None]:
    """Stop at SIGTERM as at Ctrl-C: a scheduler of jobs sends it before the time is over.

    Ctrl-C also has to be heard by a process that a shell started in the background, deaf to it.
    """
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    numbers = (signal.SIGTERM, signal.SIGINT)
    before = [signal.signal(number, signal.default_int_handler) for number in numbers]
    try:
        yield
    finally:
        for number, handler in zip(numbers, before, strict=True):
            signal.signal(number, handler)


def _swept(
    typed: SweepTyped, experiment: Experiment, workers: int | None, timeout: float | None
) -> Results:
    from experiments.sweeps.driver import carry_out_sweep

    return carry_out_sweep(
        experiment,
        typed.folder(experiment.name),
        workers=workers,
        dask=typed.dask,
        timeout=timeout,
        retry_failed=typed.retry_failed,
        allow_changed=typed.allow_changed,
        progress=not typed.quiet,
        command=typed.command,
    )


def _read(typed: SweepTyped) -> tuple[Experiment, int | None, float | None]:
    from experiments.sweeps.reading import read_experiment

    complaints = Complaints()
    workers = timeout = None
    changes = list(typed.changes or ())
    if typed.changes == ():
        complaints.add("--set lacks what to set; write key=value, such as fee=0.1")
    if typed.replicates is not None:
        count = complaints.attempt(whole_number, "--replicates", typed.replicates, 1, 10_000_000)
        changes += [] if count is None else [f"replicates={count}"]
    if typed.workers is not None:
        workers = complaints.attempt(whole_number, "--workers", typed.workers, 0, _MOST_WORKERS)
    if typed.workers is not None and typed.dask is not None:
        complaints.add("--workers and --dask exclude each other; leave one out")
    if workers == 0 and typed.timeout is not None:
        complaints.add("--timeout needs a process that can be ended; use --workers 1 or more")
    if typed.timeout is not None:
        timeout = complaints.attempt(_seconds, "--timeout", typed.timeout)
    experiment = complaints.attempt(read_experiment, typed.name, changes)
    complaints.tell()
    assert experiment is not None
    return experiment, workers, timeout


def _seconds(flag: str, text: str) -> float:
    try:
        value = float(text)
    except ValueError:
        value = math.nan
    if not 0 < value < math.inf:
        raise ScenarioError(f"{flag} {text} is not allowed: use a number of seconds above 0")
    return value


def _forecast(
    typed: SweepTyped, experiment: Experiment, workers: int | None, timeout: float | None
) -> int:
    from experiments.sweeps.chunks import chunk_size
    from experiments.sweeps.driver import engine_for
    from experiments.sweeps.orders import Orders
    from experiments.sweeps.pilot import measure
    from experiments.sweeps.watching import spell

    with engine_for(workers, typed.dask, quiet=typed.quiet) as engine:
        pilot, width = measure(engine, Orders(experiment), timeout), engine.width
    runs = experiment.n_runs
    chunks = -(-runs // chunk_size(runs, pilot.seconds_per_run))
    size = 2 * (runs * pilot.bytes_per_run + chunks * pilot.bytes_per_part)
    each = f"{1000 * pilot.seconds_per_run:.3g} ms a run" if pilot.runs else "all of it failed"
    print(
        f"{experiment.n_points:,} points × {experiment.replicates:,} replicates = {runs:,} runs in "
        f"{chunks:,} chunks, seed {experiment.seed}.\n"
        f"About {spell(runs * pilot.seconds_per_run / width)} on {width} processes, from a pilot "
        f"of {pilot.runs} runs ({each}); about {size / 1e6:,.1f} MB on the disk.\n"
        "Nothing was written."
    )
    return 0


def in_words(results: Results) -> str:
    """Return what came of a sweep in a few sentences."""
    fine, experiment = results.statuses.get("ok", 0), results.experiment
    lines = [
        f"{results.n_done:,} of {experiment.n_runs:,} runs done ({experiment.n_points:,} points × "
        f"{experiment.replicates:,} replicates, seed {experiment.seed}); "
        f"{_failures(results)}."
    ]
    if fine:
        collapsed = int(results.scan_runs().select("collapsed").sum().collect().item())
        lines.append(
            f"The pool collapsed in {collapsed:,} of {fine:,} runs: "
            f"{collapsed / fine:.1%} of this design, not the probability at any one point."
        )
    tables = [f"{results.folder}{os.sep}runs.parquet"]
    if experiment.record.series:
        tables.append(f"{results.folder}{os.sep}series.parquet")
    return "\n".join([*lines, f"Tables: {', '.join(tables)}"])


def _failures(results: Results) -> str:
    if not results.n_failed:
        return "none failed"
    counts = results.statuses
    kinds = [f"{counts[kind]:,} {words}" for kind, words in _KINDS.items() if kind in counts]
    return f"{' and '.join(kinds)}: see {results.folder}{os.sep}failures"


_KINDS = {"failed": "failed", "crashed": "crashed", "timeout": "took too long"}
