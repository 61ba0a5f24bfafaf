"""What the data pin down: each parameter before and after, and which trade off against which."""

from __future__ import annotations

from typing import Any

import numpy as np
import polars as pl
from scipy.stats import rankdata

from experiments.calibration.desk import Desk
from experiments.calibration.sampling import Annealed, shares_of, values_of

Array = np.ndarray[Any, Any]

PINNED, HINTED = 0.75, 0.25
"""Share of the prior variance that is learned: from which on a parameter is pinned down, and
below which the data say next to nothing about it."""
TRADING = 0.5
"""Rank correlation from which on two parameters trade off."""
BINS = 12


def learned(desk: Desk, found: Annealed) -> pl.DataFrame:
    """Return what was learned of each parameter.

    Returns
    -------
    polars.DataFrame
        ``parameter``, ends of its prior, median and ends of the central 90 % of its posterior, and
        ``learned``: one less posterior variance ÷ prior variance on the prior's scale.
    """
    priors = desk.study.priors_of(desk.account)
    shares, values = shares_of(found.points), values_of(found.points, priors)
    rows = []
    for k, (name, prior) in enumerate(priors.items()):
        low, median, high = np.quantile(values[name], (0.05, 0.5, 0.95))
        rows.append(
            {
                "parameter": name,
                "prior_low": prior.low,
                "prior_high": prior.high,
                "median": float(median),
                "low_90": float(low),
                "high_90": float(high),
                "learned": float(1 - 12 * shares[:, k].var()),
            }
        )
    return pl.DataFrame(rows)


def trading(desk: Desk, found: Annealed) -> pl.DataFrame:
    """Return the pairs that trade off, strongest first: ``one``, ``other``, ``correlation``."""
    ranks = np.apply_along_axis(rankdata, 0, found.points)
    table = np.corrcoef(ranks.T)
    names = desk.account.free
    pairs = [
        {"one": names[a], "other": names[b], "correlation": float(table[a, b])}
        for a in range(len(names))
        for b in range(a)
        if abs(table[a, b]) >= TRADING
    ]
    schema = {"one": pl.String, "other": pl.String, "correlation": pl.Float64}
    return pl.DataFrame(pairs, schema=schema).sort(pl.col("correlation").abs(), descending=True)


def profiles(desk: Desk, found: Annealed) -> pl.DataFrame:
    """Return how well the best set fits where a parameter is held in a part of its prior.

    Returns
    -------
    polars.DataFrame
        ``parameter``, ``share`` (middle of the part, 0 to 1), ``value``, ``profile`` (best log
        likelihood there, less the best of all), ``posterior`` (density against the prior's).
    """
    priors = desk.study.priors_of(desk.account)
    visited, sample = shares_of(found.visited), shares_of(found.points)
    edges, best, rows = np.linspace(0, 1, BINS + 1), found.visited_fit.max(), []
    for k, (name, prior) in enumerate(priors.items()):
        part, mine = (np.digitize(x[:, k], edges[1:-1]) for x in (visited, sample))
        for place in range(BINS):
            here = part == place
            middle = (edges[place] + edges[place + 1]) / 2
            rows.append(
                {
                    "parameter": name,
                    "share": float(middle),
                    "value": float(prior.value(middle)),
                    "profile": float(found.visited_fit[here].max() - best) if here.any() else None,
                    "posterior": float((mine == place).mean() * BINS),
                }
            )
    return pl.DataFrame(rows)
