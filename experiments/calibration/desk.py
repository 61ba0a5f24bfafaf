"""The folder of a calibration: every set of runs in it is an ordinary sweep."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from experiments.calibration.sampling import rows_of
from experiments.calibration.study import Account, CalibrationError, Study, text_of
from experiments.calibration.targets import SERIES, Targets, found_by
from experiments.outputs import Outbox

if TYPE_CHECKING:
    import polars as pl

    from experiments.sweeps.engines import Engine
    from model.scenario import Scenario

Array = np.ndarray[Any, Any]

ORDER = "calibration.json"


@dataclass(frozen=True)
class Size:
    """How large a calibration is."""

    people: int = 4_000
    points: int = 400
    waves: int = 3
    rounds: int = 2
    """Times that as many runs again are placed where the posterior is."""
    draws: int = 2_000
    """Points that stand for the posterior."""
    sets: int = 200
    """Parameter sets of the posterior sample."""
    cloud: int = 1_000
    """Points that stand for the region, between the waves."""
    luck: int = 24
    """Runs of one point, to see what luck does."""


QUICK = Size(400, 60, 2, 1, 200, 24, 120, 6)


@dataclass(frozen=True)
class Runs:
    """Runs that went well."""

    points: Array
    """In the space of priors, shape (runs, parameters)."""
    found: Array
    """What they gave for each target, after the logarithm."""


def joined(parts: Sequence[Runs]) -> Runs:
    """Return several sets of runs as one."""
    return Runs(
        np.concatenate([runs.points for runs in parts]),
        np.concatenate([runs.found for runs in parts]),
    )


@dataclass(frozen=True)
class Desk:
    """Where one account is calibrated, and by whom."""

    folder: Path
    study: Study
    account: Account
    targets: Targets
    size: Size
    seed: int
    engine: Engine
    command: str

    def open(self) -> None:
        """Write down what this folder is for.

        Raises
        ------
        CalibrationError
            If it is for another calibration.
        """
        order = {
            "study": self.study.name,
            "account": self.account.name,
            "files": hashlib.sha256(text_of(self.study, [self.account]).encode()).hexdigest()[:16],
            "size": vars(self.size),
            "seed": self.seed,
        }
        path = self.folder / ORDER
        if path.exists():
            there = json.loads(path.read_text("utf-8"))
            differ = [key for key in order if there.get(key) != order[key]]
            if differ:
                raise CalibrationError(
                    f"folder {self.folder} holds another calibration (it differs in "
                    f"{', '.join(differ)}); name another with --out"
                )
        else:
            self.write(ORDER, order)

    def sweep(
        self, name: str, points: Array, *, replicates: int = 1, targets: Targets | None = None
    ) -> Runs:
        """Run points up to the last period that may be used; return what went well."""
        study = self.study
        scenario = study.scenario_of(
            self.account, self.size.people, until=study.last_period, news=study.last_period
        )
        series, n = self.carried_out(name, points, scenario, replicates)
        found = found_by(series, (targets or self.targets).each, n)
        fine = np.isfinite(found).all(axis=1)
        return Runs(np.tile(points, (replicates, 1))[fine], found[fine])

    def carried_out(
        self, name: str, points: Array, scenario: Scenario, replicates: int = 1
    ) -> tuple[pl.DataFrame, int]:
        """Carry out a sweep of points, each with luck of its own; return its series and runs.

        Runs are numbered replicate by replicate, as in the sweep.
        """
        from experiments.sweeps.driver import carry_out_sweep
        from experiments.sweeps.experiment import Experiment

        experiment = Experiment(
            name=f"{self.account.name}-{name}",
            question=f"What does the account {self.account.name!r} give at these points?",
            scenario="account",
            scenarios={"account": scenario},
            replicates=replicates,
            seed=self.seed,
            common_random_numbers=False,
            design={"kind": "table", "rows": rows_of(points, self.study.priors_of(self.account))},
            record={"series": list(SERIES)},
        )
        done = carry_out_sweep(
            experiment,
            self.folder / name,
            engine=self.engine,
            progress=False,
            command=self.command,
        )
        return done.series, experiment.n_runs

    def read(self, name: str) -> dict[str, Any] | None:
        """Return what was written down under a name, arrays as lists; None if nothing was."""
        path = self.folder / f"{name}.json"
        if not path.exists():
            return None
        found: dict[str, Any] = json.loads(path.read_text("utf-8"))
        return found

    def note(self, name: str, content: dict[str, Any]) -> dict[str, Any]:
        """Write something down under a name, and return it."""
        self.write(f"{name}.json", content)
        return content

    def write(self, name: str, content: dict[str, Any]) -> None:
        """Write a JSON file, whole or not at all."""

        def write(path: Path) -> None:
            path.write_text(json.dumps(content, default=np.ndarray.tolist), "utf-8")

        with Outbox(self.folder) as outbox:
            outbox.fill({name: write})
