"""Checks of an experiment before it is built: names, values, and what fits what."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pydantic import BaseModel, ValidationError

from agents.errors import ScenarioError
from experiments.sweeps.design_checks import check_design, check_figures, check_record
from experiments.sweeps.factors import (
    PRESET,
    Factor,
    as_table,
    checked,
    field_of,
    is_number,
    known_parameters,
    rule_of,
)
from experiments.sweeps.faults import Faults, Key
from experiments.sweeps.row_files import rows_of_file
from model import presets
from model.changes import unknown_name
from model.scenario import Scenario

_ALIASES = {"set_": "set", "figures": "figure"}


def resolved(given: Mapping[str, Any], faults: Faults) -> dict[str, Any]:
    """Return the keys of an experiment with every value in its own type; note what is wrong.

    What has the wrong shape is left as it is: the models themselves complain about that.
    """
    values = {_ALIASES.get(key, key): _plain(value) for key, value in given.items()}
    for part in ("set", "factors"):
        if isinstance(values.get(part), dict):
            values[part] = flat(values[part])
    _fill_rows(values, faults)
    checks = _Checks(values, faults)
    checks.set_()
    checks.factors()
    checks.rows()
    check_design(values, faults)
    check_record(values, faults)
    check_figures(values, checks.varied(), faults)
    return values


def _plain(value: Any) -> Any:
    """Return a copy made of tables, lists and values, so that all callers are treated alike."""
    if isinstance(value, Scenario):
        return value
    if isinstance(value, BaseModel):
        return _plain(value.model_dump(exclude_defaults=True))
    if isinstance(value, dict):
        return {key: _plain(inner) for key, inner in value.items()}
    if isinstance(value, list | tuple | range):
        return [_plain(inner) for inner in value]
    return value.tolist() if hasattr(value, "tolist") else value


def _fill_rows(values: dict[str, Any], faults: Faults) -> None:
    """Put the rows of a design's file in the place of its name."""
    design = values.get("design")
    if isinstance(design, dict) and isinstance(design.get("file"), str):
        key = ("design", "file")
        if "rows" in design:
            faults.add(key, "[design] rows and file say the same thing; leave one out")
        rows = faults.attempt(key, rows_of_file, design["file"])
        if rows is not None:
            design.setdefault("rows", rows)
            del design["file"]


def flat(table: Mapping[str, Any]) -> dict[str, Any]:
    """Return a table of parameters with ``plan.rule`` in place of a table inside a table."""
    result: dict[str, Any] = {}
    for key, value in table.items():
        if isinstance(value, dict) and value and not set(value) & set(Factor.model_fields):
            result |= {f"{key}.{inner}": one for inner, one in value.items()}
        else:
            result[key] = value
    return result


def written_scenario(content: Any) -> Scenario:
    """Return a scenario that an experiment writes out, with its plans and events inside.

    Raises
    ------
    ScenarioError
        With all that is wrong.
    """
    if isinstance(content, Scenario):
        return content
    values = dict(content) if isinstance(content, dict) else {"plan": content}
    plans = values.pop("plan", None)
    for kind in ("event", "amendment"):
        if kind in values:
            values[f"{kind}s"] = values.pop(kind)
    if not isinstance(plans, list | None) or not all(isinstance(p, dict) for p in plans or []):
        raise ScenarioError("must be a table of parameters, with plans as tables [[…plan]]")
    if plans is not None:
        values["plans"] = [_written_plan(rules) for rules in plans]
    return Scenario(**values)


def _written_plan(rules: dict[str, Any]) -> dict[str, Any]:
    rules = dict(rules)
    named = rules.pop("use", None)
    return rules if named is None else {**presets.plan_rules(named), **rules}


def preset_of(name: str, scenarios: Mapping[str, Scenario]) -> presets.Preset:
    """Return a preset: one of the experiment's own scenarios, or one that ships, or a file.

    Raises
    ------
    ScenarioError
        If there is none, or with all that is wrong inside it.
    """
    if name in scenarios:
        return presets.Preset(name=name, scenario=scenarios[name])
    return presets.load(name)


