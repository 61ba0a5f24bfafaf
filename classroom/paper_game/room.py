"""The class sheet: hands counted in class, drawn over the simulated curve."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from typing import Any

import solara

from classroom.figure_part import Figure
from classroom.paper_game.cards import cards_page
from classroom.paper_game.deck import (
    FEWEST,
    MOST,
    MOST_SEED,
    ROUNDS,
    Count,
    Played,
    deck,
    numbers_in,
    played_by_class,
    played_by_model,
)
from classroom.paper_game.figures import class_curve
from classroom.session import Session
from classroom.sharing.saver import File, Saver

EMPTY: dict[str, Any] = {"students": 40, "seed": 1, "rounds": []}


@solara.component_vue("../parts/hands.vue")
def HandsPart(
    words: dict[str, Any],
    sheet: dict[str, Any],
    limits: dict[str, int],
    rows: list[dict[str, Any]],
    next_share: str,
    revealed: bool,
    event_reveal: Callable[[bool], None],
    event_enter: Callable[[dict[str, Any]], None],
    event_cards: Callable[[Any], None],
) -> None:
    """Show the sheet: cards, rounds, hands; entries stay in the browser."""


@solara.component
def ClassRoom(session: Session) -> None:
    """Show the sheet and its figure."""
    words = session.words
    sheet = solara.use_reactive(EMPTY)
    numbers = solara.use_memo(lambda: itertools.count(1), [])
    file: solara.Reactive[File | None] = solara.use_reactive(None)
    revealed = solara.use_reactive(False)
    students, seed = sheet.value["students"], sheet.value["seed"]

    def print_cards(_: Any) -> None:
        name = f"deathspiral-cards-{students}.html"
        file.value = File(next(numbers), name, "text/html", cards_page(students, seed))

    cards = deck(students, seed)
    model = played_by_model(cards)
    counted = played_by_class(cards, [_count(entry) for entry in sheet.value["rounds"]])
    HandsPart(
        words=words.room("class.sheet"),
        sheet=sheet.value,
        limits={"fewest": FEWEST, "most": MOST, "rounds": ROUNDS, "seed": MOST_SEED},
        rows=_rows(model, counted),
        next_share=f"{counted.shares[-1]:,.0f}" if counted.members[-1] else "",
        revealed=revealed.value,
        event_reveal=revealed.set,
        event_enter=lambda given: sheet.set(read_sheet(given)),
        event_cards=print_cards,
    )
    Saver(file)
    picture = class_curve(model, counted, words, revealed.value)
    Figure(picture.saved_as(f"cards{students}", f"seed{seed}"), words)


def read_sheet(given: dict[str, Any]) -> dict[str, Any]:
    """Return a sheet with everything in it possible; a browser may send anything."""
    rounds = given.get("rounds")
    return {
        "students": _whole(given.get("students"), FEWEST, MOST, EMPTY["students"]),
        "seed": _whole(given.get("seed"), 0, MOST_SEED, EMPTY["seed"]),
        "rounds": [
            {
                "stayed": _whole(entry.get("stayed"), 0, MOST, None),
                "left": str(entry.get("left") or "")[:500],
            }
            for entry in (rounds if isinstance(rounds, list) else [])[:ROUNDS]
            if isinstance(entry, dict)
        ],
    }


def _whole(number: Any, low: int, high: int, otherwise: Any) -> Any:
    try:
        return min(max(int(float(number)), low), high)
    except (TypeError, ValueError, OverflowError):
        return otherwise


def _count(entry: dict[str, Any]) -> Count:
    return Count(entry["stayed"], numbers_in(entry["left"]))


def _rows(model: Played, counted: Played) -> list[dict[str, Any]]:
    """Return what is known of each round that was played."""
    return [
        {
            "round": number,
            "share": f"{counted.shares[number - 1]:,.0f}",
            "stayed": counted.members[number],
            "share_model": f"{model.shares[number - 1]:,.0f}",
            "model": model.members[number],
        }
        for number in range(1, len(counted.members))
    ]
