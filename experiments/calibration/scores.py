"""Accounts side by side: how well each fits, predicts 2020 and, apart from that, met 2021."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import polars as pl
from scipy.special import logsumexp

from experiments.calibration.targets import Target

if TYPE_CHECKING:
    from experiments.calibration.calibrated import Calibrated

Array = np.ndarray[Any, Any]

STRONG, SOME = 3.0, 1.0
"""Differences of log marginal likelihood from which on evidence is strong, and positive at all
(Kass and Raftery 1995: factors of 20 and 3)."""
_DRAWS = 2_000
AHEAD = ("members_45", "contribution_per_member_year_48", "aided_year_48")
"""Observations of 2020 of which the prediction from the shorter record is told."""


@dataclass(frozen=True)
class Ranking:
    """Accounts by evidence, and what may be said of the order."""

    table: pl.DataFrame
    """A row an account, best first; see `scored`."""
    tied: list[str]
    """Accounts that cannot be told from the best."""
    refuted: list[str]
    """Accounts against which the evidence is strong."""


def ranked(calibrated: Sequence[Calibrated]) -> Ranking:
    """Return accounts by their evidence."""
    table = pl.DataFrame([scored(one) for one in calibrated])
    values, errors = table["evidence"].to_numpy(), table["evidence_error"].to_numpy()
    table = table.with_columns(pl.Series("probability", probabilities(values, errors)))
    table = table.sort("evidence", descending=True)
    best, error = table["evidence"][0], table["evidence_error"][0]
    behind = best - table["evidence"].to_numpy()
    unsure = 2 * np.hypot(table["evidence_error"].to_numpy(), error)
    names = table["account"].to_list()
    tied = [n for n, d, u in zip(names, behind, unsure, strict=True) if d - u < SOME]
    refuted = [n for n, d, u in zip(names, behind, unsure, strict=True) if d - u > STRONG]
    return Ranking(table, tied, refuted)


def probabilities(values: Array, errors: Array, seed: int = 1) -> Array:
    """Return probabilities of accounts that are equally likely beforehand, over their errors."""
    luck = np.random.default_rng(seed)
    drawn = values + errors * luck.standard_normal((_DRAWS, len(values)))
    return np.asarray(np.exp(drawn - logsumexp(drawn, axis=1, keepdims=True)).mean(axis=0))


def scored(one: Calibrated) -> dict[str, Any]:
    """Return the scores of one account.

    ``evidence`` is the log marginal likelihood of all targets, ``ahead`` that of those of 2020
    given those until 2019, each with its standard error; ``selection`` quantiles of the selection
    ratio at the end of 2020; ``…_2021`` relative errors of the median, for display.
    """
    posterior = one.posterior
    evidence, ahead = posterior.evidence["all"], posterior.evidence["of_2020"]
    ratio = one.known.at("selection_ratio", one.desk.study.last_period)
    low, median, high = np.quantile(ratio, (0.05, 0.5, 0.95))
    errors = dict(zip(one.came["variable"], one.came["error"], strict=True))
    return {
        "account": one.desk.account.name,
        "free": len(one.desk.account.free),
        "best_fit": float(posterior.annealed.visited_fit.max()),
        "mean_fit": float(posterior.annealed.fit.mean()),
        "evidence": evidence.value,
        "evidence_error": evidence.error,
        "ahead": ahead.value,
        "ahead_error": ahead.error,
        **{f"predicted_{name}": error for name, error in predicted(one).items()},
        "selection": float(median),
        "selection_low": float(low),
        "selection_high": float(high),
        "adverse": float((ratio > 1).mean()),
        **{f"{name}_2021": error for name, error in errors.items()},
    }


def predicted(one: Calibrated) -> dict[str, float]:
    """Return relative errors of the medians of 2020, predicted from the record until 2019."""
    targets = one.desk.targets.each
    found = one.posterior.first_found
    return {
        target.name: _median(found[:, k], target) / target.seen - 1
        for k, target in enumerate(targets)
        if target.name in AHEAD
    }


def _median(found: Array, target: Target) -> float:
    return float(np.exp(np.median(found)) - target.floor)
