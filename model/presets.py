"""Presets: scenarios with a story, sources and assumptions, one TOML file each."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ConfigDict, ValidationError

from agents.errors import ScenarioError
from model.changes import unknown_name
from model.complaints import sentences
from model.plan_files import (
    WORLD,
    on_its_dates,
    plan_file,
    plan_names,
    plan_rules,
    run_by_name,
    said_of,
)
from model.scenario import Scenario
from model.shipped import shipped_names, shipped_text

__all__ = ["Preset", "load", "names", "of_plan", "parse", "plan_names", "plan_rules", "text_of"]

_PARTS = ("scenario", "plan", "event", "amendment")


class Preset(BaseModel):
    """A scenario and what there is to say about it."""

    model_config = ConfigDict(extra="forbid", frozen=True, arbitrary_types_allowed=True)

    name: str
    title: str = ""
    title_zh: str = ""
    story: str = ""
    story_zh: str = ""
    shows: str = ""
    """What a run shows, in one sentence; of the plans of the history."""
    shows_zh: str = ""
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
    """Return a preset by name, a plan of the history in a run of its own, or a TOML file.

    Raises
    ------
    ScenarioError
        If there is no such preset, plan or file, or with all that is wrong inside it.
    """
    if name_or_path == "default":
        return Preset(name="default", title="The default scenario", scenario=Scenario())
    if name_or_path in names():
        preset = parse(shipped_text("model", "presets", name_or_path), name_or_path)
        return _with_what_it_shows(preset)
    if name_or_path in plan_names():
        return of_plan(name_or_path)
    path = Path(name_or_path)
    if path.suffix != ".toml":
        known = [*names(), "default", *plan_names()]
        raise ScenarioError(unknown_name(name_or_path, known, "preset"))
    return parse(text_of(path, "scenario"), path.stem)


def of_plan(name: str) -> Preset:
    """Return a preset in which a plan of the history stands alone, from its opening to its end.

    Raises
    ------
    ScenarioError
        If there is no such plan.
    """
    file = plan_file(name)
    values, rules = run_by_name(name, _world(WORLD))
    return Preset(
        **{key: getattr(file, key) for key in ("name", "title", "title_zh", "shows", "shows_zh")},
        sources=file.references,
        assumptions=said_of(file),
        scenario=Scenario(**values, plans=[rules]),
    )


def _with_what_it_shows(preset: Preset) -> Preset:
    """Return a preset of the same name as a plan with what that plan's file says of its run."""
    if preset.shows or preset.name not in plan_names():
        return preset
    file = plan_file(preset.name)
    return preset.model_copy(update={"shows": file.shows, "shows_zh": file.shows_zh})


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
    world = about.pop("world", None)
    known = [*Preset.model_fields, *_PARTS, "world"]
    problems = [unknown_name(key, known, "key") for key in about if key not in known]
    problems += [
        f"{key} must be a {'table [scenario]' if key == 'scenario' else f'list [[{key}]]'}"
        for key in _PARTS
        if not isinstance(content.get(key, {} if key == "scenario" else []), _KINDS[key])
    ]
    if problems:
        raise ScenarioError(problems)
    values = {**_world(world), **content.get("scenario", {})}
    if "plan" in content:
        together = {str(rules.get("name", rules.get("use"))) for rules in content["plan"]}
        values["plans"] = [_plan(rules, values, together) for rules in content["plan"]]
    values |= {f"{key}s": content[key] for key in ("event", "amendment") if key in content}
    try:
        return Preset(**about, scenario=Scenario(**values))
    except ValidationError as error:
        raise ScenarioError(sentences(error, {"": Preset}, {})) from None


def _world(name: str | None) -> dict[str, Any]:
    """Return the people and the behaviour of a preset that ships with the model."""
    if name is None:
        return {}
    if not isinstance(name, str) or name not in names():
        raise ScenarioError(unknown_name(name, names(), "world"))
    scenario: dict[str, Any] = tomllib.loads(shipped_text("model", "presets", name))["scenario"]
    return scenario


_KINDS: dict[str, type] = {"scenario": dict, "plan": list, "event": list, "amendment": list}


def _plan(rules: dict[str, Any], scenario: dict[str, Any], together: set[Any]) -> dict[str, Any]:
    """Return a plan's rules, laid over those of the named plan in `use`, if asked on its dates."""
    rules = dict(rules)
    base, dated = rules.pop("use", None), rules.pop("on_its_dates", False)
    if base is None and dated:
        raise ScenarioError("on_its_dates = true needs the plan of the history: use = its name")
    if base is None:
        return rules
    start, length = scenario.get("start_date"), scenario.get("period_length", 1 / 24)
    dates = on_its_dates(base, start, length) if dated else {}
    return {**plan_rules(base, together), **dates, **rules}
