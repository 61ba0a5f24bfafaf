"""History matching: waves of runs that rule out where the model cannot be what was observed.

Craig, Goldstein, Seheult and Smith 1997; Vernon, Goldstein and Bower 2010
(doi:10.1214/10-BA524). A point is kept while no target lies more than three standard deviations
(of observation, discrepancy, luck and emulator together) from what a run there is expected to give.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

import numpy as np

from experiments.calibration.desk import Desk, Runs, joined
from experiments.calibration.emulators import Check, Emulators, checked, telling
from experiments.calibration.sampling import apart, first_points, region
from experiments.calibration.targets import Targets

Array = np.ndarray[Any, Any]

LIMIT = 3.0
"""Implausibility above which a point is ruled out (Pukelsheim 1994: rarer than 5 %)."""


@dataclass(frozen=True)
class Wave:
    """What one wave found."""

    number: int
    n_runs: int
    inside: float
    """Share of its own runs at most `LIMIT` from every target."""
    inside_but_one: float
    """The same, leaving out each run's worst target."""
    share: float
    """Of the prior that is not ruled out after it."""
    reached: float
    """Largest implausibility in the region; above `LIMIT`: nothing below was found."""
    checks: list[Check]


@dataclass(frozen=True)
class Matched:
    """What all waves found."""

    waves: list[Wave]
    runs: Runs
    cloud: Array
    """Points spread over what is not ruled out."""
    luck: Array
    """Variance of a run by its luck, for each target: between runs of one point."""


def matched(desk: Desk) -> Matched:
    """Carry out the waves, or go on with them."""
    size = desk.size
    points = first_points(size.points, len(desk.account.free), desk.seed)
    waves: list[Wave] = []
    done: list[Runs] = []
    luck, cloud = np.zeros(len(desk.targets.each)), points
    for number in range(1, size.waves + 1):
        done.append(desk.sweep(f"wave-{number}", points))
        if number == 1:
            luck = _luck(desk, done[0])
        runs, name = joined(done), f"wave-{number}"
        kept = desk.read(name) or desk.note(name, _next(desk, number, done[-1], runs, luck))
        checks = [Check(**check) for check in kept["wave"].pop("checks")]
        waves.append(Wave(**kept["wave"], checks=checks))
        points, cloud = np.array(kept["points"]), np.array(kept["cloud"])
    return Matched(waves, joined(done), cloud, luck)


def worst(targets: Targets, found: Array, variance: Array, place: int = 1) -> Array:
    """Return the largest implausibility of each run; the second largest if `place` is 2."""
    return np.asarray(np.sort(targets.implausibility(found, variance), axis=1)[:, -place])


def _luck(desk: Desk, runs: Runs) -> Array:
    """Return the variance between runs of one point, the nearest of the first wave."""
    best = int(np.argmin(worst(desk.targets, runs.found, np.zeros(runs.found.shape[1]))))
    again = desk.sweep("luck", runs.points[best : best + 1], replicates=desk.size.luck)
    return np.asarray(again.found.var(axis=0, ddof=1))


def _next(desk: Desk, number: int, new: Runs, runs: Runs, luck: Array) -> dict[str, Any]:
    """Return what a wave found, and the points of the next."""
    targets, seed = desk.targets, desk.seed + number
    near = telling(worst(targets, runs.found, luck))
    points, found = runs.points[near], targets.clipped(runs.found[near])
    emulators = Emulators(points, found, seed)

    def implausible(where: Array) -> Array:
        mean, variance = emulators.both(where)
        return np.asarray(targets.implausibility(mean, variance + emulators.luck).max(axis=1))

    start = first_points(desk.size.cloud, points.shape[1], seed)
    left = region(implausible, start, LIMIT, seed)
    checks = checked(points, found, [t.name for t in targets.each], seed, emulators)
    wave = {
        "number": number,
        "n_runs": len(new.points),
        "inside": float((worst(targets, new.found, luck) <= LIMIT).mean()),
        "inside_but_one": float((worst(targets, new.found, luck, 2) <= LIMIT).mean()),
        "share": left.share,
        "reached": left.reached,
        "checks": [asdict(check) for check in checks],
    }
    chosen = left.points[apart(left.points, desk.size.points)]
    return {"wave": wave, "points": chosen.tolist(), "cloud": left.points.tolist()}
