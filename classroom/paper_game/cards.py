"""Cards of the paper game to print: `python -m classroom.paper_game.cards --students 40`."""

from __future__ import annotations

import argparse
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from classroom.paper_game.deck import FEWEST, MOST, ROUNDS, Card, deck
from classroom.words import LANGUAGES, Words

_SHOWN_ROUNDS = 6


def cards_page(students: int, seed: int = 1) -> str:
    """Return one HTML page that needs nothing else: the cards in both languages, and the sheet.

    The last pages are the teacher's: the share to announce for every number of hands, and a form
    for the counts.
    """
    folder = FileSystemLoader(Path(__file__).parent)
    environment = Environment(loader=folder, autoescape=True, undefined=StrictUndefined)
    cards = deck(students, seed)
    return environment.get_template("cards.html.j2").render(
        cards=cards,
        seed=seed,
        texts={language: Words(language).room("class.card") for language in LANGUAGES},
        shares=shares_by_hands(cards),
        rounds=range(1, _SHOWN_ROUNDS + 1),
        sheet_rounds=range(1, ROUNDS + 1),
    )


def shares_by_hands(cards: tuple[Card, ...]) -> list[tuple[int, int]]:
    """Return for every number of hands the share to announce next, most hands first [yuan].

    A count does not say who left: those stay to whom cover is worth most.
    """
    keenest = sorted(cards, key=lambda card: card.worth, reverse=True)
    total, shares = 0, []
    for hands, card in enumerate(keenest, 1):
        total += card.cost
        shares.append((hands, round(total / hands)))
    return shares[::-1]


def main() -> None:
    """Write the page of cards that the command line asks for."""
    parser = argparse.ArgumentParser(
        prog="python -m classroom.paper_game.cards", description=__doc__
    )
    parser.add_argument("--students", type=int, default=40, help=f"{FEWEST} to {MOST}")
    parser.add_argument("--seed", type=int, default=1, help="which people are on the cards")
    parser.add_argument("--out", type=Path, default=Path("cards.html"), help="file to write")
    asked = parser.parse_args()
    if not FEWEST <= asked.students <= MOST:
        parser.error(f"--students is {asked.students}; it must be {FEWEST} to {MOST}")
    asked.out.parent.mkdir(parents=True, exist_ok=True)
    asked.out.write_text(cards_page(asked.students, asked.seed), "utf-8")
    print(f"{asked.students} cards, seed {asked.seed}: {asked.out}")


if __name__ == "__main__":
    main()
