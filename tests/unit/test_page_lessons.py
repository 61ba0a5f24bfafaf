"""The lessons: the model gives every answer, and it is the one that the texts explain."""

from __future__ import annotations

import re

import pytest

pytest.importorskip("solara", reason="the page needs the extra 'app'")

from classroom.lessons.chapters import NAMES, lesson, lessons, opened, screen_of
from classroom.lessons.findings import MEASURES, agrees, reply_to
from classroom.lessons.room import focus_of, revealed_of, same_runs
from classroom.lessons.telling import asked, contents, replied, told
from classroom.links.link import query_of, setup_of
from classroom.paper_game.cards import cards_page, shares_by_hands
from classroom.paper_game.deck import Count, deck, numbers_in, played_by_class, played_by_model
from classroom.paper_game.room import read_sheet
from classroom.setup import SKIPPED, Setup
from classroom.teaching import MARKED, TABLES, pages, renewed
from classroom.words import LANGUAGES, Words

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
    ("leaving", "predict"): (400, 520),
    ("leaving", "demand"): (40, 55),
    ("fairness", "bargain"): (80, 95),
    ("fairness", "neighbours"): (560, 700),
    ("repair", "sponsor"): (110, 140),
    ("repair", "penalty"): (35, 50),
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


def test_the_cards_of_the_guide_are_those_that_the_command_prints(root):
    assert (root / "docs/teaching/cards.html").read_text("utf-8") == cards_page(40)


def test_every_measure_is_used_by_a_lesson():
    assert {question.measure for _, question, _ in ASKED} == set(MEASURES)


@pytest.mark.parametrize("students", [20, 40, 57, 200])
def test_a_class_that_plays_as_the_model_is_told_the_shares_of_the_model(students):
    cards = deck(students)
    model = played_by_model(cards)
    counted = played_by_class(cards, [Count(stayed) for stayed in model.members[1:]])
    assert counted.members == model.members
    assert counted.shares == pytest.approx(model.shares)
    assert model.shares[0] == pytest.approx(sum(card.cost for card in cards) / students)
    assert model.members[1] < students


def test_cards_that_are_told_to_leave_are_taken_out_of_the_next_share():
    cards = deck(20)
    dear = max(cards, key=lambda card: card.cost)
    counted = played_by_class(cards, [Count(left=(dear.number,))])
    rest = [card.cost for card in cards if card is not dear]
    assert counted.members == [20, 19]
    assert counted.shares[-1] == pytest.approx(sum(rest) / 19)


def test_a_class_may_lose_everybody():
    counted = played_by_class(deck(20), [Count(0), Count(0)])
    assert counted.members == [20, 0, 0]
    assert counted.shares[1:] == [0.0, 0.0]


def test_numbers_of_cards_are_read_from_a_line():
    assert numbers_in("3, 17 and 20-22") == (3, 17, 20, 21, 22)
    assert numbers_in("nobody") == ()


@pytest.mark.parametrize(
    "given",
    [{}, {"students": "many", "seed": None, "rounds": "x"}, {"students": 1e9, "rounds": [{}, 3]}],
)
def test_whatever_a_browser_sends_becomes_a_sheet_that_can_be_drawn(given):
    sheet = read_sheet(given)
    assert 20 <= sheet["students"] <= 200
    assert all(isinstance(entry["left"], str) for entry in sheet["rounds"])


def test_cards_are_printed_in_both_languages_and_say_their_seed():
    page = cards_page(30, 7)
    assert page.count('class="card"') == 30
    assert "deck (seed) 7" in page
    assert "分摊金" in page
    assert 'src="' not in page
    assert len({card.number for card in deck(30, 7)}) == 30
    assert deck(30, 7) != deck(30, 8)


def test_the_table_for_a_room_without_a_computer_begins_with_everybody():
    cards = deck(40)
    shares = shares_by_hands(cards)
    assert shares[0] == (40, round(sum(card.cost for card in cards) / 40))
    assert [hands for hands, _ in shares] == list(range(40, 0, -1))
