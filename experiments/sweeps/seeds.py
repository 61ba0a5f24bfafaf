"""Seeds without state: each run's is a pure function of the sweep's seed and its own numbers."""

from __future__ import annotations

import numpy as np


def run_seed(seed: int, point: int, replicate: int, *, common_random_numbers: bool) -> int:
    """Return the seed of all luck of one run.

    Parameters
    ----------
    seed : int
        Seed of the sweep.
    point, replicate : int
        Which run.
    common_random_numbers : bool
        Whether a replicate has the same luck at every point.
    """
    key = (replicate,) if common_random_numbers else (point, replicate)
    return int(np.random.SeedSequence(seed, spawn_key=key).generate_state(1, np.uint64)[0])
