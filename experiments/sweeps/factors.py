"""What an experiment may vary: parameters by name, their types, and the values they take."""

from __future__ import annotations

import datetime
import functools
import json
import types
from collections.abc import Sequence
from typing import Annotated, Any, Literal, Union, get_args, get_origin

import numpy as np
import polars as pl
from pydantic import BaseModel, ConfigDict, Field, ValidationError, create_model
from pydantic.fields import FieldInfo

from agents.errors import ScenarioError
from model.complaints import sentences
from model.plan import Plan
from model.scenario import Scenario

Array = np.ndarray[Any, Any]

PRESET = "preset"
NONE = "none"
"""How a file says that an optional parameter is not set; TOML has no such value."""

_NOT_VARIED = ("plans", "name")
_DTYPES: dict[Any, type[pl.DataType]] = {int: pl.Int64, float: pl.Float64, bool: pl.Boolean}


class Factor(BaseModel):
    """Values that are varied: listed, or spread between two ends."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    values: list[Any] | None = Field(default=None, description="listed values")
    low: float | None = Field(default=None, description="smallest value", allow_inf_nan=False)
    high: float | None = Field(default=None, description="largest value", allow_inf_nan=False)
    steps: int | None = Field(
        default=None, ge=2, le=100_000, description="number of values in a grid, both ends included"
    )
    scale: Literal["linear", "log"] = Field(default="linear", description="how values are spread")

    def spaced(self, whole: bool) -> list[Any]:
        """Return the values of a grid: those listed, or `steps` of equal width."""
        if self.values is not None:
            return self.values
        assert self.steps is not None
        return self.between(np.linspace(0.0, 1.0, self.steps), whole, ends=True)

    def between(self, shares: Array, whole: bool, *, ends: bool = False) -> list[Any]:
        """Return the values at shares of the way, from 0 (lowest or first) to 1 (highest or last).

        Parameters
        ----------
        shares : ndarray of float64
            Positions in the unit interval; listed values take equal parts of it.
        whole : bool
            Whether only whole numbers are allowed; each then takes an equal part.
        ends : bool
            Whether a whole-number grid shall begin and end exactly at the two ends.
        """
        if self.values is not None:
            places = np.minimum(
                (shares * len(self.values) + 1e-9).astype(int), len(self.values) - 1
            )
            return [self.values[place] for place in places]
        assert self.low is not None
        assert self.high is not None
        margin = 0.5 if whole and not ends else 0.0
        low, high = self.low - margin, self.high + margin
        if self.scale == "log":
            spread = np.exp(np.log(low) + shares * (np.log(high) - np.log(low)))
        else:
            spread = low + shares * (high - low)
        if whole:
            return [int(v) for v in np.clip(np.floor(spread + 0.5), self.low, self.high)]
        return [float(f"{v:.12g}") for v in np.clip(spread, self.low, self.high)]


def as_table(value: Any) -> Any:
    """Return a factor as the keys of `Factor`; a list stands for its values."""
    return {"values": value} if isinstance(value, list | tuple) else value


def rule_of(name: str) -> str:
    """Return a parameter's name without the plan it belongs to."""
    return name.rpartition(".")[2]


def field_of(name: str) -> FieldInfo | None:
    """Return the declaration of a parameter or rule; None for `preset`."""
    rule = rule_of(name)
    return Scenario.model_fields.get(rule) or Plan.model_fields.get(rule)


def is_whole(name: str) -> bool:
    """Tell whether a parameter takes whole numbers only."""
    field = field_of(name)
    return field is not None and field.annotation is int


def is_number(name: str) -> bool:
    """Tell whether a parameter takes numbers."""
    return dtype_of(name) in (pl.Int64, pl.Float64)


def dtype_of(name: str) -> type[pl.DataType]:
    """Return the type of a factor's values; schedules and names are text."""
    field = field_of(name)
    if field is None:
        return pl.String
    return _DTYPES.get(_plain(field.annotation), pl.String)


def _plain(kind: Any) -> Any:
    """Return a type without annotations; the first of several, as an amount that may be none."""
    wrapped = get_origin(kind) in (Annotated, Union, types.UnionType)
    return _plain(get_args(kind)[0]) if wrapped else kind


def cell_of(value: Any) -> Any:
    """Return a value as a table's cell: schedules as JSON, dates as text."""
    if isinstance(value, list | tuple):
        return json.dumps(value)
    return value.isoformat() if isinstance(value, datetime.date) else value


def column_of(name: str, values: Sequence[Any]) -> pl.Series:
    """Return a factor's values as a column; as text, where there are schedules among amounts."""
    cells, dtype = [cell_of(value) for value in values], dtype_of(name)
    if dtype is pl.Float64 and any(isinstance(cell, str) for cell in cells):
        cells, dtype = [None if cell is None else str(cell) for cell in cells], pl.String
    return pl.Series(name, cells, dtype=dtype)


def known_parameters(plan_names: Sequence[str]) -> list[str]:
    """List every name a factor or a change may have."""
    scenario = [name for name in Scenario.model_fields if name not in _NOT_VARIED]
    rules = [rule for rule in Plan.model_fields if rule not in _NOT_VARIED]
    return [*scenario, *rules, *(f"{plan}.{rule}" for plan in plan_names for rule in rules)]


def checked(name: str, value: Any) -> Any:
    """Return a parameter's value in its own type.

    Parameters
    ----------
    name : str
        A known parameter, rule or ``plan.rule``.
    value : Any
        What a file or a caller gives for it.

    Raises
    ------
    ScenarioError
        A sentence with value, unit and range, if the value is impossible whatever the others are.
    """
    rule, model = rule_of(name), alone(rule_of(name))
    if value == NONE and is_optional(rule):
        value = None
    try:
        if isinstance(value, bool) and is_number(name):
            value = str(value).lower()
        found = getattr(model(**{rule: value}), rule)
    except ValidationError as error:
        problems = sentences(error, {"": model}, {})
        raise ScenarioError([name + p.removeprefix(rule) for p in problems]) from None
    if isinstance(found, list) or is_optional(rule):  # the others have no rule beside their range
        own = _own_rule_problems(rule, found)
        if own:
            raise ScenarioError([name + p.removeprefix(rule) for p in own])
    return listed(found)


def is_optional(name: str) -> bool:
    """Tell whether a parameter may be left without a value."""
    field = field_of(name)
    return field is not None and type(None) in get_args(field.annotation)


@functools.cache
def alone(rule: str) -> type[BaseModel]:
    """Return a model of one parameter, that knows its own range and nothing else."""
    field = field_of(rule)
    assert field is not None
    return create_model("Alone", **{rule: (field.annotation, field)})  # type: ignore[call-overload,no-any-return]


def _own_rule_problems(rule: str, value: Any) -> list[str]:
    """Return what the whole scenario or plan would say about this value and no other parameter."""
    owner = Scenario if rule in Scenario.model_fields else Plan
    try:
        owner(**{rule: value})
        return []
    except ScenarioError as error:
        problems = error.sentences
    except ValidationError as error:
        problems = sentences(error, {"": Plan}, {})
    others = {*Scenario.model_fields, *Plan.model_fields} - {rule}
    return [p for p in problems if p.startswith(rule) and not others & set(p.split())]


def listed(value: Any) -> Any:
    """Return a value with lists in place of tuples, and plain tables in place of models."""
    if isinstance(value, list | tuple):
        return [listed(item) for item in value]
    return value.model_dump() if isinstance(value, BaseModel) else value
