"""Kinds of parameters: what each takes, read off the line that declares it."""

from __future__ import annotations

import functools
import math
from dataclasses import dataclass
from typing import Any

from model import Plan, Scenario

NUMBER, WHOLE, CHOICE, SWITCH = "number", "whole", "choice", "switch"
DATE, STEPS, TEXT = "date", "steps", "text"
# A share is read more easily in percent, and a risk aversion per million yuan.
_POWERS = {"1": 2, "1/period": 2, "1/year": 2, "1/yuan": 6}
_SHARES_ABOVE_ONE = {
    "fee",
    "insurer_loss_ratio",
    "loyalty",
    "newcomers",
    "reserve_loading",
    "risk_premium",
    "target_loss_ratio",
}


@dataclass(frozen=True)
class Kind:
    """What a parameter takes, and in which unit the page shows it."""

    name: str
    """One of the names above; steps are a schedule by age."""
    optional: bool
    """Whether there may be none."""
    choices: tuple[str, ...]
    """All that a choice can be, or the words that can stand in the place of steps."""
    amount: bool
    """Whether one number can stand in the place of steps."""
    low: float
    high: float
    unit: str
    """As declared."""
    power: int
    """The page shows a number times ten to this power: 2 for percent."""

    @property
    def numeric(self) -> bool:
        """Whether it is one number."""
        return self.name in (NUMBER, WHOLE)


@functools.cache
def kind_of(name: str) -> Kind:
    """Return what a scenario's parameter or a plan's rule takes; ``plan.rule`` will do.

    Raises
    ------
    KeyError
        If there is none of that name.
    """
    declared = _declarations()[name.rpartition(".")[2]]
    parts = _parts(declared)
    kinds = [kind for part in parts for kind in [_name(part)] if kind]
    kind = STEPS if STEPS in kinds else kinds[0]
    low = max((part.get("minimum", -math.inf) for part in parts), default=-math.inf)
    high = min((part.get("maximum", math.inf) for part in parts), default=math.inf)
    unit = declared.get("unit", "")
    return Kind(
        kind,
        any(part.get("type") == "null" for part in parts) or declared.get("default") == "",
        tuple(c for part in parts for c in part.get("enum", [part.get("const")]) if c),
        kind == STEPS and NUMBER in kinds,
        low,
        high,
        unit,
        _power(name, unit, low, high) if kind == NUMBER else 0,
    )


@functools.cache
def _declarations() -> dict[str, dict[str, Any]]:
    schemas = [model.model_json_schema() for model in (Plan, Scenario)]
    return {name: field for schema in schemas for name, field in schema["properties"].items()}


def _parts(declared: dict[str, Any]) -> list[dict[str, Any]]:
    """Return what may stand for a value, one type each."""
    for key in ("anyOf", "oneOf"):
        if key in declared:
            return [part for one in declared[key] for part in _parts(one)]
    return [declared]


def _name(part: dict[str, Any]) -> str:
    if "enum" in part or "const" in part:
        return CHOICE
    if part.get("format") == "date":
        return DATE
    kinds = {"number": NUMBER, "integer": WHOLE, "boolean": SWITCH, "array": STEPS, "string": TEXT}
    return kinds.get(part.get("type", ""), "")


def _power(name: str, unit: str, low: float, high: float) -> int:
    share = (low >= 0 and high <= 1) or name in _SHARES_ABOVE_ONE
    return _POWERS.get(unit, 0) if share else 0
