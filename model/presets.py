"""Presets: scenarios with a story, sources and assumptions, one TOML file each."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ConfigDict, ValidationError

from agents.errors import ScenarioError
from model.changes import unknown_name
from model.complaints import sentences
from model.scenario import Scenario
from model.shipped import shipped_names, shipped_text

_PARTS = ("scenario", "plan", "event")


class Preset(BaseModel):
    """A scenario and what there is to say about it."""

    model_config = ConfigDict(extra="forbid", frozen=True, arbitrary_types_allowed=True)

    name: str
    title: str = ""
    title_zh: str = ""
    story: str = ""
    story_zh: str = ""
    outcomes: list[str] = []
    """Verdicts that the preset is there to show; a test pins them over many seeds."""
    sources: list[str] = []
    assumptions: list[str] = []
    observed: str = ""
    """Name of the observations that the report draws beside the run."""
    scenario: Scenario


def names() -> list[str]:
    """List the presets that ship with the model."""
    return shipped_names("model", "presets")


def load(name_or_path: str) -> Preset:
    """Return a preset by name, or from a TOML file.

    Raises
    ------
    ScenarioError
        If there is no such preset or file, or with all that is wrong inside it.
    """
    if name_or_path == "default":
        return Preset(name="default", title="The default scenario", scenario=Scenario())
    if name_or_path in names():
        return parse(shipped_text("model", "presets", name_or_path), name_or_path)
    path = Path(name_or_path)
    if path.suffix != ".toml":
        raise ScenarioError(unknown_name(name_or_path, [*names(), "default"], "preset"))
    return parse(text_of(path, "scenario"), path.stem)


def text_of(path: Path, what: str) -> str:
    """Return the text of a file of a user's; `what` names its kind.

    Raises
    ------
    ScenarioError
        If it cannot be read, or is not text.
    """
    try:
        return path.read_text("utf-8-sig")  # some editors begin a file with a mark
    except OSError as error:
        reason = error.strerror or str(error)
        raise ScenarioError(f"{what} file {path} cannot be read: {reason}") from None
    except UnicodeDecodeError:
        raise ScenarioError(f"{what} file {path} is not text in UTF-8") from None


def parse(text: str, name: str) -> Preset:
    """Return the preset that a TOML text describes.

    Raises
    ------
    ScenarioError
        With the line of a syntax error, or a sentence for each thing that is wrong.
    """
    try:
        content = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise ScenarioError(f"{name}.toml is not valid TOML: {error}") from None
    about = {key: value for key, value in content.items() if key not in _PARTS}
    about.setdefault("name", name)
    known = [*Preset.model_fields, *_PARTS]
    problems = [unknown_name(key, known, "key") for key in about if key not in known]
    problems += [
        f"{key} must be a {'table [scenario]' if key == 'scenario' else f'list [[{key}]]'}"
        for key in _PARTS
        if not isinstance(content.get(key, {} if key == "scenario" else []), _KINDS[key])
    ]
    if problems:
        raise ScenarioError(problems)
    values: dict[str, Any] = dict(content.get("scenario", {}))
    if "plan" in content:
        values["plans"] = [_plan(rules) for rules in content["plan"]]
    if "event" in content:
        values["events"] = content["event"]
    try:
        return Preset(**about, scenario=Scenario(**values))
    except ValidationError as error:
        raise ScenarioError(sentences(error, {"": Preset}, {})) from None


_KINDS: dict[str, type] = {"scenario": dict, "plan": list, "event": list}


def _plan(rules: dict[str, Any]) -> dict[str, Any]:
    """Return a plan's rules, laid over those of the named plan in `use`."""
    rules = dict(rules)
    base = rules.pop("use", None)
    return rules if base is None else {**plan_rules(base), **rules}


def plan_names() -> list[str]:
    """List the plans that ship with the model."""
    return shipped_names("model", "plans")


def plan_rules(name: str) -> dict[str, Any]:
    """Return the rules of a plan that ships with the model.

    Raises
    ------
    ScenarioError
        If there is none of that name.
    """
    if name not in plan_names():
        raise ScenarioError(unknown_name(name, plan_names(), "plan"))
    content = tomllib.loads(shipped_text("model", "plans", name))
    rules: dict[str, Any] = {"name": name, **content["rules"]}
    return rules
