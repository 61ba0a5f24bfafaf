"""The sweep room: one or two controls varied, many runs, a picture."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
import solara

from classroom.controls.kinds import kind_of
from classroom.controls.parameter_words import label_of, shown
from classroom.figure_part import Figure
from classroom.many_runs.desk import Desk, Ends
from classroom.many_runs.errand import DONE, FAILED, RUNNING, News, Permit
from classroom.many_runs.figures import picture_of
from classroom.many_runs.span import Span, span_of, variable_names
from classroom.many_runs.sweep import OUTCOMES, SHARES, WELFARE, Harvest, Sweep, python_of
from classroom.many_runs.told import controls_to_vary, outcomes_of, span_words, suggestions_of
from classroom.session import Session
from classroom.setup import SANDBOX, SKIPPED, A, Setup
from classroom.words import Words
from classroom.worth import worth_is_known

SECONDS_BETWEEN_PICTURES = 0.3
USUAL = ("members_kept", "members_kept", "collapsed")
"""Outcome that is drawn at first, by number of controls."""


@solara.component_vue("../parts/sweep.vue")
def SweepPart(
    words: dict[str, Any],
    controls: list[dict[str, Any]],
    suggestions: list[dict[str, Any]],
    vary: list[str],
    spans: list[dict[str, Any]],
    outcomes: list[dict[str, Any]],
    outcome: str,
    running: bool,
    done: float,
    told: str,
    problem: str,
    event_vary: Callable[[list[str]], None],
    event_span: Callable[[dict[str, str]], None],
    event_outcome: Callable[[str], None],
    event_again: Callable[[Any], None],
    event_cancel: Callable[[Any], None],
) -> None:
    """Choose what is varied, and see how far the runs are."""


@solara.component_vue("../parts/sweep_load.vue")
def LoadPart(
    words: dict[str, Any],
    axes: list[dict[str, Any]],
    code: str,
    event_load: Callable[[list[int]], None],
) -> None:
    """Load a point into the sandbox without a pointer; the same in Python."""


@dataclass(frozen=True, eq=False)
class Standing:
    """How far a sweep is."""

    harvest: Harvest
    results: list[Any]
    done: int


@solara.component
def SweepRoom(session: Session) -> None:
    """Show what is varied and what came of it."""
    setup, words = session.setup.value, session.words
    desk = solara.use_memo(Desk, dependencies=[])
    sweep, unknown = _sweep_of(setup, desk.ends_of(setup), words)

    def run() -> Callable[[], None] | None:
        return None if sweep is None else desk.errand.begin(lambda permit: _work(sweep, permit))

    turn = desk.turn.value
    key = None if sweep is None else (setup.rules, repr(sweep.spans), sweep.arms, turn)
    solara.use_effect(run, dependencies=[key])
    news = desk.errand.news.value if sweep is not None else None
    standing = news.state if news is not None else None
    current = standing if standing is not None and _same(standing.harvest.sweep, sweep) else None
    outcome = drawn_of(desk.outcome.value, setup)
    with solara.Column():  # always, or what is asked is made anew once there is a picture
        _Asked(session, desk, sweep, news, current, outcome, unknown)
        if current is not None:
            _Drawn(session, current, outcome)


@solara.component
def _Asked(
    session: Session,
    desk: Desk,
    sweep: Sweep | None,
    news: News | None,
    standing: Standing | None,
    outcome: str,
    unknown: str,
) -> None:
    """Show what is varied, and how far the runs are."""
    setup, words = session.setup.value, session.words

    def vary(names: list[str]) -> None:
        session.change(vary=tuple(dict.fromkeys(filter(None, names))))

    SweepPart(
        words=words.room("sweep"),
        controls=controls_to_vary(setup, words),
        suggestions=suggestions_of(setup, words),
        vary=list(setup.vary),
        spans=[] if sweep is None else [span_words(span, words) for span in sweep.spans],
        outcomes=outcomes_of(setup, words),
        outcome=outcome,
        running=news is not None and news.status == RUNNING,
        done=0.0 if standing is None else standing.done / max(len(standing.results), 1),
        told=_told(news, standing, outcome, words),
        problem=desk.problem_of(setup) or unknown,
        event_vary=vary,
        event_span=lambda asked: desk.set_span(asked, setup),
        event_outcome=desk.outcome.set,
        event_again=lambda _: desk.turn.set(desk.turn.value + 1),
        event_cancel=lambda _: desk.errand.cancel(),
    )


@solara.component
def _Drawn(session: Session, standing: Standing, outcome: str) -> None:
    """Show the picture of a sweep, and how to take a point of it along."""
    words, sweep = session.words, standing.harvest.sweep
    picture = picture_of(standing.harvest, standing.results, outcome, words)
    tall = " ds-sweep-map" if len(sweep.spans) > 1 else ""
    with solara.v.Html(tag="div", class_=f"ds-sweep-picture{tall}"):
        Figure(
            picture.saved_as(sweep.setup.preset, f"seed{sweep.setup.seed}"),
            words,
            click=lambda where: load(session, sweep, nearest(sweep, where)),
        )
    LoadPart(
        words=words.room("sweep"),
        axes=[
            {
                "label": label_of(span.name, words),
                "values": [shown(span.name, value, words) for value in axis],
                "now": int(np.argmin(np.abs(np.array(axis) - now))),
            }
            for span, axis, now in zip(sweep.spans, sweep.axes, sweep.now, strict=True)
        ],
        code=python_of(sweep),
        event_load=lambda places: load(session, sweep, places),
    )


def drawn_of(chosen: str, setup: Setup) -> str:
    """Return the outcome to draw: the chosen one if there is one and it can be told."""
    told = chosen and (chosen != WELFARE or worth_is_known(setup.scenario()))
    return chosen if told else USUAL[len(setup.vary)]


def nearest(sweep: Sweep, where: dict[str, float]) -> list[int]:
    """Return which value of each control is nearest to a place on the picture."""
    asked = [where["x"], where["y"]][: len(sweep.spans)]
    return [
        int(np.argmin(np.abs(np.array(axis) * 10.0 ** kind_of(span.name).power - value)))
        for span, axis, value in zip(sweep.spans, sweep.axes, asked, strict=True)
    ]


def load(session: Session, sweep: Sweep, places: list[int]) -> None:
    """Open the sandbox with A at a point of a sweep; who has seen the sweep predicts no more."""
    names = [span.name for span in sweep.spans]
    values = [axis[place] for axis, place in zip(sweep.axes, places, strict=True)]
    changes = {**sweep.setup.a, **dict(zip(names, values, strict=True))}
    session.change(a=changes, room=SANDBOX, prediction=SKIPPED)


def _work(sweep: Sweep, permit: Permit) -> Iterator[Standing]:
    harvest = Harvest(sweep)
    job = permit.begin(harvest.calls)
    over = False
    while not over:
        over = job.rest(SECONDS_BETWEEN_PICTURES)
        yield Standing(harvest, list(job.results), job.done)
    if job.error is not None:
        raise job.error


def _sweep_of(setup: Setup, ends: Ends, words: Words) -> tuple[Sweep | None, str]:
    """Return the sweep that is asked for, or why there is none."""
    scenario = setup.scenario()
    known = variable_names(scenario)
    for name in setup.vary:
        if name not in known:
            return None, words("sweep.unknown", label=label_of(name, words))
    if not setup.vary:
        return None, ""
    spans = tuple(
        Span(name, *ends[name]) if name in ends else span_of(scenario, name) for name in setup.vary
    )
    return Sweep(setup, spans, setup.arms if len(spans) == 1 else (A,)), ""


def _same(one: Sweep, other: Sweep | None) -> bool:
    return other is not None and (one.setup.rules, one.spans) == (other.setup.rules, other.spans)


def _told(news: News | None, standing: Standing | None, outcome: str, words: Words) -> str:
    """Say how far the runs are, and whether the picture says anything."""
    if news is None:
        return ""
    if news.status == FAILED:
        return words("sweep.failed", why=news.why)
    if standing is None:
        return words("sweep.preparing")
    done, every = f"{standing.done:,}", f"{len(standing.results):,}"
    key = {RUNNING: "progress", DONE: "finished"}.get(news.status, "cancelled")
    told = words(f"sweep.{key}", done=done, all=every)
    if news.status != DONE or outcome not in SHARES:
        return told
    values = standing.harvest.values(outcome, standing.results)
    if np.nanmin(values) < np.nanmax(values):
        return told
    others = [o for o in OUTCOMES if o != outcome][:2]
    labels = ", ".join(words(f"sweep.outcome.{o}.label") for o in others)
    return f"{told} {words('sweep.unanimous', suggestions=labels)}"
