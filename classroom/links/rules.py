"""Rules in a link: changes of A and of B, those of them that cannot be left out."""

from __future__ import annotations

import functools
import re
from typing import TYPE_CHECKING, Any

from agents.errors import ScenarioError
from classroom.controls.values import value_from_text
from classroom.limits import ABOUT, too_much
from classroom.links.reading import Reading, quoted
from classroom.setup import A
from model import Plan, Scenario
from model.changes import known_names

if TYPE_CHECKING:
    from classroom.setup import Setup

_NO_CONTROLS = ("plans", "events", "amendments")


def known_rules(scenario: Scenario) -> list[str]:
    """List the names that a change may have: parameters, rules, and rules of one plan."""
    return list(_known(tuple(plan.name for plan in scenario.plans)))


@functools.cache
def _known(plans: tuple[str, ...]) -> tuple[str, ...]:
    names = known_names(Scenario, Plan, list(plans))
    return tuple(name for name in names if name not in _NO_CONTROLS)


def read_rules(link: Reading, setup: Setup) -> Setup:
    """Return a setup with the changes that a link still says; every other key is unknown."""
    of_b = {key: link.said.pop(key) for key in list(link.said) if re.match(r"b(\.|$)", key)}
    changes = _values(link, link.said, "", setup.story.scenario)
    setup = setup.but(a=_possible(link, changes, "", setup.story.scenario))
    if not of_b:
        return setup
    if of_b.pop("b", ""):
        link.complain("only_b")
    said = {key.removeprefix("b."): text for key, text in of_b.items()}
    base = setup.scenario(A)
    return setup.but(b=_possible(link, _values(link, said, "b.", base), "b.", base))


def _values(link: Reading, said: dict[str, str], arm: str, scenario: Scenario) -> dict[str, Any]:
    known, values = known_rules(scenario), {}
    for name, text in said.items():
        if name not in known:
            near = link.near(name, known)
            link.complain("unknown", key=quoted(arm + name), said=quoted(text), near=near)
            continue
        try:
            values[name] = value_from_text(name, text, link.words)
        except ScenarioError as error:
            _leave_out(link, [arm + name], error.sentences)
    return values


def _possible(
    link: Reading, changes: dict[str, Any], arm: str, scenario: Scenario
) -> dict[str, Any]:
    """Return the changes that can be made together; complain about the others."""
    kept = dict(changes)
    while kept:
        blamed, sentences = _objections(link, kept, scenario)
        if not sentences:
            break
        out = _one_too_many(link, kept, scenario)
        out = out or [name for name in kept if _parts(name.rpartition(".")[2]) <= blamed]
        out = out or [list(kept)[-1]]
        _leave_out(link, [arm + name for name in out], sentences)
        kept = {name: value for name, value in kept.items() if name not in out}
    return kept


def _one_too_many(link: Reading, changes: dict[str, Any], scenario: Scenario) -> list[str]:
    """Return one change without which the others can be made, if there is such a one."""
    for name in reversed(changes):
        others = {key: value for key, value in changes.items() if key != name}
        if not _objections(link, others, scenario)[1]:
            return [name]
    return []


def _leave_out(link: Reading, names: list[str], sentences: list[str]) -> None:
    told = " ".join(s if s.endswith((".", "。")) else f"{s}." for s in sentences)
    link.complain("left_out", names=", ".join(names), sentence=told)


def _objections(
    link: Reading, changes: dict[str, Any], scenario: Scenario
) -> tuple[set[str], list[str]]:
    """Return the words of the names that stand in the way of changes, and why, in sentences."""
    try:
        large = too_much(scenario.but(**changes), link.words)
    except ScenarioError as error:
        return _parts(str(error)), error.sentences
    return _parts(" ".join(name for what in large for name in ABOUT[what])), list(large.values())


def _parts(text: str) -> set[str]:
    """Return the words of a text; those of a name stand between underscores."""
    return set(re.findall("[a-z]+", text))
