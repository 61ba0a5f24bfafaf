"""Answers to a lesson's questions: what can be one, what is said to it, where it is kept."""

from __future__ import annotations

import math

import pytest

pytest.importorskip("solara", reason="the page needs the extra 'app'")

import solara

from classroom.lessons.chapters import lesson, lessons, opened
from classroom.lessons.findings import reply_to
from classroom.lessons.numbers import possible
from classroom.lessons.room import LessonRoom, answered
from classroom.lessons.telling import asked, replied
from classroom.session import Session
from classroom.setup import Setup
from classroom.words import Words

DEMAND = 2
"""The screen of lesson 2 that asks how many of a hundred want the pool."""


@pytest.fixture
def session():
    visitor = Session(Setup(), [])
    visitor.begin(opened(Setup(), 2, 0))
    return visitor


def question_of(measure):
    return next(
        question
        for one in lessons()
        for question in [screen.question for screen in one.screens]
        if question.measure == measure
    )


@pytest.mark.parametrize(
    ("measure", "highest"),
    [("still_want", 100), ("leavers_part", 100), ("runs_that_shrink", 20), ("members_left", None)],
)
def test_a_number_has_the_bounds_that_its_sentence_says(measure, highest):
    question = question_of(measure)
    assert possible(question, 0)
    assert possible(question, highest or 5_000)
    for said in (-1, math.nan, math.inf, "7", True, None, *([highest + 1] if highest else [])):
        assert not possible(question, said)


@pytest.mark.parametrize("language", ["en", "zh"])
def test_the_bounds_of_a_number_are_said(language):
    about, words = lesson(2), Words(language)
    screen = about.screens[DEMAND]
    told = asked(words, about, screen.question, screen.setup)
    assert told["highest"] == 100
    assert "100" in told["bounds"]
    first = asked(words, about, about.screens[0].question, about.screens[0].setup)
    assert first["highest"] is None
    assert "0" in first["bounds"] or "negative" in first["bounds"]


def test_every_choice_that_is_offered_is_an_answer_and_no_other():
    question = question_of("next_to_leave")
    assert all(possible(question, option) for option in question.options)
    assert not possible(question, "greedy")


def test_a_number_that_is_off_is_told_how_far_it_may_be():
    about, words = lesson(2), Words("en")
    screen = about.screens[0]
    found = reply_to(screen.question, screen.setup, None).finding.answer
    marks = [
        replied(words, about, screen.question, reply_to(screen.question, screen.setup, said))
        for said in (found, found + 50, found + 80)
    ]
    assert [told["mark"] for told in marks] == [
        "That is what the model finds.",
        "That is near enough to what the model finds.",
        "The model finds something else.",
    ]
    assert "up to 75 above or below" in marks[1]["nearness"]
    share = lesson(1).screens[0]
    reply = reply_to(share.question, share.setup, 1300)
    assert "up to 5 % above" in replied(words, lesson(1), share.question, reply)["nearness"]


def test_the_run_goes_on_only_for_who_still_looks_at_the_screen(session):
    reply = answered(session, (2, 0), 400)
    assert reply.finding == reply_to(*_asks(0), None).finding
    assert session.frame.value.period == 48
    assert session.setup.value.prediction == 400
    session.begin(opened(session.setup.value, 2, 1))
    assert answered(session, (2, 0), 400).finding == reply.finding
    assert session.frame.value.period == 6


def test_who_has_gone_on_to_the_ticket_is_answered_too(session):
    last = len(lesson(2).screens)
    session.begin(opened(session.setup.value, 2, last))
    assert answered(session, (2, last - 1), "as_many").right is not None


def _asks(place):
    screen = lesson(2).screens[place]
    return screen.question, screen.setup


def test_a_ticket_opened_by_its_place_has_the_pool_of_the_last_screen():
    last = len(lesson(2).screens)
    visitor = Session(Setup(room="lessons", lesson=2, screen=last), [])
    visitor.begin(visitor.setup.value)
    _, context = solara.render(LessonRoom(visitor), handle_error=False)
    assert visitor.setup.value.rules == lesson(2).screens[-1].setup.rules
    assert visitor.setup.value.screen == last
    context.close()
