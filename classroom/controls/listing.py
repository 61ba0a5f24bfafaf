"""Controls: every parameter and rule, generated from the lines that declare them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from classroom.controls.idle import idle_because
from classroom.controls.kinds import STEPS, TEXT, kind_of
from classroom.controls.parameter_words import (
    allowed,
    choice_of,
    label_of,
    meaning_of,
    shown,
    source_of,
    steps,
    unit_of,
)
from classroom.controls.sliders import stops
from classroom.controls.values import NONE, value_as_text
from experiments.parameters import Parameter, plan_rules, scenario_parameters

if TYPE_CHECKING:
    from collections.abc import Collection

    from classroom.words import Words
    from model import Scenario

# The groups of the page: what a lecture needs of each, and the declared groups that it is made of.
GROUPS: dict[str, tuple[tuple[str, ...], tuple[str, ...]]] = {
    "people": (
        (
            "frailty_sd",
            "private_information",
            "age_min",
            "age_max",
            "risk_aversion",
            "initial_membership",
        ),
        ("people", "illness", "beliefs"),
    ),
    "plan": (
        ("fee", "sharing", "benefit", "waiting_period", "screening", "reentry"),
        ("benefit", "entry", "sharing the bill", "leaving"),
    ),
    "talk": (
        ("disadvantage_aversion", "loss_aversion", "susceptibility", "sentiment_value", "ties"),
        ("fairness", "talk"),
    ),
    "choice": (
        ("insurer_awareness", "penalty_for_none", "attention", "hassle_of_leaving", "choice_noise"),
        ("insurer", "choice", "worth"),
    ),
    "sponsor": (
        ("subsidy", "subsidy_for", "reinsurance", "smoothing"),
        ("sponsor and reserve", "closing"),
    ),
    "run": (("n_people", "n_periods", "claims"), ("run",)),
}
_MOVED = {
    "subsidy": "sponsor",
    "subsidy_for": "sponsor",
    "difference_subsidy": "sponsor",
    "joining_reward": "sponsor",
}
"""Whose page group is not that of their declared group."""
_NOT_ON_A_PAGE = {"ties": ("given",)}


@dataclass(frozen=True)
class Control:
    """A parameter as a page sets it; what is said of it is in the visitor's language.

    Values are texts as the control's field has them, in the unit of the page.
    """

    name: str
    label: str
    kind: str
    """One of the kinds of `classroom.controls.kinds`."""
    power: int
    """The field shows a number times ten to this power."""
    unit: str
    allowed: str
    meaning: str
    source: str
    part: str
    """Heading among the further controls of its group."""
    first: bool
    """Whether a lecture needs it."""
    stops: tuple[str, ...]
    """Positions of the slider."""
    choices: tuple[tuple[str, str], ...]
    """Values to choose from, and how they read: all of a choice, or what can stand for a number."""
    preset: str
    preset_shown: str


@dataclass(frozen=True)
class Group:
    """Controls that belong together on the page."""

    name: str
    title: str
    controls: tuple[Control, ...]


def value_of(scenario: Scenario, name: str) -> Any:
    """Return a scenario's parameter, or a rule of the plan that is named before it or is first."""
    plan, _, rule = name.rpartition(".")
    if rule in type(scenario).model_fields:
        return getattr(scenario, rule)
    return getattr(next(one for one in scenario.plans if plan in ("", one.name)), rule)


def controls_of(scenario: Scenario, words: Words) -> list[Group]:
    """Return all controls of a preset's scenario, those that a lecture needs first.

    Parameters
    ----------
    scenario : Scenario
        What the preset says, before any change.
    words : Words
        The visitor's language.
    """
    declared = [*scenario_parameters(scenario), *plan_rules(scenario.plans[0])]
    groups = []
    for name, (first, parts) in GROUPS.items():
        mine = [p for p in declared if _group(p) == name]
        order = {p.name: i for i, p in enumerate(sorted(mine, key=lambda p: _part(p, parts)))}
        ranked = {p: i - len(first) for i, p in enumerate(first)}
        mine.sort(key=lambda p: ranked.get(p.name, order[p.name]))
        controls = tuple(_control(p, scenario, p.name in first, words) for p in mine)
        groups.append(Group(name, words(f"group.{name}"), controls))
    return groups


def _group(parameter: Parameter) -> str:
    if parameter.name in _MOVED:
        return _MOVED[parameter.name]
    homes = [name for name, (_, parts) in GROUPS.items() if parameter.group in parts]
    return homes[0] if homes else next(reversed(GROUPS))


def _part(parameter: Parameter, parts: tuple[str, ...]) -> int:
    return parts.index(parameter.group) if parameter.group in parts else -1


def _control(parameter: Parameter, scenario: Scenario, first: bool, words: Words) -> Control:
    name, kind = parameter.name, kind_of(parameter.name)
    return Control(
        name,
        label_of(name, words),
        kind.name,
        kind.power,
        unit_of(name, words),
        allowed(name, words),
        meaning_of(name, parameter.meaning, words),
        source_of(parameter.source, words),
        words.room("group.part").get(parameter.group, parameter.group),
        first,
        _stops(parameter),
        _choices(name, scenario, words),
        written(name, parameter.value, words),
        shown(name, parameter.value, words),
    )


def _stops(parameter: Parameter) -> tuple[str, ...]:
    kind = kind_of(parameter.name)
    if not kind.numeric:
        return ()
    found = stops(parameter.name, parameter.value)
    texts = tuple(value_as_text(stop, kind.power) for stop in found)
    return (NONE, *texts) if kind.optional else texts


def _choices(name: str, scenario: Scenario, words: Words) -> tuple[tuple[str, str], ...]:
    kind = kind_of(name)
    none = ((NONE, words("settings.none")),) if kind.optional else ()
    if kind.name == TEXT:
        return (*none, *((plan.name, plan.name) for plan in scenario.plans[1:]))
    allowed_here = [c for c in kind.choices if c not in _NOT_ON_A_PAGE.get(name, ())]
    return (*none, *((choice, choice_of(name, choice, words)) for choice in allowed_here))


def written(name: str, value: Any, words: Words) -> str:
    """Return a value as a control's field has it, in the unit of the page."""
    if kind_of(name).name == STEPS and isinstance(value, list | tuple):
        return steps(value, words)
    return value_as_text(value, kind_of(name).power)


def values_of(
    scenario: Scenario, words: Words, varying: Collection[str] = ()
) -> dict[str, dict[str, Any]]:
    """Return what each control has.

    Parameters
    ----------
    scenario : Scenario
        The rules of an arm.
    words : Words
        The visitor's language.
    varying : collection of str
        What a sweep can vary.

    Returns
    -------
    dict
        By name: ``text`` of the field, ``shown`` for reading, ``idle`` because of what, ``varies``.
    """
    values = {}
    for parameter in (*scenario_parameters(scenario), *plan_rules(scenario.plans[0])):
        name, value = parameter.name, parameter.value
        values[name] = {
            "text": written(name, value, words),
            "shown": shown(name, value, words),
            "idle": idle_because(scenario, name, words),
            "varies": name in varying,
        }
    return values
