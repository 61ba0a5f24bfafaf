"""The lessons: the model gives every answer, and it is the one that the texts explain."""

from __future__ import annotations

import re

import numpy as np
import pytest

pytest.importorskip("solara", reason="the page needs the extra 'app'")

from agents.choice import value_of_membership
from classroom.lessons.chapters import (
    NAMES,
    focus_of,
    lesson,
    lessons,
    opened,
    revealed_of,
    screen_of,
)
from classroom.lessons.findings import MEASURES, agrees, reply_to
from classroom.lessons.room import same_runs
from classroom.lessons.runs import lived
from classroom.lessons.telling import asked, contents, replied, told
from classroom.links.link import query_of, setup_of
from classroom.setup import SKIPPED, B, Setup
from classroom.teaching import MARKED, TABLES, pages, renewed
from classroom.words import LANGUAGES, Words
from experiments.rescue.people import gains_of

EXPLAINED = {
    "one_pool": {
        "gain": "old",
        "still": "same",
        "luck": "small",
        "hidden": "same",
        "twice_as_many": "same",
    },
    "leaving": {
        "next": "cheap",
        "average": "higher",
        "marginal": "yes",
        "greed": "as_many",
        "dearer": "fewer",
        "who_next": "cheap",
    },
    "fairness": {
        "revolt": "few",
        "cause": "own_cost",
        "rumour": "one",
        "which_cause": "sentiment",
        "no_news": "few",
    },
    "repair": {"which": "age_bands", "payers": "old", "lock": "half"},
    "always": {
        "favourable": "below",
        "information": "fewer",
        "threshold": "many",
        "slow": "little",
        "sign": "below",
    },
    "real_case": {
        "switch": "news",
        "accounts": "neither",
        "ending": "eroding",
        "verdict": "eroding",
        "quiet_year": "few",
    },
}
"""What the text after each question with choices explains."""

NUMBERS = {
    ("one_pool", "share"): (1200, 1500),
    ("leaving", "predict"): (380, 480),
    ("leaving", "demand"): (40, 55),
    ("fairness", "bargain"): (80, 95),
    ("fairness", "neighbours"): (560, 700),
    ("repair", "sponsor"): (80, 100),
    ("repair", "penalty"): (40, 50),
    ("always", "stable"): (940, 1000),
    ("always", "luck"): (5, 15),
    ("real_case", "cheap"): (0, 15),
    ("real_case", "forecast"): (85, 110),
}
"""Where the text after a question for a number is still true."""

ALL = [
    (name, question, setup)
    for number, name in enumerate(NAMES, 1)
    for question, setup in [
        *((screen.question, screen.setup) for screen in lesson(number).screens),
        *lesson(number).ticket,
    ]
]
ASKED = [one for one in ALL if one[1].measure]
SEEDS = range(1, 21)


def test_every_lesson_has_three_to_six_screens_three_minutes_and_a_ticket_of_three():
    assert len(lessons()) == 6
    for one in lessons():
        assert 3 <= len(one.screens) <= 6
        assert one.minutes <= 3
        assert [question.kind == "text" for question, _ in one.ticket] == [False, False, True]


def test_outcomes_and_misconceptions_are_all_addressed():
    assert {number for one in lessons() for number in one.outcomes} == set(range(1, 9))
    assert len({name for one in lessons() for name in one.misconceptions}) == 12


@pytest.mark.parametrize(("name", "question", "setup"), ALL, ids=lambda x: getattr(x, "name", ""))
def test_every_setup_can_be_run_and_a_link_says_it(name, question, setup):
    assert all(setup.scenario(arm).n_people > 0 for arm in setup.arms)
    again, problems = setup_of(query_of(setup))
    assert not problems
    assert same_runs(again, setup)


