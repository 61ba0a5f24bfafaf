"""Who is drawn: a few who know each other, and where they stand in the picture."""

from __future__ import annotations

import functools
from typing import TYPE_CHECKING, Any

import numpy as np

from agents.neighbourhood import neighbours_computed
from agents.terms import COMPUTED_TIES, LISTED_TIES

if TYPE_CHECKING:
    from agents.terms import Ties

Array = np.ndarray[Any, Any]

SIDE = 1000
"""Width and height of the picture; places are whole numbers, which travel lightly."""
ROUNDS = 60
"""In which everybody is moved; more change nothing that is seen."""


def know_each_other(ties: Ties, n: int, first: int, most: int) -> tuple[Array, Array]:
    """Return people around one of them, nearest first, and the ties among them.

    Where nobody, or everybody, knows everybody, people spread over all rows and no ties.

    Returns
    -------
    ndarray of int64, shape (people,) and (ties, 2)
        Rows, and pairs of positions among them.
    """
    if ties.kind not in (LISTED_TIES, COMPUTED_TIES):
        return np.linspace(0, n - 1, min(most, n)).astype(np.int64), np.empty((0, 2), np.int64)
    place = {first: 0}
    heard: dict[int, list[int]] = {}
    queue, unseen = [first], iter(range(n))
    while len(heard) < min(most, n):
        if len(heard) == len(queue):
            queue.append(next(row for row in unseen if row not in place))
            place[queue[-1]] = len(place)
        row = queue[len(heard)]
        heard[row] = _neighbours(row, n, ties)
        for other in heard[row]:
            if other not in place and len(place) < most:
                place[other] = len(place)
                queue.append(other)
    pairs = {
        (min(place[a], place[b]), max(place[a], place[b]))
        for a, others in heard.items()
        for b in others
        if b in place
    }
    return np.array(queue, np.int64), np.array(sorted(pairs), np.int64).reshape(-1, 2)


def _neighbours(row: int, n: int, ties: Ties) -> list[int]:
    if ties.kind == COMPUTED_TIES:
        return [other for other in neighbours_computed(row, n, ties) if other != row]
    neighbours: list[int] = ties.neighbour[ties.start[row] : ties.start[row + 1]].tolist()
    return neighbours


def places(n: int, pairs: Array) -> tuple[Array, Array]:
    """Return where n people stand, each whole numbers from 0 to `SIDE`, friends near each other."""
    return _places(n, pairs.tobytes())


@functools.lru_cache(maxsize=64)
def _places(n: int, pairs: bytes) -> tuple[Array, Array]:
    """Draw friends together and everybody apart, ever more gently (Fruchterman, Reingold 1991)."""
    ends = np.frombuffer(pairs, np.int64).reshape(-1, 2)
    turn = np.arange(n) * np.pi * (3 - np.sqrt(5))
    spot = (np.sqrt((np.arange(n) + 0.5) / n) * np.exp(1j * turn)).astype(np.complex64)
    if len(ends):
        pull = np.zeros((n, n), np.float32)
        pull[ends[:, 0], ends[:, 1]] = pull[ends[:, 1], ends[:, 0]] = 1
        ideal = np.float32(1.8 / np.sqrt(n))
        for heat in np.linspace(0.2, 0.004, ROUNDS, dtype=np.float32):
            apart = spot[:, None] - spot
            distance = np.maximum(np.abs(apart), np.float32(0.01))
            force = ideal**2 / distance**2 - pull * distance / ideal - np.float32(0.15) * ideal
            move = (apart * force).sum(axis=1)
            spot = spot + move * np.minimum(1, heat / np.maximum(np.abs(move), 1e-6))
    return _stretched(spot.real), _stretched(spot.imag)


def _stretched(values: Array) -> Array:
    low, high = values.min(initial=0), values.max(initial=0)
    wide = high - low if high > low else 1
    stretched: Array = ((values - low) / wide * SIDE).round().astype(np.int64)
    stretched.setflags(write=False)
    return stretched
