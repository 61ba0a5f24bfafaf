"""Benchmark: the engine against the same rules as ordinary Mesa objects, side by side.

Both start from the same people and live by the same scenario, in one process, in turn
(A B A B …), so that a slow minute of the machine slows both. Only stepping is timed; both record
their series as they step, the engine more of them.

The objects are a file of the tests (`tests/benchmarks/mesa_objects.py`) and are not part of an
installed package; without a checkout the engine is measured alone.
"""

from __future__ import annotations

import gc
import importlib.util
import os
import platform
import statistics
import time
import tracemalloc
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import partial
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from rich.console import Console

    from model import Simulation

SIZES = (1_000, 10_000, 100_000, 1_000_000)
OBJECTS = Path(__file__).resolve().parent.parent / "tests" / "benchmarks" / "mesa_objects.py"
FIRST_GUESS = 150_000.0
"""Speed of the objects that is assumed until it is known [person-periods/s]."""
FEWEST_PERIODS = 3
"""Objects are not measured where the budget allows fewer periods than this."""
SHORTEST = 0.2
"""Runs are repeated until they took so long together [s]: a clock tick must not matter."""


@dataclass(frozen=True, slots=True)
class Speed:
    """How fast and how large one implementation is at one size.

    Attributes
    ----------
    n_people : int
        Size of the population.
    periods : int
        Periods that were run in a repetition.
    seconds : float
        Median over the repetitions of the time of one period [s].
    rate : float
        Median of person-periods per second.
    bytes_per_person : float
        Memory of the population and its ties [bytes].
    """

    n_people: int
    periods: int
    seconds: float
    rate: float
    bytes_per_person: float


class Timing(NamedTuple):
    """One repetition: periods of a run, and the time of a period [s]."""

    periods: int
    seconds: float


@dataclass(frozen=True, slots=True)
class Comparison:
    """Engine and objects at one size; `objects` is None where they were not measured.

    Attributes
    ----------
    ratio : float or None
        Median over the repetitions of engine rate ÷ objects rate.
    ratio_range : tuple of float or None
        Lowest and highest ratio of a repetition.
    reason : str
        Why the objects were not measured; empty if they were.
    """

    n_people: int
    engine: Speed
    objects: Speed | None
    ratio: float | None
    ratio_range: tuple[float, float] | None
    reason: str = ""


def bench(
    sizes: Sequence[int] = SIZES,
    *,
    n_periods: int = 72,
    repetitions: int = 3,
    budget: float = 30.0,
    threads: int | None = None,
    seed: int = 1,
) -> list[Comparison]:
    """Measure engine and objects at several sizes, in this process, on this machine.

    Parameters
    ----------
    sizes : sequence of int
        Numbers of people.
    n_periods : int
        Periods of a run of the engine; objects run as many of them as the budget allows.
    repetitions : int
        Repetitions of each, in turn.
    budget : float
        Time that the objects may take to step at one size, about [s]; building them comes on
        top.
    threads : int or None
        Threads of the engine; None leaves it to the engine.
    seed : int
        Seed of people and luck.

    Returns
    -------
    list of Comparison
        One for each size.
    """
    objects = load_objects()
    engine_of(200, 2, threads, seed).run()  # so that no compilation is timed
    rate, rows = FIRST_GUESS, []
    for n_people in sizes:
        ours = partial(engine_of, n_people, n_periods, threads, seed)
        periods, reason = affordable(n_people, n_periods, rate * budget / repetitions)
        if objects is None:
            periods, reason = 0, "not measured; the objects are not installed"
        theirs = objects_like(ours(), periods, objects) if objects and periods else None
        row = compare(ours, theirs, repetitions, reason)
        rate = row.objects.rate if row.objects else rate
        rows.append(row)
    return rows


def load_objects() -> Callable[..., Any] | None:
    """Return the model of Mesa objects from the checkout, or None without one."""
    spec = importlib.util.spec_from_file_location("mesa_objects", OBJECTS)
    if not OBJECTS.is_file() or spec is None or spec.loader is None:
        return None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    pool: Callable[..., Any] = module.MesaPool
    return pool


def affordable(n_people: int, n_periods: int, person_periods: float) -> tuple[int, str]:
    """Return how many periods of objects fit in a repetition, or 0 and the reason."""
    periods = min(n_periods, int(person_periods / n_people))
    if periods < min(FEWEST_PERIODS, n_periods):
        return 0, "not measured; the objects would take longer than the time budget"
    return periods, ""


def engine_of(n_people: int, n_periods: int, threads: int | None, seed: int) -> Simulation:
    """Return a fresh simulation of the default scenario."""
    from model import Scenario, Simulation

    scenario = Scenario(n_people=n_people, n_periods=n_periods)
    return Simulation(scenario, seed=seed, threads=threads)


