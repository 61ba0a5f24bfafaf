"""Parameters as lines of a table: value, unit, range, default, meaning, source."""

from __future__ import annotations

import functools
import math
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from model.quantities import group_of, range_of, source_of, unit_of
from model.shipped import shipped_names, shipped_text

if TYPE_CHECKING:
    from pydantic import BaseModel

    from model import Plan, Preset, Scenario


@dataclass(frozen=True)
class Parameter:
    """A parameter of a scenario or a rule of a plan, ready to be read."""

    name: str
    value: Any
    default: Any
    unit: str
    allowed: str
    """Range, or the choices; empty if anything of the type goes."""
    meaning: str
    group: str
    source: str
    """Where the value comes from, as far as it is on record."""

    @property
    def changed(self) -> bool:
        """Whether the value is not the default."""
        return bool(self.value != self.default)


def scenario_parameters(scenario: Scenario) -> list[Parameter]:
    """List a scenario's own parameters, without plans, events and amendments."""
    lists = ("plans", "events", "amendments")
    return [p for p in _parameters(scenario, {}) if p.name not in lists]


def plan_rules(plan: Plan) -> list[Parameter]:
    """List a plan's rules, with their own sources if it is a plan that ships with the model."""
    return [p for p in _parameters(plan, shipped_plan(plan.name)) if p.name != "name"]


@functools.cache
def shipped_plan(name: str) -> dict[str, Any]:
    """Return what the file of a plan says; nothing if the model ships no such plan."""
    if name not in shipped_names("model", "plans"):
        return {}
    return tomllib.loads(shipped_text("model", "plans", name))


def _parameters(owner: BaseModel, about: dict[str, Any]) -> Iterator[Parameter]:
    rules, sources = about.get("rules", {}), about.get("sources", {})
    for name, field in type(owner).model_fields.items():
        value, default = getattr(owner, name), field.get_default(call_default_factory=True)
        source = source_of(field)
        if name in sources and plain(rules.get(name, value)) == plain(value):
            source = sources[name]
        elif value != default:
            source = "this scenario" if source == "assumed" else f"this scenario; default: {source}"
        yield Parameter(
            name,
            value,
            default,
            unit_of(field),
            _allowed(field),
            field.description or "",
            group_of(field),
            source,
        )


def plain(value: Any) -> Any:
    """Return a value with lists in place of tuples, as a TOML file has them."""
    return [plain(item) for item in value] if isinstance(value, list | tuple) else value


def _allowed(field: Any) -> str:
    choices = getattr(field.annotation, "__args__", ())
    if choices and all(isinstance(choice, str) for choice in choices):
        return ", ".join(choices)
    low, high = range_of(field)
    if math.isinf(low) and math.isinf(high):
        return ""
    if math.isinf(high):
        return f"{number(low)} or more"
    return f"{number(low)} to {number(high)}"


def number(value: float) -> str:
    """Write a number for reading: 2,000,000,000, 0.25 or 2.5e-06."""
    return f"{value:,.0f}" if value == int(value) and abs(value) < 1e15 else f"{value:g}"


def shown(value: Any) -> str:
    """Write a parameter's value for reading."""
    if value is None or value == "":
        return "none"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, list):
        return ", ".join(f"from {step[0]}: {number(step[1])}" for step in value)
    return number(value) if isinstance(value, int | float) else str(value)


def period_name(length: float, *, plural: bool = True) -> str:
    """Name a period by its length [years]: half-months, months, years, or periods of x years."""
    names = {24: "half-month", 12: "month", 52: "week", 4: "quarter", 2: "half-year", 1: "year"}
    many = "s" if plural else ""
    name = names.get(round(1 / length)) if abs(1 / length - round(1 / length)) < 1e-6 else None
    return f"{name}{many}" if name else f"period{many} of {length:g} years"


def title_of(preset: Preset, language: str) -> str:
    """Return a preset's title in a language, or its name if it has none."""
    wanted = preset.title_zh if language == "zh" else preset.title
    return wanted or preset.title or preset.name


def amendments_of(scenario: Scenario) -> list[tuple[int, str]]:
    """List a scenario's amendments: first period, and the new values by name."""
    return [
        (one.period, ", ".join(f"{name} = {shown(value)}" for name, value in one.changes.items()))
        for one in scenario.amendments
    ]
