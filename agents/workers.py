"""Hand tiles of people to threads; the result never depends on who did which."""

from __future__ import annotations

import os
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from agents.tallies import TILE

WORTH_A_THREAD = 100_000
"""People from which on a second thread pays."""


SMALLEST_BLOCK = 16
"""Tiles that a thread takes at least: less is not worth waking up for."""
TURNS = 64
"""Blocks for each thread in a large population: few, and still little to wait for at the end."""


def n_tiles(n_people: int) -> int:
    """Return the number of tiles that cover n people."""
    return -(-n_people // TILE)


class Workers:
    """A fixed number of threads that share the tiles of a sweep.

    Parameters
    ----------
    threads : int or None
        Threads to use; None takes one below `WORTH_A_THREAD` people, else all processors.
    n_people : int
        Size of the population.
    """

    def __init__(self, threads: int | None, n_people: int) -> None:
        automatic = (os.cpu_count() or 1) if n_people >= WORTH_A_THREAD else 1
        self.threads = max(1, threads or automatic)
        self._n_people = n_people
        self._tiles = n_tiles(n_people)
        self.block = max(SMALLEST_BLOCK, self._tiles // (TURNS * self.threads))
        """Tiles handed to a thread at a time."""
        self._pool = ThreadPoolExecutor(self.threads) if self.threads > 1 else None

    def over_tiles(
        self, sweep: Callable[..., None], *arguments: Any, space: Callable[[], Any]
    ) -> None:
        """Call ``sweep(first_tile, last_tile, *arguments, space())`` over all tiles.

        Every call has a working space of its own.
        """
        if self._pool is None:
            sweep(0, self._tiles, *arguments, space())
            return
        starts = range(0, self._tiles, self.block)
        jobs = [
            self._pool.submit(
                sweep, start, min(start + self.block, self._tiles), *arguments, space()
            )
            for start in starts
        ]
        for job in jobs:
            job.result()

    def over_people(self, sweep: Callable[..., None], *arguments: Any) -> None:
        """Call ``sweep(first, last, *arguments)`` over all people."""
        if self._pool is None:
            sweep(0, self._n_people, *arguments)
            return
        step = self.block * TILE
        starts = range(0, self._n_people, step)
        jobs = [
            self._pool.submit(sweep, start, min(start + step, self._n_people), *arguments)
            for start in starts
        ]
        for job in jobs:
            job.result()

    def __getstate__(self) -> dict[str, Any]:
        return {**self.__dict__, "_pool": None}

    def __setstate__(self, state: dict[str, Any]) -> None:
        self.__dict__.update(state)
        if self.threads > 1:
            self._pool = ThreadPoolExecutor(self.threads)
