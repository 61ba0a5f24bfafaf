"""The posterior of an account and its evidence, from emulators that are refined where it lies.

Rounds of real runs are placed where the emulated likelihood is high, and the emulators are fitted
again. Points are then taken from the prior to the posterior of the emulated likelihood; real runs
of a sample of them check it, and carry it into 2021.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from experiments.calibration.desk import Desk, Runs, joined
from experiments.calibration.emulators import Check, Emulators, checked, telling
from experiments.calibration.sampling import Annealed, Measure, annealed, first_points
from experiments.calibration.waves import Matched, worst

Array = np.ndarray[Any, Any]

FIRST_YEARS = 24
"""Last period of the shorter record, from which 2020 is predicted."""
NOTE = "posterior"
_HALVES = 2


@dataclass(frozen=True)
class Estimate:
    """A number and its standard error."""

    value: float
    error: float


@dataclass(frozen=True)
class Posterior:
    """What the data say of one account."""

    annealed: Annealed
    """Points of the posterior, and on the way there."""
    first_found: Array
    """What runs at the points of the shorter record are expected to give, (points, targets)."""
    chosen: Array
    """Points of the posterior sample, of which real runs are made."""
    evidence: dict[str, Estimate]
    """Log marginal likelihoods: ``all`` targets, ``until_2019``, ``of_2020`` given those."""
    checks: list[Check]
    n_runs: int

    @property
    def distinct(self) -> int:
        """Points of the posterior that differ from each other."""
        return len(np.unique(self.annealed.points, axis=0))


def posterior(desk: Desk, found: Matched) -> Posterior:
    """Carry out the rounds, or go on with them, and sample."""
    done, where = [found.runs], found.cloud
    for number in range(1, desk.size.rounds + 1):
        name, seed = f"round-{number}", desk.seed + 100 * number
        kept = desk.read(name)
        if kept is None:
            emulators = _fitted(desk, joined(done), found.luck, seed)
            kept = desk.note(name, {"points": _placed(desk, emulators, where, seed)})
        where = np.array(kept["points"])
        done.append(desk.sweep(name, where))
    kept = desk.read(NOTE) or desk.note(NOTE, _concluded(desk, joined(done), found.luck, where))
    return _read(kept, len(joined(done).points))


def _placed(desk: Desk, emulators: Emulators, where: Array, seed: int) -> list[list[float]]:
    """Return points for runs: two thirds for all targets, the others for the shorter record."""
    found = _sampled(desk, emulators, where, desk.size.cloud, seed)
    n, luck = desk.size.points, np.random.default_rng(seed)
    parts = ((found.points, n - n // 3), (found.first, n // 3))
    chosen = [points[luck.choice(len(points), k, replace=False)] for points, k in parts]
    return [[float(x) for x in point] for point in np.concatenate(chosen)]


def _fitted(desk: Desk, runs: Runs, luck: Array, seed: int) -> Emulators:
    near = telling(worst(desk.targets, runs.found, luck))
    return Emulators(runs.points[near], desk.targets.clipped(runs.found[near]), seed)


def _sampled(desk: Desk, emulators: Emulators, where: Array, n: int, seed: int) -> Annealed:
    """Take points of the prior to the posterior of the emulated likelihood."""
    start = first_points(n, where.shape[1], seed)
    return annealed(_fits(desk, emulators, where), start, seed)


def _fits(desk: Desk, emulators: Emulators, where: Array) -> Measure:
    """Return what gives log likelihoods, shape (2, points): until 2019, and of 2020 given it.

    The variance of the emulators is taken as it is at the points `where`.
    """
    targets, first = desk.targets, desk.targets.until(FIRST_YEARS)
    places = [k for k, target in enumerate(targets.each) if target.period <= FIRST_YEARS]
    spread = emulators.both(where)[1].mean(axis=0)

    def fits(points: Array) -> Array:
        mean = emulators.mean(points)
        short = first.log_likelihood(mean[:, places], spread[places])
        return np.stack([short, targets.log_likelihood(mean, spread) - short])

    return fits


def _concluded(desk: Desk, runs: Runs, luck: Array, where: Array) -> dict[str, Any]:
    """Return the posterior, as it is written down."""
    seed, size = desk.seed + 1000, desk.size
    near = telling(worst(desk.targets, runs.found, luck))
    points, found = runs.points[near], desk.targets.clipped(runs.found[near])
    emulators = Emulators(points, found, seed)
    sample = _sampled(desk, emulators, where, size.draws, seed)
    rows = np.random.default_rng(seed).choice(size.draws, size.sets, replace=False)
    names = [target.name for target in desk.targets.each]
    others = _by_halves(desk, points, found, where, emulators)
    return {
        "annealed": vars(sample),
        "first_found": emulators.mean(sample.first),
        "chosen": sample.points[rows],
        "evidence": {name: vars(e) for name, e in _estimates(sample, others).items()},
        "checks": [vars(c) for c in checked(points, found, names, seed, emulators)],
    }


def _read(kept: dict[str, Any], n_runs: int) -> Posterior:
    arrays = {name: np.asarray(value) for name, value in kept["annealed"].items()}
    first, rest = arrays.pop("evidence")
    return Posterior(
        Annealed(**arrays, evidence=(float(first), float(rest))),
        np.asarray(kept["first_found"]),
        np.asarray(kept["chosen"]),
        {name: Estimate(**estimate) for name, estimate in kept["evidence"].items()},
        [Check(**check) for check in kept["checks"]],
        n_runs,
    )


def _by_halves(
    desk: Desk, points: Array, found: Array, where: Array, like: Emulators
) -> list[Annealed]:
    """Return what emulators of each half of the runs, with other luck, would have said."""
    order = np.random.default_rng(desk.seed).permutation(len(points))
    halves = np.array_split(order, _HALVES)
    return [
        _sampled(
            desk,
            Emulators(points[half], found[half], desk.seed, like),
            where,
            desk.size.draws // 2,
            desk.seed + k,
        )
        for k, half in enumerate(halves)
    ]


def _estimates(sample: Annealed, others: list[Annealed]) -> dict[str, Estimate]:
    """Return marginal likelihoods.

    The error is how far emulators that saw half of the runs each, and other points, are from
    this: rather too large than too small.
    """
    values = _evidence(sample)
    errors = np.sqrt(np.mean([(_evidence(other) - values) ** 2 for other in others], axis=0))
    names = ("all", "until_2019", "of_2020")
    return {
        name: Estimate(float(value), float(error))
        for name, value, error in zip(names, values, errors, strict=True)
    }


def _evidence(sample: Annealed) -> Array:
    first, rest = sample.evidence
    return np.array([first + rest, first, rest])
