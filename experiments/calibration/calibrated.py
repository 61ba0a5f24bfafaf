"""One account, calibrated: waves, posterior, what was learned, what it predicts."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import polars as pl

from experiments.calibration.desk import Desk
from experiments.calibration.identifiability import learned, profiles, trading
from experiments.calibration.posterior import Posterior, posterior
from experiments.calibration.prediction import Forecast, forecast, held_against
from experiments.calibration.sampling import values_of
from experiments.calibration.targets import found_by
from experiments.calibration.waves import Matched, matched

Array = np.ndarray[Any, Any]

POSTERIOR = "posterior.parquet"


@dataclass(frozen=True)
class Calibrated:
    """What the data say of one account."""

    desk: Desk
    matched: Matched
    posterior: Posterior
    learned: pl.DataFrame
    trading: pl.DataFrame
    profiles: pl.DataFrame
    known: Forecast
    """Of 2021, with the dates of its news."""
    unknown: Forecast
    """Without any news after the last period used; the same where an account has no news."""
    came: pl.DataFrame
    """What was predicted beside what came, with the dates of the news."""
    came_unknown: pl.DataFrame
    """The same without."""

    @property
    def fitted(self) -> Array:
        """What real runs of the posterior sample gave for each target, after the logarithm."""
        targets = self.desk.targets.each
        runs = len(self.known.columns["members"])
        return found_by(_series(self.known), targets, runs)


def calibrated(
    desk: Desk, rows: Sequence[Mapping[str, str]], say: Callable[[str], None]
) -> Calibrated:
    """Calibrate an account, or go on with it.

    Parameters
    ----------
    desk : Desk
        The account, and where its runs are kept.
    rows : sequence of mapping
        Observations; later ones are read after everything else, for display.
    say : callable
        Gets a word on what is being done.
    """
    name = desk.account.name
    desk.open()
    say(f"{name}: waves")
    waves = matched(desk)
    say(f"{name}: posterior")
    found = posterior(desk, waves)
    _write(desk, found)
    say(f"{name}: prediction")
    known = forecast(desk, found.chosen, news=True)
    unknown = forecast(desk, found.chosen, news=False) if desk.account.news else known
    return Calibrated(
        desk,
        waves,
        found,
        learned(desk, found.annealed),
        trading(desk, found.annealed),
        profiles(desk, found.annealed),
        known,
        unknown,
        held_against(known, rows),
        held_against(unknown, rows),
    )


def _write(desk: Desk, found: Posterior) -> None:
    """Write the posterior sample: a row a parameter set."""
    from experiments.outputs import Outbox

    values = values_of(found.chosen, desk.study.priors_of(desk.account))
    table = pl.DataFrame({"set": np.arange(len(found.chosen)), **values})
    with Outbox(desk.folder) as outbox:
        outbox.fill({POSTERIOR: table.write_parquet})


def _series(found: Forecast) -> pl.DataFrame:
    """Return a forecast as a sweep's series."""
    runs, periods = found.columns["members"].shape
    return pl.DataFrame(
        {
            "run": np.repeat(np.arange(runs), periods),
            "period": np.tile(np.arange(periods), runs),
            **{name: grid.ravel() for name, grid in found.columns.items()},
        }
    )


def day_of(desk: Desk, period: int) -> datetime.date:
    """Return the day on which a period ends."""
    base = desk.study.base
    assert base.start_date is not None
    return base.start_date + datetime.timedelta(days=round(period * base.period_length * 365.25))
