"""Pydantic's errors as sentences: what, which value, which unit, what is allowed."""

from __future__ import annotations

from typing import Any

from pydantic import BaseModel, ValidationError
from pydantic.fields import FieldInfo

from model.changes import unknown_name
from model.quantities import range_of, unit_of


def sentences(
    error: ValidationError, models: dict[str, type[BaseModel]], values: dict[str, Any]
) -> list[str]:
    """Return one sentence for each thing pydantic found wrong.

    Parameters
    ----------
    error : ValidationError
        What pydantic says.
    models : dict
        The models by where they stand: ``""`` the scenario, ``"plans"``, ``"events"``.
    values : dict
        What was given; a plan is named rather than numbered.
    """
    return [line for item in error.errors() for line in _sentence(item, models, values)]


def _sentence(item: Any, models: dict[str, type[BaseModel]], values: dict[str, Any]) -> list[str]:
    kinds = ("function-", "literal", "single", "steps")
    where = [str(p) for p in item["loc"] if not str(p).startswith(kinds)]
    part = where[0] if len(where) > 2 and where[0] in models else ""
    model, inner = models[part], where[2:] if part else where
    owner = _owner(part, where, values)
    if item["type"] == "value_error":
        return [owner + line for line in str(item["ctx"]["error"]).split("\n")]
    if item["type"] == "extra_forbidden":
        return [unknown_name(inner[-1], list(model.model_fields))]
    field = model.model_fields.get(inner[0]) if inner else None
    name = owner + ".".join(inner)
    return [f"{name} = {item.get('input')!r}{_unit(field)} is not allowed: {_allowed(item, field)}"]


def _owner(part: str, where: list[str], values: dict[str, Any]) -> str:
    """Return the prefix that says which plan or event is meant; none for a single plan."""
    if not part:
        return ""
    entries = values.get(part) or []
    if part == "events":
        return f"event {int(where[1]) + 1}: "
    if len(entries) < 2:
        return ""
    entry = entries[int(where[1])]
    name = entry.get("name") if isinstance(entry, dict) else getattr(entry, "name", None)
    return f"{name}." if name else f"plan {int(where[1]) + 1}: "


def _unit(field: FieldInfo | None) -> str:
    unit = unit_of(field) if field else ""
    return f" [{unit}]" if unit and unit != "1" else ""


def _allowed(item: Any, field: FieldInfo | None) -> str:
    if field is not None and item["type"] != "literal_error":
        low, high = range_of(field)
        kind = "a whole number" if field.annotation is int else "a number"
        if high < float("inf") and field.annotation in (int, float):
            return f"use {kind} from {low:g} to {high:g}{_unit(field)}"
    if item["type"] == "literal_error":
        return f"use {item['ctx']['expected']}"
    message = str(item["msg"])
    return message[0].lower() + message[1:]