@pytest.mark.parametrize(("name", "question", "setup"), ASKED, ids=lambda x: getattr(x, "name", ""))
def test_the_model_answers_as_the_text_explains_in_all_runs_that_are_named(name, question, setup):
    reply = reply_to(question, setup, None)
    if question.kind == "choice":
        assert set(question.options) >= {reply.finding.answer}
        assert reply.finding.answer == EXPLAINED[name][question.name]
        assert reply.others["same"] == reply.others["seeds"]
    elif (name, question.name) in NUMBERS:
        low, high = NUMBERS[name, question.name]
        others = reply.others or {"low": reply.finding.answer, "high": reply.finding.answer}
        assert low <= others["low"] <= others["high"] <= high


def test_every_question_with_choices_and_every_number_of_a_screen_is_explained():
    named = {(name, one) for name, table in EXPLAINED.items() for one in table} | set(NUMBERS)
    for name, question, _ in ASKED:
        on_screen = question.name in {s.question.name for s in lesson(_number(name)).screens}
        assert (name, question.name) in named or (question.kind == "number" and not on_screen)


def _number(name):
    return NAMES.index(name) + 1


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_screen_and_answer_is_told_in_both_languages_without_gaps(language):
    words = Words(language)
    assert len(contents(words)) == 6
    for name, question, setup in ASKED:
        about = lesson(_number(name))
        quick = reply_to(type(question)(**{**vars(question), "seeds": 0}), setup, None)
        for screen in about.screens:
            if screen.question is question:
                texts = [*told(words, about, screen).values()]
                texts += replied(words, about, question, quick).values()
                assert not [text for text in texts if isinstance(text, str) and "{" in text]
        assert asked(words, about, question, setup)["ask"]


def test_no_answer_is_written_down_in_the_files_of_the_lessons(root):
    for file in (root / "classroom" / "lessons").glob("*.toml"):
        assert not re.search(r"^(answer|right|key)\b", file.read_text("utf-8"), re.MULTILINE)


def test_a_screen_opens_by_its_place_and_keeps_the_language():
    setup = opened(Setup(language="zh"), 2, 1)
    assert (setup.room, setup.lesson, setup.screen, setup.language) == ("lessons", 2, 1, "zh")
    assert setup.at == 6
    assert setup.prediction == SKIPPED
    assert focus_of(setup) == screen_of(setup).focus


def test_a_ticket_keeps_the_pool_of_the_last_screen():
    last = opened(Setup(), 4, 3)
    ticket = opened(last, 4, 4)
    assert ticket.rules == last.rules
    assert screen_of(ticket) is None


def test_cost_curves_are_revealed_one_at_a_time():
    places = [opened(Setup(), 2, screen) for screen in (2, 3, 4)]
    assert [revealed_of(place) for place in places] == [1, 2, 3]
    assert revealed_of(Setup()) == 3
    assert focus_of(Setup()) == ()


def test_a_number_is_right_within_its_tolerance_and_a_choice_only_exactly():
    share, predicted = lesson(1).screens[0].question, lesson(2).screens[0].question
    assert agrees(share, 1040.0, 1000.0)
    assert not agrees(share, 1060.0, 1000.0)
    assert agrees(predicted, 500.0, 448.0)
    assert not agrees(predicted, 600.0, 448.0)
    assert not agrees(lesson(2).screens[1].question, "dear", "cheap")


def test_the_members_that_a_penalty_holds_are_those_who_would_not_pay_without_it():
    screen = lesson(4).screens[-1]
    run = lived(screen.setup, B)
    people, asked = run.simulation.people, run.simulation.pools[0].announced
    free = run.simulation.rates._replace(penalty_for_none=0.0)
    worth = [value_of_membership(row, 0, asked, people, free) for row in run.inside().tolist()]
    assert run.unwilling() == pytest.approx(np.mean(np.array(worth) < 0))
    assert run.unwilling() == pytest.approx(0.446, abs=0.005)
    aged = screen.setup.but(a={**screen.setup.a, "ageing": True})
    assert lived(aged, B).unwilling() == pytest.approx(0.42, abs=0.01)


