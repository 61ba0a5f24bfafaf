"""The settings: all controls of A and B."""

from __future__ import annotations

import functools
from collections.abc import Callable
from dataclasses import asdict
from typing import Any

import orjson
import solara

from agents.errors import ScenarioError
from classroom.controls.kinds import kind_of
from classroom.controls.listing import controls_of, values_of
from classroom.controls.values import value_from_text
from classroom.many_runs.span import variable_names
from classroom.session import Session
from classroom.setup import SKIPPED, A, B, Setup
from classroom.words import Words
from model import Scenario

SWEEP = "sweep"
Wish = dict[str, Any]


@solara.component_vue("../parts/controls.vue")
def ControlsPart(
    groups: str,
    state: str,
    words: dict[str, Any],
    event_set: Callable[[Wish], None],
    event_back: Callable[[Wish], None],
    event_vary: Callable[[str], None],
) -> None:
    """Show the controls; a wish that has been answered is not shown against what is in force."""


@solara.component
def Settings(session: Session) -> None:
    """Show the controls."""
    setup = session.setup.value
    answered = solara.use_reactive(0)

    def answer(do: Callable[[Session, Wish], None]) -> Callable[[Wish], None]:
        def carry_out(wish: Wish) -> None:
            try:
                do(session, wish)
            finally:
                answered.value = wish["turn"]

        return carry_out

    ControlsPart(
        groups=_groups(setup.preset, setup.language),
        state=_state(setup, session.words, answered.value),
        words=session.words.room("settings"),
        event_set=answer(set_from_text),
        event_back=answer(go_back),
        event_vary=lambda name: vary(session, name),
    )


def set_from_text(session: Session, wish: Wish) -> None:
    """Set what a field says; what cannot be is said, and everything stays as it is."""
    name, power = wish["name"], kind_of(wish["name"]).power
    session.problems.value = []
    try:
        value = value_from_text(name, wish["text"], session.words, power)
    except ScenarioError as error:
        session.problems.value = error.sentences
        return
    session.set(wish["arm"], name, value)


def go_back(session: Session, wish: Wish) -> None:
    """Take back the change of one control, or without a name all changes of an arm.

    Other rules of A are another question, which is predicted anew.
    """
    arm, name, setup = wish["arm"], wish["name"], session.setup.value
    session.problems.value = []
    changed = (setup.a if arm == A else setup.b) or {}
    kept = {key: value for key, value in changed.items() if name and _control(key) != name}
    asked_anew = arm == A and setup.prediction != SKIPPED
    session.change(**{arm: kept}, prediction=None if asked_anew else setup.prediction)


def vary(session: Session, name: str) -> None:
    """Open the sweep with a control, or put it beside the one that the open sweep has."""
    setup = session.setup.value
    open_with = setup.vary[:1] if setup.room == SWEEP and setup.vary[:1] != (name,) else ()
    session.change(room=SWEEP, vary=(*open_with, name))


@functools.lru_cache(maxsize=64)
def _groups(preset: str, language: str) -> str:
    groups = controls_of(Setup(preset=preset).story.scenario, Words(language))
    return orjson.dumps([asdict(group) for group in groups]).decode()


def _state(setup: Setup, words: Words, answered: int) -> str:
    changes = {A: setup.a} if setup.b is None else {A: setup.a, B: setup.b}
    arms = {}
    for arm, changed in changes.items():
        scenario = setup.scenario(arm)
        values = values_of(scenario, words, variable_names(scenario))
        arms[arm] = {"values": values, "changed": _names(changed)}
    note = _note(setup.story.scenario, words)
    return orjson.dumps({"arms": arms, "note": note, "answered": answered}).decode()


def _note(scenario: Scenario, words: Words) -> str:
    plans = [plan.name for plan in scenario.plans]
    return words("settings.plans", n=len(plans), first=plans[0]) if len(plans) > 1 else ""


def _names(changes: dict[str, Any]) -> list[str]:
    """List the controls that are changed; a change of one plan's rule is one of that control."""
    return [_control(name) for name in changes]


def _control(name: str) -> str:
    return name.rpartition(".")[2]
