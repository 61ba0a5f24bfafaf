"""Changes by name: a flat key finds its place in the scenario or in its plans."""

from __future__ import annotations

import difflib
from typing import Any

from pydantic import BaseModel

from agents.errors import ScenarioError


def apply_changes(
    values: dict[str, Any],
    changes: dict[str, Any],
    scenario: type[BaseModel],
    plan: type[BaseModel],
) -> tuple[dict[str, Any], list[str]]:
    """Return scenario values with changes laid over them, and a sentence for each unknown name.

    Parameters
    ----------
    values : dict
        A dumped scenario, with a list of dumped plans under ``plans``.
    changes : dict
        Scenario parameters, plan rules (they go to every plan) or ``plan.rule``.
    scenario, plan : type
        The two models that know the names.

    Raises
    ------
    ScenarioError
        If the plans are not a list of plans.
    """
    merged = {**values, **{k: v for k, v in changes.items() if k in scenario.model_fields}}
    merged["plans"] = as_rules(merged["plans"])
    plans = {p.get("name", plan.model_fields["name"].default): p for p in merged["plans"]}
    unknown = []
    for key, value in changes.items():
        owner, _, rule = key.rpartition(".")
        if key in scenario.model_fields:
            continue
        if rule in plan.model_fields and owner in plans:
            plans[owner][rule] = value
        elif rule in plan.model_fields and not owner:
            for one in merged["plans"]:
                one[rule] = value
        else:
            unknown.append(unknown_name(key, known_names(scenario, plan, list(plans))))
    return merged, unknown


def as_rules(plans: Any) -> list[dict[str, Any]]:
    """Return plans, given as models or as mappings, as dictionaries of the rules they set.

    Raises
    ------
    ScenarioError
        If this is not a list of plans.
    """
    if not isinstance(plans, list | tuple) or not all(
        isinstance(one, BaseModel | dict) for one in plans
    ):
        raise ScenarioError(
            f"plans = {plans!r} is not allowed: use a list of plans, each a Plan or its rules"
        )
    return [dict(p) if isinstance(p, dict) else p.model_dump(exclude_unset=True) for p in plans]


def known_names(
    scenario: type[BaseModel], plan: type[BaseModel], plan_names: list[str]
) -> list[str]:
    """List every name a change may have."""
    rules = [rule for rule in plan.model_fields if rule != "name"]
    dotted = [f"{name}.{rule}" for name in plan_names for rule in rules]
    return [*scenario.model_fields, *rules, *dotted]


def unknown_name(name: str, known: list[str], what: str = "parameter") -> str:
    """Say that a name is unknown, and which known one is nearest."""
    near = difflib.get_close_matches(str(name), known, n=1, cutoff=0.5)
    where = "list" if what in ("preset", "plan", "world") else "show default"
    hint = f"; did you mean {near[0]}?" if near else f"; `deathspiral {where}` lists them all"
    return f"unknown {what} {name!r}{hint}"
