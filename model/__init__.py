"""What happens in a period and what it costs.

Names are looked up when they are used, so that a command line or a worker that needs no Mesa does
not import it.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from model.dated import Amendment, Event
    from model.mesa_model import AdverseSelectionModel
    from model.plan import Plan
    from model.presets import Preset
    from model.scenario import Scenario
    from model.simulation import Simulation
    from model.verdict import Verdict

_HOMES = {
    "AdverseSelectionModel": "model.mesa_model",
    "Amendment": "model.dated",
    "Event": "model.dated",
    "Plan": "model.plan",
    "Preset": "model.presets",
    "Scenario": "model.scenario",
    "Simulation": "model.simulation",
    "Verdict": "model.verdict",
}

__all__ = [
    "AdverseSelectionModel",
    "Amendment",
    "Event",
    "Plan",
    "Preset",
    "Scenario",
    "Simulation",
    "Verdict",
]


def __getattr__(name: str) -> Any:
    """Import a public name from its home."""
    if name not in _HOMES:
        raise AttributeError(f"module 'model' has no attribute {name!r}")
    return getattr(importlib.import_module(_HOMES[name]), name)
