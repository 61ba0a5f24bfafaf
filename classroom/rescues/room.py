"""The rescue room: which smallest change keeps the pool alive, and who gains by it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import solara

from classroom.controls.parameter_words import label_of
from classroom.figure_part import Figure
from classroom.many_runs.errand import CANCELLED, DONE, FAILED, RUNNING, News
from classroom.rescues.figures import winners_of
from classroom.rescues.search import (
    QUICK,
    THOROUGH,
    Question,
    Search,
    Trialled,
    changes_of,
    command_of,
    search,
)
from classroom.rescues.told import (
    everybody_of,
    sentence_of,
    share_of,
    strength_of,
    welfare_of,
    why,
    without_lever,
)
from classroom.session import Session
from classroom.setup import SANDBOX, SKIPPED, Setup
from classroom.words import Words
from experiments.rescue.levers import levers

KEEPS, TARGETS = (0.05, 0.25, 0.5, 0.75, 0.9), (0.05, 0.1, 0.2)


@solara.component_vue("../parts/rescue.vue")
def RescuePart(
    words: dict[str, Any],
    problem: str,
    chosen: dict[str, Any],
    choices: dict[str, list[dict[str, Any]]],
    which: str,
    running: bool,
    done: float,
    told: str,
    stale: str,
    without: str,
    found: bool,
    latest: str,
    event_start: Callable[[Any], None],
    event_cancel: Callable[[Any], None],
    event_choose: Callable[[dict[str, Any]], None],
) -> None:
    """Ask, and see how far the search is."""


@solara.component_vue("../parts/rescue_table.vue")
def FoundPart(
    words: dict[str, Any],
    rows: list[dict[str, Any]],
    shown: str,
    event_show: Callable[[str], None],
    event_try: Callable[[str], None],
) -> None:
    """Show what became of each lever."""


@solara.component
def RescueRoom(session: Session) -> None:
    """Show the search and what it found."""
    setup, errand = session.setup.value, session.rescue
    asked, set_asked = solara.use_state(_usual())
    news: News | None = errand.news.value
    state: Search | None = news.state if news is not None else None
    stale = state is not None and pool_of(state.question.setup) != pool_of(setup)

    def end_if_stale() -> None:
        if stale:
            errand.cancel()

    solara.use_effect(end_if_stale, dependencies=[stale])
    _Asked(session, news, asked, set_asked, stale)
    if news is not None and state is not None and state.tested:
        _Found(session, news, state)
    basis = _basis(_question(setup, asked), session.words)
    solara.v.Html(tag="p", class_="ds-note", children=[basis]).key("basis")


@solara.component
def _Asked(
    session: Session,
    news: News | None,
    asked: dict[str, Any],
    set_asked: Callable[[dict[str, Any]], None],
    stale: bool,
) -> None:
    """Show what is asked, and how far the search is."""
    setup, words, errand = session.setup.value, session.words, session.rescue
    state: Search | None = news.state if news is not None else None
    tested = () if state is None else state.tested

    def start(_: Any) -> None:
        question = _question(setup, asked)
        if question.levers:
            errand.begin(lambda permit: search(question, permit))

    RescuePart(
        words=words.room("rescue"),
        problem=_planned_end(setup, words),
        chosen=asked,
        choices=_choices(words, asked),
        which=words("rescue.which", n=len(asked["levers"]), all=len(levers())),
        running=news is not None and news.status == RUNNING,
        done=0.0 if state is None else len(tested) / len(state.question.levers),
        told=_told(news, words),
        stale=words("rescue.changed") if stale else "",
        without="" if state is None else without_lever(state, words),
        found=bool(tested),
        latest=sentence_of(state, tested[-1], words) if state is not None and tested else "",
        event_start=start,
        event_cancel=lambda _: errand.cancel(),
        event_choose=lambda changed: set_asked({**asked, **changed}),
    )


@solara.component
def _Found(session: Session, news: News, state: Search) -> None:
    """Show one lever at length, and all of them in a table."""
    words = session.words
    shown, set_shown = solara.use_state("")
    works = [one for one in state.tested if one.is_rescue]
    usual = in_order(state, news)[0] if news.status != RUNNING else (works or state.tested)[0]
    seen = next((one for one in state.tested if one.lever.name == shown), usual)
    sentence = sentence_of(state, seen, words)
    solara.v.Html(tag="p", class_="ds-sentence ds-rescue-sentence", children=[sentence])
    if seen.is_rescue:
        picture = winners_of(state, seen, words)
        Figure(picture, words).key("winners")
    FoundPart(
        words=words.room("rescue"),
        rows=[_row(state, one, words) for one in in_order(state, news)],
        shown=seen.lever.name,
        event_show=set_shown,
        event_try=lambda name: try_out(session, name),
    ).key("levers")


def pool_of(setup: Setup) -> tuple[object, ...]:
    """Return what a search depends on: B has no part in it."""
    return setup.but(b=None).rules


def try_out(session: Session, name: str) -> None:
    """Open the sandbox with A as it was searched, and B with a lever as strong as was found."""
    news = session.rescue.news.value
    if news is None or news.state is None:
        return
    state: Search = news.state
    found = next(one for one in state.tested if one.lever.name == name)
    changes = changes_of(state, found)
    if changes is None:
        return
    searched = state.question.setup
    session.change(
        preset=searched.preset,
        seed=searched.seed,
        a=searched.a,
        b=changes,
        room=SANDBOX,
        prediction=SKIPPED,
    )
    session.finish()


def in_order(state: Search, news: News | None) -> Sequence[Trialled]:
    """Return levers as they come, and at the end the cheapest rescue for the sponsor first."""
    if news is None or news.status == RUNNING:
        return state.tested
    return sorted(state.tested, key=_place)


def _place(tested: Trialled) -> tuple[Any, ...]:
    if tested.is_rescue:
        return 0, round(tested.row["cost"] or 0.0), -tested.row["welfare_change"]
    return (1, tested.row["p_collapse"], 0) if tested.row else (2, 0, 0)


def _usual() -> dict[str, Any]:
    return {"keep": 0.5, "target": 0.1, "thorough": False, "levers": list(levers())}


def _question(setup: Setup, asked: dict[str, Any]) -> Question:
    chosen = tuple(lever for name, lever in levers().items() if name in asked["levers"])
    return Question(setup, chosen, asked["keep"], asked["target"], bool(asked["thorough"]))


def _planned_end(setup: Setup, words: Words) -> str:
    """Say so if the platform ends the plan: no lever changes that."""
    scenario = setup.scenario()
    plan = scenario.plans[0]
    if plan.closes is None or plan.closes > scenario.n_periods:
        return ""
    return words(
        "rescue.planned_end", plan=plan.name, period=plan.closes, label=label_of("closes", words)
    )


def _choices(words: Words, asked: dict[str, Any]) -> dict[str, list[dict[str, Any]]]:
    efforts = {"quick": (False, QUICK), "thorough": (True, THOROUGH)}
    return {
        "keep": [
            {"value": k, "label": words("rescue.keep_choice", n=f"{100 * k:.0f}")} for k in KEEPS
        ],
        "target": [
            {"value": t, "label": words("rescue.target_choice", n=f"{100 * t:.0f}")}
            for t in TARGETS
        ],
        "thorough": [
            {"value": value, "label": words(f"rescue.{key}", n=effort.confirm)}
            for key, (value, effort) in efforts.items()
        ],
        "levers": [
            {"value": name, "label": words.of(lever, "title"), "chosen": name in asked["levers"]}
            for name, lever in levers().items()
        ],
    }


def _basis(question: Question, words: Words) -> str:
    effort = question.effort
    people, command = f"{question.base.n_people:,}", command_of(question)
    told = words(
        "rescue.basis",
        people=people,
        search=effort.search,
        confirm=effort.confirm,
        seed=question.setup.seed,
    )
    return words("rescue.between").join([told, words("rescue.command", command=command)])


def _told(news: News | None, words: Words) -> str:
    if news is None:
        return ""
    if news.status == FAILED:
        return words("rescue.failed", why=news.why)
    state: Search | None = news.state
    if state is None:
        return words("rescue.preparing") if news.status == RUNNING else ""
    done, every = len(state.tested), len(state.question.levers)
    told = {"done": done, "all": every, "runs": f"{state.runs:,}"}
    if news.status == CANCELLED:
        return words("rescue.cancelled", **told)
    if news.status == DONE:
        works = sum(one.is_rescue for one in state.tested)
        return words("rescue.finished", **told, works=works) if state.collapses else ""
    lever = words.of(state.question.levers[min(done, every - 1)], "title")
    working = words("rescue.working", lever=lever)
    return words("rescue.between").join([words("rescue.progress", **told), working])


def _row(state: Search, tested: Trialled, words: Words) -> dict[str, Any]:
    """Return what the page shows of one lever."""
    row, lever = tested.row, tested.lever
    shown = {"name": lever.name, "lever": words.of(lever, "title"), "works": tested.is_rescue}
    shown |= {"hindered": tested.hindrance is not None}
    if tested.hindrance is not None:
        return shown | {"why": why(lever, tested.hindrance, state.world, words)}
    shown |= {"dose": strength_of(state, tested, words), "after": share_of(row, words)}
    shown |= {"p": row["p_collapse"], "low": row["p_collapse_low"], "high": row["p_collapse_high"]}
    shown |= {"kept": f"{100 * row['members_kept']:.0f}", "cost": f"{row['cost'] or 0:,.0f}"}
    shown |= {"welfare": welfare_of(state, tested, words), "people": ""}
    if tested.is_rescue:
        all_of_them = everybody_of(tested)
        better, worse = (100 * all_of_them[name] for name in ("better_off", "worse_off"))
        shown["people"] = f"{better:.0f} / {worse:.0f}"
    return shown | {"loadable": changes_of(state, tested) is not None}
