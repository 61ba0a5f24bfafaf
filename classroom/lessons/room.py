"""The lessons: chapters that ask first, let the model answer, and end in the sandbox."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import solara
import solara.lab

from classroom.lessons.chapters import (
    TO_THE_END,
    Lesson,
    Screen,
    lesson,
    lessons,
    opened,
    screen_of,
)
from classroom.lessons.findings import Reply, reply_to
from classroom.lessons.numbers import possible
from classroom.lessons.telling import asked, contents, replied, told
from classroom.session import Session
from classroom.setup import SANDBOX, Setup

Answers = dict[str, Any]
Place = tuple[int, int]
"""Lesson and screen."""


@solara.component_vue("../parts/lesson.vue")
def LessonPart(
    words: dict[str, Any],
    contents: list[dict[str, Any]],
    place: dict[str, Any] | None,
    screen: dict[str, Any] | None,
    reply: dict[str, Any] | None,
    working: bool,
    strayed: bool,
    event_go: Callable[[dict[str, int]], None],
    event_answer: Callable[[Any], None],
    event_sandbox: Callable[[Any], None],
) -> None:
    """Show the list of lessons, or a screen with its question and the model's answer."""


@solara.component_vue("../parts/ticket.vue")
def TicketPart(
    words: dict[str, Any],
    lesson: dict[str, Any],
    questions: list[dict[str, Any]],
    checks: dict[str, Any],
    working: bool,
    event_check: Callable[[Answers], None],
) -> None:
    """Show the exit ticket; answers stay in the browser."""


@solara.component
def LessonRoom(session: Session) -> None:
    """Show the list of lessons, or the open one."""
    setup = session.setup.value
    place, screen = (setup.lesson, setup.screen), screen_of(setup)
    replies, asking = use_replies(session)

    def ask(said: Any) -> None:
        if screen is not None and (said is None or possible(screen.question, said)):
            asking.value = (place, said)

    solara.use_effect(lambda: _set_the_pool(session), [place])
    with solara.Column():  # always, or the lesson is made anew beside its ticket
        LessonPart(
            words=session.words.room("lessons"),
            contents=contents(session.words),
            place=_place(session),
            **_texts(session, replies.value.get(place)),
            working=asking.value is not None,
            strayed=screen is not None and not same_runs(setup, screen.setup),
            event_go=lambda to: _go(session, to["lesson"], to["screen"]),
            event_answer=ask,
            event_sandbox=lambda _: _leave(session),
        )
        if setup.lesson and screen is None:
            Ticket(session, lesson(setup.lesson)).key(f"ticket-{setup.lesson}")


def use_replies(
    session: Session,
) -> tuple[solara.Reactive[dict[Place, Reply]], solara.Reactive[tuple[Place, Any] | None]]:
    """Return the model's replies, and what it is asked: set that, and the reply comes by itself."""
    none: dict[Place, Reply] = {}
    replies = solara.use_reactive(none)
    asking: solara.Reactive[tuple[Place, Any] | None] = solara.use_reactive(None)

    def find() -> None:
        question = asking.value
        if question is None:
            return
        where, said = question
        try:
            replies.value = {**replies.value, where: answered(session, where, said)}
        finally:
            if asking.value == question:
                asking.value = None

    solara.lab.use_task(find, dependencies=[asking.value])
    return replies, asking


def _go(session: Session, number: int, screen: int) -> None:
    session.begin(opened(session.setup.value, number, screen))


def _leave(session: Session) -> None:
    session.change(room=SANDBOX, lesson=0, screen=0)


def _set_the_pool(session: Session) -> None:
    """Begin the pool of a screen whose place is all that the link said; a ticket has the last's."""
    setup = session.setup.value
    said = setup.rules != Setup(seed=setup.seed).rules
    if said or not 1 <= setup.lesson <= len(lessons()):
        return
    last = len(lesson(setup.lesson).screens) - 1
    pool = opened(setup, setup.lesson, min(setup.screen, last))
    session.begin(pool.but(screen=setup.screen))


def _texts(session: Session, reply: Reply | None) -> dict[str, dict[str, Any] | None]:
    """Return what the open screen says, and what is said to the answer; None where nothing is."""
    setup, words = session.setup.value, session.words
    screen = screen_of(setup)
    if screen is None:
        return {"screen": None, "reply": None}
    about = lesson(setup.lesson)
    return {
        "screen": told(words, about, screen),
        "reply": None if reply is None else replied(words, about, screen.question, reply),
    }


@solara.component
def Ticket(session: Session, about: Lesson) -> None:
    """Show a lesson's exit ticket and, if asked, what the model says to it."""
    words = session.words
    none: Answers = {}
    given = solara.use_reactive(none)
    task = solara.lab.use_task(
        lambda: _checked(about, given.value), dependencies=[repr(given.value)]
    )
    found = (task.value or {}) if given.value else {}
    TicketPart(
        words=words.room("lessons.ticket"),
        lesson={"number": about.number, "title": words(f"lessons.{about.name}.title")},
        questions=[asked(words, about, *one) for one in about.ticket],
        checks={
            one.name: replied(words, about, one, found[one.name], why=False)
            for one, _ in about.ticket
            if one.name in found
        },
        working=task.pending,
        event_check=lambda answers: given.set(answers),
    )


def _checked(about: Lesson, given: Answers) -> dict[str, Reply]:
    """Return the model's replies to the questions of a ticket that were answered."""
    return {
        question.name: reply_to(question, setup, given[question.name])
        for question, setup in about.ticket
        if question.measure and possible(question, given.get(question.name))
    }


def answered(session: Session, where: Place, said: Any) -> Reply:
    """Ask the model what a screen asks; if it is still open, let the run go on to show it."""
    number, place = where
    screen = lesson(number).screens[place]
    reply = reply_to(screen.question, screen.setup, said)
    if screen_of(session.setup.value) is not screen:
        return reply
    if screen.predicts and said is not None:
        session.change(prediction=float(said))
    _show(session, screen)
    return reply


def _show(session: Session, screen: Screen) -> None:
    frame = session.frame.value
    if screen.then == TO_THE_END:
        session.finish()
    elif frame is not None and screen.then > frame.period:
        session.advance(screen.then - frame.period)


def same_runs(one: Setup, other: Setup) -> bool:
    """Return whether two setups have the same runs, however their changes are written."""
    if (one.preset, one.seed, one.arms) != (other.preset, other.seed, other.arms):
        return False
    return all(one.scenario(arm) == other.scenario(arm) for arm in one.arms)


def _place(session: Session) -> dict[str, Any] | None:
    """Return where a visitor is among the lessons; None in the list of them."""
    setup, words = session.setup.value, session.words
    if not 1 <= setup.lesson <= len(lessons()):
        return None
    count = len(lesson(setup.lesson).screens)
    at_ticket = setup.screen >= count
    text = words(
        f"lessons.{'ticket_place' if at_ticket else 'place'}",
        **{"number": setup.lesson}
        | ({} if at_ticket else {"screen": setup.screen + 1, "screens": count}),
    )
    return {
        "lesson": setup.lesson,
        "screen": min(setup.screen, count),
        "screens": count,
        "last": len(lessons()),
        "title": words(f"lessons.{lesson(setup.lesson).name}.title"),
        "text": text,
    }
