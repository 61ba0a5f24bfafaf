"""One member of the posterior that stands for it: the preset that a calibration hands over."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from experiments.calibration.prediction import HORIZON, grids
from experiments.calibration.sampling import points_of, rows_of, values_of
from experiments.calibration.targets import found_by
from experiments.calibration.waves import LIMIT
from experiments.outputs import Outbox
from experiments.sweep_report.words import listed, plain

if TYPE_CHECKING:
    from pathlib import Path

    from experiments.calibration.calibrated import Calibrated

Array = np.ndarray[Any, Any]

DIGITS = 3
PEOPLE = 10
"""A candidate is run with so many times the usual people."""
CANDIDATES = 32
FILE = "typical.toml"
_SWEEP = "typical"
_PRESET_PEOPLE = 100_000
_PATH = ("members", "contribution", "contribution_year")
_EVERY = 6
"""Periods from one look at a path to the next."""


@dataclass(frozen=True)
class Typical:
    """A member of the posterior, rounded, and how far its run is from the observations."""

    values: dict[str, float]
    """Free parameters."""
    changes: dict[str, Any]
    """The same as changes to the scenario."""
    implausibility: float
    """Largest over the observations."""
    worst: str
    """The observation that lies farthest."""


def typical(one: Calibrated) -> Typical:
    """Return a member that fits well and runs near the posterior median run, prediction included.

    Those nearest to the median run are rounded to three digits and run with many people. Of those
    that no observation rules out, and that fit no worse than the middle one, the nearest is taken.
    Where the median run goes after the last day used is what the posterior says; nothing that was
    seen later is looked at.
    """
    desk, priors = one.desk, one.desk.study.priors_of(one.desk.account)
    median, spread = _median(one.known.columns)
    order = np.argsort(_apart(one.known.columns, median, spread), kind="stable")[:CANDIDATES]
    rounded = {
        name: np.array([float(f"{value:.{DIGITS}g}") for value in column])
        for name, column in values_of(one.known.points[order], priors).items()
    }
    points = points_of(rounded, priors)
    people = PEOPLE * desk.size.people
    scenario = desk.study.scenario_of(desk.account, people, until=HORIZON, news=HORIZON)
    series, n = desk.carried_out(_SWEEP, points, scenario)
    apart = _apart(grids(series, n), median, spread)
    found = found_by(series, desk.targets.each, n)
    distance = desk.targets.implausibility(found, np.zeros(found.shape[1]))
    ruled_out = np.maximum(distance.max(axis=1) - LIMIT, 0.0)
    fit = desk.targets.log_likelihood(found, np.zeros(found.shape[1]))
    best = int(np.lexsort((apart, fit < np.median(fit), ruled_out))[0])
    return Typical(
        {name: float(column[best]) for name, column in rounded.items()},
        rows_of(points[best : best + 1], priors)[0],
        float(distance[best].max()),
        desk.targets.each[int(distance[best].argmax())].name,
    )


def _paths(columns: Mapping[str, Array]) -> Array:
    """Return every run's members, bills and yearly bills, on a logarithmic scale, (runs, looks)."""
    looks = slice(_EVERY, HORIZON + 1, _EVERY)
    return np.concatenate([np.log(columns[name][:, looks] + 1e-3) for name in _PATH], axis=1)


def _median(columns: Mapping[str, Array]) -> tuple[Array, Array]:
    """Return the median run and the spread of the runs around it."""
    paths = _paths(columns)
    return np.median(paths, axis=0), np.maximum(paths.std(axis=0), 1e-3)


def _apart(columns: Mapping[str, Array], median: Array, spread: Array) -> Array:
    """Return how far each run is from the median run."""
    return np.asarray((((_paths(columns) - median) / spread) ** 2).sum(axis=1))


def in_words(one: Calibrated, found: Typical) -> str:
    """Say which member it is, and how near it comes to the observations."""
    values = listed([f"{plain(name)} {value:g}" for name, value in found.values.items()])
    return (
        f"A member near the posterior median run (to period {HORIZON}), rounded: {values}. "
        f"A run of it with {PEOPLE * one.desk.size.people:,} people is at most "
        f"{found.implausibility:.1f} standard deviations from every observation (farthest: "
        f"{plain(found.worst)}). "
        f"It can be run: {one.desk.folder / FILE}."
    )


def write_preset(one: Calibrated, found: Typical) -> None:
    """Write the member as a scenario that can be run, into the folder of its account.

    Raises
    ------
    OutputError
        If the file cannot be written.
    """
    from experiments.toml_text import preset_as_toml
    from model.presets import Preset

    desk = one.desk
    scenario = desk.study.scenario_of(desk.account, _PRESET_PEOPLE, until=HORIZON, news=HORIZON)
    preset = Preset(
        name=f"{desk.study.name}_{desk.account.name}",
        title=f"{desk.account.title}: a member near the posterior median",
        story=desk.account.claim,
        observed=desk.study.observed,
        scenario=scenario.but(**found.changes),
    )
    remarks = [f"Made by {desk.command}", f"seed {desk.seed}"]

    def write(path: Path) -> None:
        path.write_text(preset_as_toml(preset, remarks), "utf-8")

    with Outbox(desk.folder) as outbox:
        outbox.fill({FILE: write})
