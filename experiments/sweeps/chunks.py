"""Which runs are done together: a pure function of the manifest, never of workers or speed."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

MOST_PARTS = 2000
MOST_RUNS = 5000
"""Runs of a chunk at most, so that a worker's memory stays small."""
_SECONDS = 2.0
_SHORTEST = 0.1
_WANTED = 64
"""Chunks of a short sweep: enough to see it move, and to keep every worker busy to the end."""


@dataclass(frozen=True)
class Block:
    """Runs that were ordered at one time; their chunks never change afterwards."""

    first_run: int
    end_run: int
    """First run after the block."""
    chunk_size: int
    first_part: int = 0

    @property
    def n_chunks(self) -> int:
        """Number of chunks."""
        return -(-(self.end_run - self.first_run) // self.chunk_size)


@dataclass(frozen=True)
class Chunk:
    """Runs done as one task and committed as one part."""

    part: int
    first_run: int
    end_run: int

    @property
    def n_runs(self) -> int:
        """Number of runs."""
        return self.end_run - self.first_run


def chunk_size(n_runs: int, seconds_per_run: float) -> int:
    """Return how many runs a chunk has.

    Parameters
    ----------
    n_runs : int
        Runs of the sweep.
    seconds_per_run : float
        As a pilot measured it [s].
    """
    each = max(seconds_per_run, 1e-6)
    seconds = min(_SECONDS, max(_SHORTEST, n_runs * each / _WANTED))
    size = min(MOST_RUNS, max(1, round(seconds / each)))
    return min(n_runs, max(size, math.ceil(n_runs / MOST_PARTS)))


def chunks_of(blocks: Iterable[Block]) -> Iterator[Chunk]:
    """Yield all chunks in the order of their runs."""
    for block in blocks:
        starts = range(block.first_run, block.end_run, block.chunk_size)
        for part, start in enumerate(starts, block.first_part):
            yield Chunk(part, start, min(start + block.chunk_size, block.end_run))
