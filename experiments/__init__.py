"""What we learn from runs: sweeps, analyses, figures, reports, the command line.

Nothing here is imported before it is used, so that `deathspiral list` answers at once and a worker
starts at once.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from experiments.interface import replicate, run, sweep
    from experiments.sweeps.batch import batch_run
    from experiments.sweeps.experiment import Experiment
    from experiments.sweeps.results import Results, load

_HOMES = {
    "Experiment": "experiments.sweeps.experiment",
    "Results": "experiments.sweeps.results",
    "batch_run": "experiments.sweeps.batch",
    "load": "experiments.sweeps.results",
    "replicate": "experiments.interface",
    "run": "experiments.interface",
    "sweep": "experiments.interface",
}

__all__ = ["Experiment", "Results", "batch_run", "load", "replicate", "run", "sweep"]


def __getattr__(name: str) -> Any:
    """Import a public name from its home."""
    if name not in _HOMES:
        raise AttributeError(f"module 'experiments' has no attribute {name!r}")
    return getattr(importlib.import_module(_HOMES[name]), name)
