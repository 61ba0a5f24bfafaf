"""An experiment as TOML, and the hash of what decides its results."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from experiments.sweeps.factors import NONE, PRESET, cell_of
from experiments.toml_text import toml_value

if TYPE_CHECKING:
    from pydantic import BaseModel

    from experiments.sweeps.experiment import Experiment
    from experiments.sweeps.factors import Factor
    from model.scenario import Scenario

_TOP = ("name", "title", "title_zh", "question", "question_zh", "finding", "finding_zh", "scenario",
        "replicates", "seed", "common_random_numbers")  # fmt: skip
_BARE = re.compile(r"[A-Za-z0-9_-]+")


def experiment_as_toml(experiment: Experiment) -> str:
    """Return the text of a TOML file that describes an experiment completely.

    Reading it gives an equal experiment.
    """
    lines = [*_assignments({name: getattr(experiment, name) for name in _TOP}, skip_empty=True)]
    if experiment.set_:
        lines += ["", "[set]", *_assignments(experiment.set_)]
    if experiment.factors:
        factors = {name: _factor(factor) for name, factor in experiment.factors.items()}
        lines += ["", "[factors]", *_assignments(factors)]
    lines += ["", "[design]", *_assignments(_design(experiment))]
    lines += ["", "[record]", *_assignments(experiment.record.model_dump())]
    for figure in experiment.figures:
        lines += ["", "[[figure]]", *_assignments(figure.model_dump(exclude_none=True))]
    for name, scenario in experiment.scenarios.items():
        lines += _scenario(f"scenarios.{_key(name)}", scenario)
    return "\n".join(lines) + "\n"


def frozen_toml(experiment: Experiment) -> str:
    """Return an experiment as TOML with its scenarios written out in full.

    Later defaults, presets and files change nothing of what it says.
    """
    return experiment_as_toml(experiment.frozen())


def experiment_hash(experiment: Experiment) -> str:
    """Return the SHA-256 of everything that decides results, except the number of replicates."""
    frozen = experiment.frozen()
    content = {
        "base": _content(frozen.scenarios[frozen.scenario]),
        "presets": {
            name: _content(frozen.scenarios[name])
            for name in sorted(set(experiment.columns.get(PRESET, [])) & set(frozen.scenarios))
        },
        "set": {name: cell_of(value) for name, value in experiment.set_.items()},
        "points": {
            name: [None if v is None else repr(cell_of(v)) for v in values]
            for name, values in experiment.columns.items()
        },
        "labels": experiment.labels,
        "seed": experiment.seed,
        "common_random_numbers": experiment.common_random_numbers,
        "record": experiment.record.model_dump(),
    }
    text = json.dumps(content, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(text.encode("utf-8")).hexdigest()


def _content(scenario: Scenario) -> dict[str, Any]:
    return scenario.model_dump(mode="json")


def _factor(factor: Factor) -> Any:
    if factor.values is not None:
        return factor.values
    return factor.model_dump(exclude_defaults=True)


def _design(experiment: Experiment) -> dict[str, Any]:
    return {"kind": experiment.design.kind, **experiment.design.model_dump(exclude_defaults=True)}


def _scenario(table: str, scenario: Scenario) -> Iterator[str]:
    yield from ("", f"[{table}]")
    yield from _assignments(_given(scenario, ("plans", "events", "amendments")))
    parts: dict[str, Sequence[BaseModel]] = {
        "plan": scenario.plans,
        "event": scenario.events,
        "amendment": scenario.amendments,
    }
    for kind, entries in parts.items():
        for entry in entries:
            yield from ("", f"[[{table}.{kind}]]", *_assignments(_given(entry)))


def _given(owner: BaseModel, skipped: tuple[str, ...] = ()) -> dict[str, Any]:
    """Return all values but those that are not set; TOML says that by leaving them out."""
    values = {name: getattr(owner, name) for name in type(owner).model_fields}
    return {k: v for k, v in values.items() if v is not None and k not in skipped}


def _assignments(values: Mapping[str, Any], *, skip_empty: bool = False) -> Iterator[str]:
    for name, value in values.items():
        if not (skip_empty and value == ""):
            yield f"{_key(name)} = {_value(value)}"


def _key(name: str) -> str:
    return name if _BARE.fullmatch(name) else toml_value(name)


def _value(value: Any) -> str:
    if value is None:
        return toml_value(NONE)
    if isinstance(value, Mapping):
        return "{ " + ", ".join(f"{_key(k)} = {_value(v)}" for k, v in value.items()) + " }"
    if isinstance(value, list | tuple):
        if any(isinstance(item, Mapping) for item in value):
            return "[\n" + "".join(f"    {_value(item)},\n" for item in value) + "]"
        return f"[{', '.join(_value(item) for item in value)}]"
    return toml_value(value)
