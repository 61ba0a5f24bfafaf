"""The JSON Schema of an experiment's TOML file, by which editors complete and check."""

from __future__ import annotations

from typing import Any

from experiments.sweep_report.kinds import EVERY_FIGURE, KINDS, OPTIONS
from experiments.sweeps.design_checks import SERIES
from experiments.sweeps.experiment import Experiment
from experiments.sweeps.factors import (
    NONE,
    PRESET,
    Factor,
    alone,
    field_of,
    is_optional,
    known_parameters,
)
from experiments.sweeps.outcomes import OUTCOMES
from model import presets
from model.plan import Plan
from model.quantities import unit_of

Schema = dict[str, Any]


def schema() -> Schema:
    """Return the JSON Schema (draft 2020-12) of an experiment.

    Every parameter is listed by name, with unit, range, meaning and default, under ``set``,
    ``factors`` and the rows of a table.
    """
    whole = Experiment.model_json_schema(by_alias=True)
    keys, parts = whole["properties"], whole.pop("$defs")
    values = {name: _value(name) for name in known_parameters([])}
    keys["scenario"]["examples"] = [*presets.names(), "default"]
    keys["set"] = _table("changes to the scenario", values)
    keys["factors"] = _table(
        "what is varied: listed values, or low, high and steps",
        {name: _factor(name, value) for name, value in values.items()} | {PRESET: _presets()},
    )
    keys["design"] = _part(parts["Design"])
    keys["design"]["properties"]["rows"] = {
        "type": "array",
        "description": "table: changes of each point, and its label",
        "items": _table(
            "a point", {**values, PRESET: {"type": "string"}, "label": {"type": "string"}}
        ),
    }
    keys["record"] = _part(parts["Record"])
    keys["record"]["properties"]["series"] = _series()
    keys["figure"] = {"type": "array", "description": "figures of the report", "items": _figure()}
    keys["scenarios"] = {
        "type": "object",
        "description": "scenarios written out in full, by name",
        "additionalProperties": {"type": "object"},
    }
    draft = "https://json-schema.org/draft/2020-12/schema"
    return {"$schema": draft, "title": "An experiment of deathspiral", **_brief(whole)}


def _brief(part: Any) -> Any:
    """Leave out what pydantic and the declarations say beside name, unit and meaning."""
    if isinstance(part, list):
        return [_brief(inner) for inner in part]
    if not isinstance(part, dict):
        return part
    said = ("title", "group", "source", "unit")  # text; a property of that name is a table
    return {k: _brief(v) for k, v in part.items() if k not in said or isinstance(v, dict)}


def _part(model: Schema) -> Schema:
    """Return a table's schema without the null that TOML cannot write."""
    properties = {name: _without_null(value) for name, value in model["properties"].items()}
    return {**model, "properties": properties}


def _without_null(value: Schema) -> Schema:
    choices = value.get("anyOf")
    if choices is None:
        return value
    others = [choice for choice in choices if choice.get("type") != "null"]
    kept = {key: inner for key, inner in value.items() if key not in ("anyOf", "default")}
    return {**kept, **others[0]} if len(others) == 1 else {**kept, "anyOf": others}


def _value(name: str) -> Schema:
    """Return what a parameter takes; an optional one may be none."""
    value: Schema = alone(name).model_json_schema()
    events = value.get("$defs", {})
    value = _without_null(value["properties"][name])
    if "items" in value and "$ref" in value["items"]:
        value = {**value, "items": events[value["items"]["$ref"].rpartition("/")[2]]}
    field = field_of(name)
    unit = unit_of(field) if field is not None else ""
    value["description"] = f"[{unit}] {value['description']}" if unit else value["description"]
    about: Schema = {key: value.pop(key) for key in ("description", "default") if key in value}
    return {**about, "anyOf": [value, {"const": NONE}]} if is_optional(name) else {**about, **value}


def _factor(name: str, value: Schema) -> Schema:
    listed = {"type": "array", "minItems": 1, "items": value}
    choices: list[Schema] = [listed]
    if value.get("type") in ("integer", "number") or "number" in str(value.get("anyOf")):
        ends: Schema = Factor.model_json_schema()["properties"]
        bounds = {key: value[key] for key in ("minimum", "maximum") if key in value}
        for end in ("low", "high"):
            ends[end] = {"type": "number", "description": ends[end]["description"], **bounds}
        del ends["values"]
        spread = {key: _without_null(inner) for key, inner in ends.items()}
        choices.append(
            {
                "type": "object",
                "properties": spread,
                "required": ["low", "high"],
                "additionalProperties": False,
            }
        )
    return {"description": value.get("description", name), "anyOf": choices}


def _presets() -> Schema:
    names = {"type": "string", "examples": [*presets.names(), "default"]}
    return {"description": "stories to compare", "type": "array", "minItems": 1, "items": names}


def _table(meaning: str, properties: dict[str, Schema]) -> Schema:
    """Return a table of parameters, where a plan's name may stand before a rule."""
    rules = {name: properties[name] for name in Plan.model_fields if name in properties}
    one = {"type": "object", "properties": rules, "additionalProperties": False}
    dotted = rf"^[a-z][a-z0-9_]*\.({'|'.join(rules)})$"
    return {
        "type": "object",
        "description": meaning,
        "properties": properties,
        "patternProperties": {dotted: {"description": "a rule of one plan"}},
        "additionalProperties": {**one, "description": "rules of the plan of this name"},
    }


def _series() -> Schema:
    names = {"type": "array", "items": {"enum": list(SERIES)}}
    meaning = "columns of the history to keep; true for the usual ones, false for none"
    return {"description": meaning, "anyOf": [names, {"type": "boolean"}]}


def _figure() -> Schema:
    options: Schema = {name: {"description": meaning} for name, meaning in OPTIONS.items()}
    measures = {"enum": [*OUTCOMES, *SERIES]}
    options["measure"] |= measures
    options["measures"] |= {"type": "array", "items": measures}
    kinds = [
        {
            "properties": {
                "kind": {"const": kind, "description": takes.meaning},
                **{name: options[name] for name in (*takes.needs, *takes.may, *EVERY_FIGURE)},
            },
            "required": ["kind", *takes.needs],
            "additionalProperties": False,
        }
        for kind, takes in KINDS.items()
    ]
    return {"type": "object", "required": ["kind"], "anyOf": kinds}
