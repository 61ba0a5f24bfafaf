"""Pydantic's errors as sentences: what, which value, which unit, what is allowed."""

from __future__ import annotations

import re
from typing import Any

from pydantic import BaseModel, ValidationError
from pydantic.fields import FieldInfo

from model.changes import unknown_name
from model.quantities import range_of, unit_of


def sentences(
    error: ValidationError, scenario: type[BaseModel], plan: type[BaseModel]
) -> list[str]:
    """Return one sentence for each thing pydantic found wrong."""
    return [line for item in error.errors() for line in _sentence(item, scenario, plan)]


def _sentence(item: Any, scenario: type[BaseModel], plan: type[BaseModel]) -> list[str]:
    where = [part for part in item["loc"] if not str(part).startswith(("function-", "literal"))]
    kind, value = item["type"], item.get("input")
    model = plan if where[:1] == ["plans"] else scenario
    name = ".".join(str(part) for part in where)
    if kind == "value_error":
        return str(item["ctx"]["error"]).split("\n")
    if kind == "extra_forbidden":
        return [unknown_name(str(where[-1]), list(model.model_fields))]
    field = next(
        (
            model.model_fields[str(p)]
            for p in where
            if str(p) in model.model_fields and str(p) not in ("plans", "events")
        ),
        None,
    )
    name = re.sub(r"^plans\.\d+\.", "", name)
    return [f"{name} = {value!r}{_unit(field)} is not allowed: {_allowed(item, field)}"]


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
