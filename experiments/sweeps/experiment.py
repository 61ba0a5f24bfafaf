"""An experiment: a question, a scenario, what is varied, how often, and what is kept."""

from __future__ import annotations

import functools
from collections.abc import Mapping
from contextlib import suppress
from typing import TYPE_CHECKING, Any

import polars as pl
from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator

from agents.errors import ScenarioError
from experiments.orders import LARGEST_SEED
from experiments.sweeps.checks import preset_of, resolved
from experiments.sweeps.designs import (
    UNCHANGED,
    Columns,
    Design,
    columns_of,
    number_of_points,
)
from experiments.sweeps.factors import PRESET, Factor, cell_of, column_of, listed
from experiments.sweeps.faults import Faults
from experiments.sweeps.outcomes import SERIES_BY_DEFAULT
from model.scenario import Scenario

if TYPE_CHECKING:
    from model.presets import Preset

_MOST_TRIED = 10_000


class Record(BaseModel):
    """Which columns of the history are kept, and how often."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    series: list[str] = Field(
        default=list(SERIES_BY_DEFAULT),
        description="columns of the history to keep; true for the usual ones, false for none",
    )
    every: int = Field(
        default=1, ge=1, le=100_000, strict=True, description="keep every so-manieth period"
    )

    @field_validator("series", mode="before")
    @classmethod
    def _as_names(cls, value: Any) -> Any:
        if isinstance(value, bool):
            return list(SERIES_BY_DEFAULT) if value else []
        return value


class Figure(BaseModel):
    """A figure of the report; what else it may say depends on its kind."""

    model_config = ConfigDict(extra="allow", frozen=True)

    kind: str = Field(description="what the figure shows")


class Experiment(BaseModel):
    """A question that runs can answer, and everything needed to carry them out."""

    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=True)

    name: str = Field(
        default="experiment",
        pattern=r"^[^/\\\x00]+$",
        description="short name, also of the results folder",
    )
    title: str = Field(default="", description="title of the report")
    title_zh: str = Field(default="", description="title in Chinese")
    question: str = Field(min_length=1, description="the question in a sentence")
    question_zh: str = Field(default="", description="the question in Chinese")
    finding: str = Field(default="", description="what the results say")
    finding_zh: str = Field(default="", description="what the results say, in Chinese")
    scenario: str = Field(
        default="default", description="a preset's name, or a scenario's TOML file"
    )
    replicates: int = Field(
        default=1, ge=1, le=10_000_000, strict=True, description="runs of each point"
    )
    seed: int = Field(default=1, ge=0, le=LARGEST_SEED, strict=True, description="seed of all luck")
    common_random_numbers: bool = Field(
        default=True,
        strict=True,
        description="whether a replicate has the same luck at every point",
    )
    set_: dict[str, Any] = Field(default={}, alias="set", description="changes to the scenario")
    factors: dict[str, Factor] = Field(default={}, description="what is varied")
    design: Design = Field(default=Design(), description="how points are chosen")
    record: Record = Field(default=Record(), description="which columns of the history are kept")
    figures: list[Figure] = Field(default=[], alias="figure", description="figures of the report")
    scenarios: dict[str, Scenario] = Field(
        default={},
        description="scenarios written out in full; they go before presets of the same name",
    )

    def __init__(self, **values: Any) -> None:
        faults = Faults()
        values = resolved(values, faults)
        try:
            super().__init__(**values)
        except ValidationError as error:
            faults.structure(error, Experiment)
        faults.tell()
        faults.attempt(("set",), lambda: self.base, where="[set]")
        faults.tell()

    def __getstate__(self) -> dict[Any, Any]:
        """Leave out what can be worked out again."""
        state = super().__getstate__()
        fields = type(self).model_fields
        state["__dict__"] = {k: v for k, v in state["__dict__"].items() if k in fields}
        return state

    @functools.cached_property
    def base(self) -> Preset:
        """The preset that points depart from, with the changes in ``[set]``.

        Where ``[set]`` needs a factor to be possible, the first possible point is taken.

        Raises
        ------
        ScenarioError
            If no point is possible.
        """
        preset = self._preset(self.scenario)
        try:
            scenario = self.scenario_for({})
        except ScenarioError as error:
            scenario = self._first_possible(error)
        return preset.model_copy(update={"scenario": scenario})

    @functools.cached_property
    def columns(self) -> Columns:
        """The changes of all points, a column for each factor."""
        base = {name: self.base_value(name, self.scenario) for name in self.factors}
        return columns_of(self.design, self.factors, base)

    @property
    def factor_names(self) -> list[str]:
        """Names of what is varied, in order."""
        return list(self.columns if self.design.kind == "table" else self.factors)

    @property
    def labels(self) -> list[str] | None:
        """Names of the points of a table, unnamed ones by their changes; None otherwise."""
        if self.design.kind != "table":
            return None
        return [str(row.get("label", _told(row))) for row in self.design.rows or []]

    @functools.cached_property
    def n_points(self) -> int:
        """Number of combinations of factor values."""
        if self.design.kind == "one_at_a_time":
            return len(next(iter(self.columns.values())))
        return number_of_points(self.design, self.factors)

    @property
    def n_runs(self) -> int:
        """Number of runs, replicates included."""
        return self.n_points * self.replicates

    def point(self, point: int) -> dict[str, Any]:
        """Return the changes of one point by factor name.

        Raises
        ------
        IndexError
            If there is no such point.
        """
        if not 0 <= point < self.n_points:
            raise IndexError(f"point {point} is not among 0 to {self.n_points - 1}")
        changes = {name: values[point] for name, values in self.columns.items()}
        return {name: value for name, value in changes.items() if value is not UNCHANGED}

    def points(self) -> list[dict[str, Any]]:
        """Return the changes of every point, in the order of the design."""
        return [self.point(point) for point in range(self.n_points)]

    def design_frame(self) -> pl.DataFrame:
        """Return the design as a table.

        Returns
        -------
        DataFrame
            ``point``, for tables ``label``, and a column for each factor; where a row of a table
            does not name a factor, its value in the scenario.
        """
        columns = [pl.Series("point", range(self.n_points), dtype=pl.Int64)]
        if self.labels is not None:
            columns.append(pl.Series("label", self.labels, dtype=pl.String))
        presets = self.columns.get(PRESET, [UNCHANGED] * self.n_points)
        stories = [self.scenario if name is UNCHANGED else name for name in presets]
        for name, values in self.columns.items():
            full = [
                self.base_value(name, story) if value is UNCHANGED else value
                for value, story in zip(values, stories, strict=True)
            ]
            columns.append(column_of(name, full))
        return pl.DataFrame(columns)

    def scenario_at(self, point: int) -> Scenario:
        """Return the scenario of a point.

        Raises
        ------
        ScenarioError
            If the changes of this point contradict each other or the scenario.
        """
        return self.scenario_for(self.point(point))

    def scenario_for(self, changes: Mapping[str, Any]) -> Scenario:
        """Return the scenario with ``[set]`` and further changes, which may name a preset.

        Raises
        ------
        ScenarioError
            If the changes contradict each other or the scenario.
        """
        name = str(changes.get(PRESET, self.scenario))
        others = {key: value for key, value in changes.items() if key != PRESET}
        return self._preset(name).scenario.but(**{**self.set_, **others})

    def with_changes(self, changes: Mapping[str, Any]) -> Experiment:
        """Return the experiment with more changes to its scenario.

        Raises
        ------
        ExperimentError
            If one is impossible, or a factor.
        """
        return self._with(set_={**self.set_, **changes})

    def with_replicates(self, replicates: int) -> Experiment:
        """Return the experiment with another number of runs for each point.

        Raises
        ------
        ExperimentError
            If the number is impossible.
        """
        return self._with(replicates=replicates)

    def frozen(self) -> Experiment:
        """Return the experiment with all its scenarios inside, so that no file is needed."""
        names = {self.scenario, *self.columns.get(PRESET, [])} - {UNCHANGED}
        return self._with(scenarios={name: self._preset(name).scenario for name in sorted(names)})

    def base_value(self, name: str, preset: str) -> Any:
        """Return a factor's value where no point changes it; None if plans differ in it."""
        if name == PRESET:
            return preset
        scenario, (owner, _, rule) = self._preset(preset).scenario, name.rpartition(".")
        if not owner and rule in Scenario.model_fields:
            return self.set_.get(rule, listed(getattr(scenario, rule)))
        values = [
            self.set_.get(f"{plan.name}.{rule}", self.set_.get(rule, listed(getattr(plan, rule))))
            for plan in scenario.plans
            if owner in ("", plan.name)
        ]
        return values[0] if values and all(value == values[0] for value in values) else None

    def _with(self, **changes: Any) -> Experiment:
        fields = {name: getattr(self, name) for name in type(self).model_fields}
        return Experiment(**{**fields, **changes})

    def _preset(self, name: str) -> Preset:
        if name not in self._presets:
            self._presets[name] = preset_of(name, self.scenarios)
        return self._presets[name]

    def _first_possible(self, error: ScenarioError) -> Scenario:
        for point in range(min(self.n_points, _MOST_TRIED)):
            with suppress(ScenarioError):
                return self.scenario_at(point)
        raise error

    @functools.cached_property
    def _presets(self) -> dict[str, Preset]:
        return {}


def _told(changes: Mapping[str, Any]) -> str:
    return ", ".join(f"{name} = {cell_of(value)}" for name, value in changes.items()) or "as it is"
