"""Boxes of factor values where cases are dense: the patient rule induction method.

Peeling and pasting after Friedman and Fisher 1999 (doi:10.1023/A:1008894516817); peels are judged
by what they gain for what they give up, so that a factor with few values does not win or lose by
the size of its steps (Kwakkel and Jaxa-Rozen 2016, doi:10.1016/j.envsoft.2015.11.020).
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np

Array = np.ndarray[Any, Any]
Columns = Mapping[str, Array]
"""Factor → its value at each point; what is not a number is a category."""

PEEL = 0.05
"""Share of the points in the box that a peel of a continuous factor takes away."""
SMALLEST_MASS = 0.05
"""Share of all points below which a box is not peeled further."""
LARGEST_QUASI_P = 0.05
"""A demand that chance would make look as good more often than this is dropped."""


@dataclass(frozen=True)
class Limit:
    """What a box demands of one factor: a closed interval, or one of some categories."""

    low: float | None = None
    high: float | None = None
    among: tuple[Any, ...] | None = None

    def admits(self, column: Array) -> Array:
        """Tell which values satisfy the demand."""
        if self.among is not None:
            return np.isin(column, self.among)
        inside = np.ones(len(column), dtype=bool)
        if self.low is not None:
            inside &= column >= self.low
        if self.high is not None:
            inside &= column <= self.high
        return inside


@dataclass(frozen=True)
class Box:
    """Demands on some factors; nothing is demanded of the others."""

    limits: Mapping[str, Limit] = field(default_factory=dict)

    def holds(self, columns: Columns, n: int) -> Array:
        """Tell which of n points lie inside."""
        inside = np.ones(n, dtype=bool)
        for name, limit in self.limits.items():
            inside &= limit.admits(columns[name])
        return inside

    def demanding(self, name: str, limit: Limit | None) -> Box:
        """Return the box with another demand on a factor, or with none."""
        others = {key: value for key, value in self.limits.items() if key != name}
        return Box(others if limit in (None, Limit()) else {**others, name: limit or Limit()})


def find_box(columns: Columns, share: Array, density: float) -> Box:
    """Return the box with the best balance of coverage and density; it may demand nothing.

    Parameters
    ----------
    columns : mapping
        Factor → its value at each point.
    share : ndarray of float64, shape (points,)
        Share of each point's runs that are cases.
    density : float
        Mean share inside the box that is wanted; the densest box serves if there is none such.
    """
    boxes = peel(columns, share)
    inside = [share[box.holds(columns, len(share))].mean() for box in boxes]
    wanted = min(density, max(inside))
    dense = [box for box, mean in zip(boxes, inside, strict=True) if mean >= wanted]
    best = max(dense, key=lambda box: balance(box, columns, share))
    return _without_chance(paste(best, columns, share, wanted), columns, share)


def balance(box: Box, columns: Columns, share: Array) -> float:
    """Return the harmonic mean of a box's coverage and density."""
    inside = share[box.holds(columns, len(share))]
    both = inside.size + share.sum()
    return float(2 * inside.sum() / both) if both else 0.0


def _without_chance(box: Box, columns: Columns, share: Array) -> Box:
    """Return a box without the demands that chance alone could have made look good."""
    while box.limits:
        doubts = {name: quasi_p(box, name, columns, share) for name in box.limits}
        worst = max(doubts, key=lambda name: doubts[name])
        if doubts[worst] <= LARGEST_QUASI_P:
            break
        box = box.demanding(worst, None)
    return box


def peel(columns: Columns, share: Array) -> list[Box]:
    """Return the boxes of a peeling trajectory, from everything to the smallest.

    Parameters
    ----------
    columns, share
        As in `find_box`.
    """
    boxes, n = [Box()], len(share)
    while True:
        best, gain, before = None, 0.0, share.mean()
        for name, limit in _peels(boxes[-1], columns):
            kept = limit.admits(columns[name])
            left = kept.sum()
            if SMALLEST_MASS * n <= left < len(share):
                rise = (share[kept].mean() - before) / (len(share) - left)
                if rise > gain:
                    best, gain = (name, limit, kept), rise
        if best is None:
            return boxes
        name, limit, kept = best
        boxes.append(boxes[-1].demanding(name, limit))
        columns = {key: column[kept] for key, column in columns.items()}
        share = share[kept]


