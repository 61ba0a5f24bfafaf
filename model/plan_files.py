"""Plans of the history: rules with their sources, dates, and a run of each by its name."""

from __future__ import annotations

import datetime
import functools
import tomllib
from collections.abc import Collection
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict

from agents.errors import ScenarioError
from model.changes import unknown_name
from model.plan import Plan
from model.shipped import shipped_names, shipped_text

WORLD = "xianghubao"
"""Preset whose people and behaviour a plan is run with."""
SHORTEST = 24
"""Periods for which a plan is run at least."""
ASSUMED = "assumed"
"""How the source of a figure begins, or what it contains, where nobody published one."""

_DAYS_OF_A_YEAR = 365.25


class PlanFile(BaseModel):
    """What the file of a plan says: facts, rules, and what is not known."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    name: str
    title: str
    title_zh: str
    operator: str
    opened: datetime.date | None = None
    closed: datetime.date | None = None
    ended_by: Literal["platform", "minimum_size", "renamed", "withdrawn"] = "platform"
    """Only what a platform ended is closed on its date in a run by name."""
    peak_members: float | None = None
    """Most members reported [people]."""
    shows: str
    """What a run of the plan shows, in one sentence."""
    shows_zh: str
    references: list[str]
    unknown: list[str] = []
    left_out: list[str] = []
    """What the plan had and the model has no rule for."""
    rules: dict[str, Any]
    sources: dict[str, str]
    """Of each rule, and of the facts above that have one."""
    run: dict[str, Any] = {}
    """Parameters and rules of a run by name, beyond the plan's own rules."""
    run_sources: dict[str, str] = {}
    amendment: list[dict[str, Any]] = []

    @property
    def assumed(self) -> list[str]:
        """Names of the rules whose figure, or a part of it, is assumed."""
        return [rule for rule in self.rules if ASSUMED in self.sources[rule]]


def plan_names() -> list[str]:
    """List the plans that ship with the model."""
    return shipped_names("model", "plans")


@functools.cache
def plan_file(name: str) -> PlanFile:
    """Return the file of a plan.

    Raises
    ------
    ScenarioError
        If there is none of that name.
    """
    if name not in plan_names():
        raise ScenarioError(unknown_name(name, plan_names(), "plan"))
    return PlanFile(name=name, **tomllib.loads(shipped_text("model", "plans", name)))


def plan_rules(name: str, others: Collection[str] = ()) -> dict[str, Any]:
    """Return the rules of a plan that ships with the model, its name among them.

    Parameters
    ----------
    name : str
        The plan.
    others : collection of str
        Plans beside it; a successor that is not among them is left out.

    Raises
    ------
    ScenarioError
        If there is none of that name.
    """
    rules = {"name": name, **plan_file(name).rules}
    if rules.get("successor", "") not in others:
        rules.pop("successor", None)
    return rules


def period_of(day: datetime.date, start: datetime.date, length: float) -> int:
    """Return the period in which a day falls; 0 or less before the start.

    Parameters
    ----------
    day, start : datetime.date
        The day, and that on which period 1 begins.
    length : float
        Length of a period [years].
    """
    return int((day - start).days // (length * _DAYS_OF_A_YEAR)) + 1


def on_its_dates(name: str, start: Any, length: float) -> dict[str, int]:
    """Return the rules `opens` and `closes` that put a plan on its dates.

    Parameters
    ----------
    name : str
        The plan.
    start : datetime.date
        Day on which period 1 begins.
    length : float
        Length of a period [years].

    Raises
    ------
    ScenarioError
        If the scenario has no date, or the plan closed before it.
    """
    file = plan_file(name)
    if not isinstance(length, int | float) or not length > 0:
        raise ScenarioError(f"period_length = {length!r} years must be a number above 0")
    if not isinstance(start, datetime.date):
        raise ScenarioError(
            f"on_its_dates of plan {name} needs a scenario with start_date; add start_date = "
            "2016-05-01, say"
        )
    dates = {}
    if file.opened is not None:
        dates["opens"] = max(period_of(file.opened, start, length), 0)
    if file.closed is not None:
        dates["closes"] = period_of(file.closed, start, length)
        if dates["closes"] < 1:
            raise ScenarioError(
                f"plan {name} closed on {file.closed}, before start_date = {start}; leave it out"
            )
    return {rule: period for rule, period in dates.items() if period > 0}


def run_by_name(name: str, scenario: dict[str, Any]) -> tuple[dict[str, Any], dict[str, Any]]:
    """Return the scenario's values and the plan's rules of a run of a plan by its name.

    The world is the given one, with nobody a member when the plan opens; the run begins then and
    ends when its platform closed it, after `SHORTEST` periods at least.

    Parameters
    ----------
    name : str
        The plan.
    scenario : dict
        Values of the scenario of `WORLD`.
    """
    file = plan_file(name)
    rules = {rule: value for rule, value in file.run.items() if rule in Plan.model_fields}
    values = {key: value for key, value in file.run.items() if key not in rules}
    values = {**scenario, "initial_membership": 0.0, **values}
    rules = {**plan_rules(name), **rules}
    if file.opened is not None:
        values["start_date"] = file.opened
    if file.opened is not None and file.closed is not None:
        length = values.get("period_length", 1 / 24)
        last = period_of(file.closed, file.opened, length)
        values["n_periods"] = max(last, SHORTEST)
        if file.ended_by == "platform":
            rules["closes"] = last
    if file.amendment:
        values["amendments"] = file.amendment
    return values, rules


def said_of(file: PlanFile) -> list[str]:
    """Return what a run of a plan by its name takes for granted, a sentence each."""
    world = (
        "people, what they know and how they choose are as in the preset of Xiang Hu Bao, "
        "without its news; nobody is a member at the start"
    )
    rules = f"assumed rules: {', '.join(file.assumed)}" if file.assumed else ""
    return [
        world,
        *([rules] if rules else []),
        *(f"{name}: {source}" for name, source in file.run_sources.items()),
        *(f"not known: {item}" for item in file.unknown),
        *(f"not in the model: {item}" for item in file.left_out),
    ]
