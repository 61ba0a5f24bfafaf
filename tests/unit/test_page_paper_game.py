"""The paper game: a class that plays as the model is told the shares of the model."""

from __future__ import annotations

import pytest

pytest.importorskip("solara", reason="the page needs the extra 'app'")

from classroom.paper_game.cards import cards_page, shares_by_hands
from classroom.paper_game.deck import Count, deck, numbers_in, played_by_class, played_by_model
from classroom.paper_game.room import read_sheet


def test_the_cards_of_the_guide_are_those_that_the_command_prints(root):
    assert (root / "docs/teaching/cards.html").read_text("utf-8") == cards_page(40)


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