class _Checks:
    """Checks that need to know the scenarios and their plans."""

    def __init__(self, values: dict[str, Any], faults: Faults) -> None:
        self.values, self.faults = values, faults
        self.known: dict[str, presets.Preset | None] = {}
        """Presets by name; None for those that cannot be."""
        self._written()
        self._named()
        plans = [plan.name for p in self.known.values() if p for plan in p.scenario.plans]
        self.parameters = known_parameters(list(dict.fromkeys(plans)))

    def _written(self) -> None:
        """Read the scenarios that the experiment writes out."""
        for name, content in self._table("scenarios").items():
            key: Key = ("scenarios", name)
            found = self.faults.attempt(key, written_scenario, content, where=f"[scenarios.{name}]")
            self.known[name] = found and presets.Preset(name=name, scenario=found)
            self.values["scenarios"][name] = found or Scenario()

    def _named(self) -> None:
        """Find the scenarios; where presets are a factor the first is the base, unless one is."""
        factor = as_table(self._table("factors").get(PRESET, []))
        varied = factor.get("values") if isinstance(factor, dict) else None
        varied = [name for name in varied or [] if isinstance(name, str)]
        if varied and "scenario" not in self.values:
            self.values["scenario"] = varied[0]
        self.load(("scenario",), self.values.get("scenario", "default"))
        for name in varied:
            self.load(("factors", PRESET), name)
        for number, row in enumerate(self._rows()):
            if PRESET in row:
                self.load(("design", "rows", number), row[PRESET])

    def load(self, key: Key, name: Any) -> None:
        """Load a preset once; complain if there is none."""
        if isinstance(name, str) and name not in self.known:
            self.known[name] = self.faults.attempt(key, presets.load, name)

    def set_(self) -> None:
        """Check the changes to the scenario."""
        table = self._table("set")
        for name, value in table.items():
            if name == PRESET:
                self.faults.add(("set", name), "[set] preset: write scenario = … at the top")
            else:
                table[name] = self.value(("set", name), name, value)

    def factors(self) -> None:
        """Check the factors: names, ends and listed values."""
        table = self._table("factors")
        for name in self._table("set"):
            if name in table or (rule_of(name) in table and name != PRESET):
                sentence = f"[set] {name} is a factor too; leave one of them out"
                self.faults.add(("set", name), sentence)
        for name, given in table.items():
            if not isinstance(given, list | dict):
                sentence = f"[factors] {name} = {given!r} does not vary: list several values, or "
                self.faults.add(("factors", name), f"{sentence}write it under [set]")
                table[name] = Factor(values=[given])
                continue
            try:
                factor = Factor.model_validate(as_table(given))
            except ValidationError:
                continue
            table[name] = self.factor(("factors", name), name, factor)

    def factor(self, key: Key, name: str, factor: Factor) -> Factor:
        """Return a factor with its values in their own type."""
        if factor.values is not None:
            values = [self.value(key, name, value) for value in factor.values]
            return factor.model_copy(update={"values": values})
        ends = [end for end in ("low", "high") if getattr(factor, end) is not None]
        if name not in self.parameters:
            self.value(key, name, "")
        elif is_number(name):
            for end in ends:
                self.value((*key, end), name, getattr(factor, end), end)
        return factor

    def rows(self) -> None:
        """Check the rows of a table."""
        for number, row in enumerate(self._rows()):
            if "label" in row:
                row["label"] = str(row["label"])
            for name in [name for name in row if name != "label"]:
                row[name] = self.value(("design", "rows", number, name), name, row[name])

    def value(self, key: Key, name: str, value: Any, end: str = "") -> Any:
        """Return a value in its parameter's own type; as it is if it is wrong."""
        where = f"[design] row {int(key[2]) + 1}:" if key[0] == "design" else f"[{key[0]}]"
        if name == PRESET and key[0] != "set":
            if not isinstance(value, str):
                self.faults.add(key, f"{where} preset = {value!r} is not a preset's name")
            return value
        doubtful = None in self.known.values() and field_of(name) is not None
        if name not in self.parameters and not doubtful:
            known = [*self.parameters, PRESET]
            self.faults.add(key, f"{where} {unknown_name(name, known)}")
            return value
        try:
            return checked(name, value)
        except ScenarioError as error:
            for sentence in error.sentences:
                shown = sentence.replace(name, f"{name}.{end}", 1) if end else sentence
                self.faults.add(key, f"{where} {shown}")
            return value

    def varied(self) -> list[str]:
        """List the names of what is varied, with ``label`` for a table."""
        design = self._table("design")
        of_rows = dict.fromkeys(key for row in self._rows() for key in row)
        return ["label", *of_rows] if design.get("kind") == "table" else [*self._table("factors")]

    def _table(self, name: str) -> dict[str, Any]:
        found = self.values.get(name)
        return found if isinstance(found, dict) else {}

    def _rows(self) -> list[dict[str, Any]]:
        rows = self._table("design").get("rows")
        return [r for r in rows if isinstance(r, dict)] if isinstance(rows, list) else []