def objects_like(
    start: Simulation, n_periods: int, objects: Callable[..., Any]
) -> Callable[[], Any]:
    """Return what builds objects of the same people under the same rules."""
    people, scenario, seed = start.sample(), start.scenario.but(n_periods=n_periods), start.seed
    return lambda: objects(scenario, people, rng=seed)


def compare(
    ours: Callable[[], Simulation],
    theirs: Callable[[], Any] | None,
    repetitions: int,
    reason: str = "",
) -> Comparison:
    """Measure what both build, in turn; the engine alone if there are no objects to build."""
    start = ours()
    n_people, engine_bytes = start.scenario.n_people, start.bytes_per_person
    del start
    object_bytes = traced_bytes(theirs) / n_people if theirs else 0.0
    engine, objects = [], []
    for _ in range(repetitions):
        engine.append(measured(ours))
        if theirs:
            objects.append(measured(theirs))
    ratios = [b.seconds / a.seconds for a, b in zip(engine, objects, strict=False)]
    return Comparison(
        n_people,
        speed(n_people, engine, engine_bytes),
        speed(n_people, objects, object_bytes) if objects else None,
        statistics.median(ratios) if ratios else None,
        (min(ratios), max(ratios)) if ratios else None,
        reason,
    )


def speed(n_people: int, runs: list[Timing], size: float) -> Speed:
    """Sum up the repetitions of one implementation."""
    median = statistics.median(run.seconds for run in runs)
    return Speed(n_people, runs[0].periods, median, n_people / median, size)


def measured(build: Callable[[], Any]) -> Timing:
    """Step fresh runs to their end; building them is not timed."""
    taken, runs, periods = 0.0, 0, 0
    while taken < SHORTEST:
        model = build()
        gc.collect()
        begin = time.perf_counter()
        while model.running:
            model.step()
        taken += time.perf_counter() - begin
        runs, periods = runs + 1, periods + model.period
        del model
    return Timing(periods // runs, taken / periods)


def traced_bytes(build: Callable[[], Any]) -> float:
    """Return the memory that a built model holds [bytes]."""
    gc.collect()
    tracemalloc.start()
    model = build()
    gc.collect()
    held, _ = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    del model
    return held


def machine() -> str:
    """Describe where the measurement ran, in a line."""
    packages = ", ".join(f"{name} {version(name)}" for name in ("mesa", "numba", "numpy"))
    return (
        f"{os.cpu_count()} processors ({platform.machine()}), "
        f"Python {platform.python_version()}, {packages}"
    )


def show(rows: Iterable[Comparison], console: Console | None = None) -> None:
    """Print comparisons as a table; a dash is a measurement that was not made."""
    from rich import box
    from rich.console import Console
    from rich.table import Table

    rows, console = list(rows), console or Console()
    title = "Engine (E) against the same rules as Mesa objects (O)"
    table = Table(title=title, box=box.HORIZONTALS, padding=(0, 1, 0, 0), pad_edge=False)
    for heading in (
        *("people", "E\nperiods", "O\nperiods", "E\nM/s", "O\nM/s"),
        *("speed\nE ÷ O", "lowest to\nhighest", "E\nB/head", "O\nB/head"),
    ):
        table.add_column(heading, justify="right", no_wrap=True)
    for row in rows:
        periods, speeds, sizes = zip(cells(row.engine), cells(row.objects), strict=True)
        table.add_row(f"{row.n_people:,}", *periods, *speeds, *ratio_of(row), *sizes)
    console.print(table)
    console.print(f"M/s: million person-periods per second. {machine()}.", highlight=False)
    for reason in dict.fromkeys(row.reason for row in rows if row.reason):
        console.print(f"–: {reason}.", highlight=False)
    if not OBJECTS.is_file():
        console.print(
            "The Mesa objects are part of the tests and not of the installed package: run "
            "`deathspiral bench` in a checkout of the source to compare with them."
        )


def cells(speed: Speed | None) -> tuple[str, str, str]:
    """Format periods, rate and bytes, or dashes."""
    if speed is None:
        return "–", "–", "–"
    return f"{speed.periods}", f"{speed.rate / 1e6:.3g}", f"{speed.bytes_per_person:,.0f}"


def ratio_of(row: Comparison) -> tuple[str, str]:
    """Format a ratio and its range, or dashes."""
    if row.ratio is None or row.ratio_range is None:
        return "–", "–"
    ratio, low, high = (
        f"{x:,.0f}" if x >= 10 else f"{x:.1f}" for x in (row.ratio, *row.ratio_range)
    )
    return ratio, f"{low} to {high}"