def _peels(box: Box, columns: Columns) -> Iterator[tuple[str, Limit]]:
    """Yield narrower demands on one factor; the columns hold the points in the box."""
    for name, column in columns.items():
        limit = box.limits.get(name, Limit())
        values = np.sort(column)
        if not is_ordered(column):
            present = np.unique(values).tolist()
            for out in present if len(present) > 1 else ():
                yield name, Limit(among=tuple(v for v in present if v != out))
            continue
        many = max(int(PEEL * len(values)), 1)
        above = np.searchsorted(values, values[many - 1], side="right")
        below = np.searchsorted(values, values[-many], side="left") - 1
        if above < len(values):
            yield name, dataclasses.replace(limit, low=_plain(values[above]))
        if below >= 0:
            yield name, dataclasses.replace(limit, high=_plain(values[below]))


def paste(box: Box, columns: Columns, share: Array, density: float) -> Box:
    """Return a box widened as long as that improves its balance and it stays dense enough.

    Parameters
    ----------
    box : Box
        Where to start.
    columns, share
        As in `find_box`.
    density : float
        Mean share that the widened box must have.
    """
    while True:
        dense = [
            other
            for other in _pastes(box, columns)
            if share[other.holds(columns, len(share))].mean() >= density
        ]
        best = max(dense, key=lambda other: balance(other, columns, share), default=box)
        if balance(best, columns, share) <= balance(box, columns, share):
            return box
        box = best


def _pastes(box: Box, columns: Columns) -> Iterator[Box]:
    """Yield boxes with one demand dropped, or one limit moved out by about a peel."""
    n = len(next(iter(columns.values())))
    for name, limit in box.limits.items():
        yield box.demanding(name, None)
        rest = box.demanding(name, None).holds(columns, n)
        values = columns[name][rest]
        if limit.among is not None:
            for more in np.unique(values).tolist():  # in order, so that a tie falls the same way
                if more not in limit.among:
                    yield box.demanding(name, Limit(among=(*limit.among, more)))
            continue
        step = max(int(PEEL * limit.admits(values).sum()), 1)
        if limit.low is not None:
            below = np.sort(values[values < limit.low])
            low = _plain(below[-step]) if below.size >= step else None
            yield box.demanding(name, dataclasses.replace(limit, low=low))
        if limit.high is not None:
            above = np.sort(values[values > limit.high])
            high = _plain(above[step - 1]) if above.size >= step else None
            yield box.demanding(name, dataclasses.replace(limit, high=high))


def is_ordered(column: Array) -> bool:
    """Tell whether values are numbers rather than categories."""
    return column.dtype.kind in "iuf"


def _plain(value: Any) -> Any:
    return value.item() if isinstance(value, np.generic) else value


def quasi_p(box: Box, name: str, columns: Columns, share: Array) -> float:
    """Return how likely chance alone would make a demand look as good as it does.

    The probability of at least as many cases inside, if the points that satisfy all other demands
    were drawn without regard to this one (Bryant and Lempert 2010,
    doi:10.1016/j.techfore.2009.08.002). A point counts once, however many replicates it has.

    Parameters
    ----------
    box : Box
        Where the cases are.
    name : str
        The factor whose demand is in question.
    columns, share
        As in `find_box`.
    """
    from scipy.special import bdtrc

    n = len(share)
    inside = share[box.holds(columns, n)]
    without = share[box.demanding(name, None).holds(columns, n)]
    return float(bdtrc(np.floor(inside.sum() + 1e-9) - 1, inside.size, without.mean()))