def test_the_curve_of_lesson_3_crosses_its_price_where_the_text_says():
    screen = lesson(3).screens[0]
    run = lived(screen.setup, to=0)
    demand = run.simulation.curves(0, 200)
    wanted = demand.filter(demand["demand"] >= run.contribution)["take_up"].max()
    found = reply_to(screen.question, screen.setup, None).finding
    assert 100 * wanted == pytest.approx(found.answer, abs=2)


def test_nobody_grows_older_where_a_rise_is_said_to_come_of_who_leaves():
    slow = next(s for s in lesson(5).screens if s.question.name == "slow")
    for screen in (*lesson(2).screens, *lesson(4).screens, slow):
        assert not screen.setup.scenario().ageing


def test_numbers_that_stand_in_the_texts_are_those_of_the_runs():
    mixed = lesson(5).screens[0].setup
    kept = [
        np.mean([lived(mixed.but(a={**mixed.a, "fee": fee}, seed=s)).kept for s in SEEDS])
        for fee in (0.4, 0.8, 1.6)
    ]
    assert kept == pytest.approx([0.98, 0.85, 0.53], abs=0.01)
    luck = next(s for s in lesson(5).screens if s.question.name == "luck").setup
    hundred = [lived(luck.but(seed=s)).kept for s in range(1, 101)]
    assert sum(one < 0.9 for one in hundred) == 50
    assert min(hundred) == pytest.approx(0.38, abs=0.005)


def test_a_mandate_takes_from_low_risks_and_gives_to_high_ones_as_the_text_says():
    setup = lesson(4).screens[-1].setup
    fined = [("fined", setup.scenario(B))]
    rows = [row for s in SEEDS[:5] for row in gains_of(setup.scenario(), fined, s)]
    risk = [[row for row in rows if (row["kind"], row["group"]) == ("risk", q)] for q in "1234"]
    low, high = risk[0], risk[2] + risk[3]
    assert _share(low, "worse") == pytest.approx(0.96, abs=0.02)
    assert _share(high, "better") == pytest.approx(0.96, abs=0.02)
    assert sum(row["gain"] for row in rows if row["kind"] == "everybody") > 0


def _share(rows, name):
    return sum(row[name] for row in rows) / sum(row["people"] for row in rows)


def test_passing_is_neither_right_nor_wrong():
    question, setup = lesson(2).ticket[0]
    assert reply_to(question, setup, None).right is None
    assert reply_to(question, setup, "fewer").right is True


def test_a_pool_that_differs_in_one_rule_or_in_luck_is_not_the_same():
    setup = lesson(2).screens[0].setup
    assert same_runs(setup, setup.but(a={**setup.a, "fee": 0.08}))
    assert not same_runs(setup, setup.but(a={**setup.a, "fee": 0.09}))
    assert not same_runs(setup, setup.but(seed=2))
    assert not same_runs(setup, setup.but(b={}))


@pytest.mark.parametrize("page", pages(), ids=lambda page: page.stem)
def test_every_expected_figure_of_the_guide_is_what_the_model_gives(page):
    text = page.read_text("utf-8")
    assert renewed(text) == text, "run `python -m classroom.teaching`"


def test_the_guide_has_a_page_a_lesson_with_expected_figures_and_a_key():
    shown = [tuple(m.groups()[1:3]) for page in pages() for m in MARKED.finditer(_text(page))]
    for name in NAMES:
        assert ("lesson", name) in shown
        assert ("ticket", name) in shown
    assert {kind for kind, _ in shown} == set(TABLES)
    opened_tables = [line for page in pages() for line in _text(page).splitlines()]
    assert sum(line.startswith("<!-- expected:") for line in opened_tables) == len(shown)


def _text(page):
    return page.read_text("utf-8")


def test_a_stale_figure_of_the_guide_is_seen():
    stale = "<!-- expected: deck 20 -->\n| old |\n<!-- end -->"
    assert "| 20 |" in renewed(stale)


def test_every_measure_is_used_by_a_lesson():
    assert {question.measure for _, question, _ in ASKED} == set(MEASURES)
