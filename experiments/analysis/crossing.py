"""Where a mean outcome crosses a target as one parameter rises, and how sure that is.

The means are made monotone by isotonic regression (Barlow and others 1972) and interpolated
between neighbours; replicates are resampled whole, so that luck shared by all values stays shared.
"""

from __future__ import annotations

import itertools
from dataclasses import dataclass
from typing import Any

import numpy as np

from experiments.analysis.intervals import (
    binomial_interval,
    mean_interval,
    quantile_interval,
    resampled,
)

Array = np.ndarray[Any, Any]


@dataclass(frozen=True)
class Tried:
    """An outcome at the values that were tried, in ascending order.

    Attributes
    ----------
    values : ndarray, shape (values,)
        Values of the parameter.
    outcomes : ndarray of float64, shape (values, replicates)
        NaN where a run failed; every value has at least one run that did not.
    is_share : bool
        Whether the outcome is yes or no.
    """

    values: Array
    outcomes: Array
    is_share: bool

    @property
    def means(self) -> Array:
        """Mean outcome at each value."""
        return np.asarray(np.nanmean(self.outcomes, axis=1))

    def intervals(self, level: float) -> tuple[Array, Array]:
        """Return the interval of the mean at each value: Wilson's of a share, else Student's."""
        n = np.isfinite(self.outcomes).sum(axis=1)
        if self.is_share:
            return binomial_interval(np.nansum(self.outcomes, axis=1), n, level)
        centred = np.where(np.isfinite(self.outcomes), self.outcomes - self.means[:, None], 0.0)
        deviation = np.sqrt((centred**2).sum(axis=1) / np.maximum(n - 1, 1))
        return mean_interval(self.means, deviation, n, level)

    def sides(self, target: float, level: float) -> Array:
        """Tell on which side of the target each mean surely lies: −1, 1, or 0 if not sure."""
        low, high = self.intervals(level)
        return np.asarray((low > target).astype(int) - (high < target).astype(int))

    def between(self, low: float, high: float) -> Tried:
        """Return the part between two values, both included."""
        inside = (self.values >= low) & (self.values <= high)
        return Tried(self.values[inside], self.outcomes[inside], self.is_share)


@dataclass(frozen=True)
class Segment:
    """A stretch of values over which the mean surely passes from one side to the other."""

    low: float
    """Last value surely on the first side."""
    high: float
    """First value surely on the other side."""
    rising: bool
    start: float
    """Where the first side begins."""
    end: float
    """Where the other side ends."""


def segments(tried: Tried, target: float, level: float = 0.95) -> list[Segment]:
    """Return every stretch over which the mean surely crosses the target.

    Parameters
    ----------
    tried : Tried
        What is known.
    target : float
        What is crossed.
    level : float
        Coverage of the intervals that make a side sure.
    """
    sides = tried.sides(target, level)
    sure = np.flatnonzero(sides).tolist()
    turns = [(a, b) for a, b in itertools.pairwise(sure) if sides[a] != sides[b]]
    starts = [0, *(b for _, b in turns)]
    ends = [*(a for a, _ in turns), len(sides) - 1]
    v = tried.values
    return [
        Segment(v[a], v[b], bool(sides[b] > 0), v[starts[i]], v[ends[i + 1]])
        for i, (a, b) in enumerate(turns)
    ]


def crossing(values: Array, means: Array, target: float, *, rising: bool) -> tuple[float, ...]:
    """Return where monotone means cross a target, and the values tried on either side of it.

    Parameters
    ----------
    values, means : ndarray, shape (values,)
        Ascending values, and what was found there.
    target : float
        What is crossed.
    rising : bool
        Whether the means rise.

    Returns
    -------
    tuple of float
        Last value before, crossing, first value after; all −inf if the target is passed before
        the first value, all inf if it is not reached at the last.
    """
    from scipy.optimize import isotonic_regression

    sign = 1.0 if rising else -1.0
    fit = isotonic_regression(sign * means).x
    after = int(np.searchsorted(fit, sign * target, side="left"))
    if after == 0 or after == len(fit):
        return ((-np.inf if after == 0 else np.inf),) * 3
    left, right = values[after - 1], values[after]
    part = (sign * target - fit[after - 1]) / (fit[after] - fit[after - 1])
    return float(left), float(left + part * (right - left)), float(right)


@dataclass(frozen=True)
class Estimate:
    """Where the mean crosses the target.

    ``low`` and ``high`` are the percentile bootstrap interval over replicates, widened to values
    that were tried; ``luck`` is its width without the widening.
    """

    value: float
    low: float
    high: float
    luck: float


def estimate(tried: Tried, segment: Segment, target: float, level: float = 0.95) -> Estimate:
    """Return the crossing within a segment, with its interval.

    Parameters
    ----------
    tried, target
        As in `segments`.
    segment : Segment
        The stretch in question.
    level : float
        Coverage.
    """
    part = tried.between(segment.start, segment.end)
    value = crossing(part.values, part.means, target, rising=segment.rising)[1]
    filled = np.where(np.isfinite(part.outcomes), part.outcomes, 0.0)
    counts = np.isfinite(part.outcomes).astype(np.float64)
    draws = []
    for rows in resampled(part.outcomes.shape[1]):
        known = counts[:, rows].sum(axis=1)
        means = filled[:, rows].sum(axis=1)[known > 0] / known[known > 0]
        draws.append(crossing(part.values[known > 0], means, target, rising=segment.rising))
    # A resample that does not cross inside says no more than: beyond the ends.
    left, middle, right = np.clip(draws, part.values[0], part.values[-1]).T
    low, high = quantile_interval(left, level)[0], quantile_interval(right, level)[1]
    low = part.values[part.values <= low].max()
    high = part.values[part.values >= high].min()
    luck = quantile_interval(middle, level)
    return Estimate(value, float(low), float(high), float(luck[1] - luck[0]))


def own_crossings(tried: Tried, target: float, *, rising: bool) -> Array:
    """Return where each replicate crosses by itself; ±inf where it does not within the range.

    Parameters
    ----------
    tried : Tried
        What is known.
    target : float
        What is crossed; of a yes-or-no outcome one half, whatever share is wanted.
    rising : bool
        Whether the mean rises.
    """
    wanted = 0.5 if tried.is_share else target
    own = []
    for replicate in tried.outcomes.T:
        known = np.isfinite(replicate)
        if known.any():
            own.append(crossing(tried.values[known], replicate[known], wanted, rising=rising)[1])
    return np.array(own)
