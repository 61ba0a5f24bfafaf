"""The page's link: the whole setup as a query, and back."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from urllib.parse import quote, urlencode

from classroom.controls.values import value_as_text
from classroom.figures import FIGURES
from classroom.links.reading import Reading
from classroom.links.rules import read_rules
from classroom.many_runs.span import variable_names
from classroom.setup import ROOMS, SENTIMENT, SKIPPED, STATE, Setup, pools
from classroom.words import LANGUAGES
from experiments.orders import LARGEST_SEED

B_KEY = "b"
"""Alone: there is a B; before a dot: a change of it."""
MOST_LESSONS, MOST_SCREENS = 50, 50
SHOWN = (*FIGURES, "difference")
_SKIPPED = "skipped"
_LIKE_FIELDS = (
    "at",
    "stop",
    "room",
    "lesson",
    "screen",
    "coloured_by",
    "revealed",
    "language",
)
"""Keys that are written as they are."""
_LISTS = ("figures", "vary")
"""Keys of several names, with commas between them."""
_OF_THE_RUN = ("at", "stop", "prediction", "vary")
"""Keys that can only be judged once the rules are known."""


def query_of(setup: Setup) -> str:
    """Return the query that says a setup, without a question mark.

    Only what differs from the page as it opens is said. Changes of A go by the names of the
    parameters, changes of B have ``b.`` before them, and ``b=`` alone is a B that equals A.
    """
    return urlencode(list(_said(setup)), quote_via=quote, safe=":,")


def _said(setup: Setup) -> Iterator[tuple[str, Any]]:
    plain = Setup()
    for key in ("preset", "seed"):
        if getattr(setup, key) != getattr(plain, key):
            yield key, getattr(setup, key)
    yield from ((name, value_as_text(value)) for name, value in setup.a.items())
    if setup.b == {}:
        yield B_KEY, ""
    for name, value in (setup.b or {}).items():
        yield f"{B_KEY}.{name}", value_as_text(value)
    if setup.prediction is not None:
        skipped = setup.prediction == SKIPPED
        yield "prediction", _SKIPPED if skipped else value_as_text(setup.prediction)
    yield from ((key, ",".join(getattr(setup, key))) for key in _LISTS if getattr(setup, key))
    for key in _LIKE_FIELDS:
        if getattr(setup, key) != getattr(plain, key):
            yield key, getattr(setup, key)


def setup_of(query: str) -> tuple[Setup, list[str]]:
    """Return what a query says, and a sentence for everything in it that cannot be.

    What cannot be is left out: that part of the page is as it opens. No query raises.
    """
    link = Reading(query)
    setup = Setup(
        preset=link.choice("preset", Setup.preset, pools()),
        seed=link.whole("seed", Setup.seed, 0, LARGEST_SEED),
        room=link.choice("room", Setup.room, ROOMS),
        lesson=link.whole("lesson", Setup.lesson, 0, MOST_LESSONS),
        screen=link.whole("screen", Setup.screen, 0, MOST_SCREENS),
        coloured_by=link.choice("coloured_by", Setup.coloured_by, (STATE, SENTIMENT)),
        revealed=link.whole("revealed", Setup.revealed, 0, Setup.revealed),
        figures=link.names("figures", SHOWN, len(SHOWN)),
        language=link.choice("language", Setup.language, LANGUAGES),
    )
    asked = {key: link.said.pop(key) for key in _OF_THE_RUN if key in link.said}
    setup = read_rules(link, setup)
    link.said = asked
    return _read_run(link, setup), link.complaints


def _read_run(link: Reading, setup: Setup) -> Setup:
    """Read what only the rules give limits to."""
    scenarios = [setup.scenario(arm) for arm in setup.arms]
    periods = max(scenario.n_periods for scenario in scenarios)
    people = scenarios[0].n_people * scenarios[0].persons_per_row
    return setup.but(
        at=link.whole("at", 0, 0, periods),
        stop=link.whole("stop", None, 1, periods),
        prediction=link.number("prediction", None, people, {_SKIPPED: SKIPPED}),
        vary=link.names("vary", variable_names(scenarios[0]), 2),
    )
