"""Limits: how large a run may be on a page that many visitors share."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from classroom.words import Words
    from model import Scenario

MOST_PEOPLE_OF_A_RUN = 200_000
"""The largest plan of the history that is run one to one has 193,000."""
MOST_PEOPLE_OF_A_SWEEP = 2_000
"""Of each of its hundreds of runs."""
MOST_PEOPLE_OF_A_RESCUE = 1_000
"""Of each run of a search: as many as `deathspiral rescue` takes."""
MOST_PERIODS = 1_000
MOST_WORK = 25_000_000
"""People times periods: a second or two of a processor."""
MOST_TIES = 5_000_000
"""People times neighbours, four bytes each."""

ABOUT = {
    "people": ("n_people",),
    "periods": ("n_periods",),
    "work": ("n_people", "n_periods"),
    "ties": ("n_people", "n_neighbours"),
}
"""What is limited, and the parameters that make it large."""


def too_much(scenario: Scenario, words: Words) -> dict[str, str]:
    """Return what in a scenario is too much for the page: a name in `ABOUT`, and a sentence."""
    people, periods = scenario.n_people, scenario.n_periods
    sizes = {"people": (people, MOST_PEOPLE_OF_A_RUN), "periods": (periods, MOST_PERIODS)}
    products = {
        "work": (people * periods, MOST_WORK),
        "ties": (people * scenario.n_neighbours, MOST_TIES),
    }
    return _sentences(sizes, words) or _sentences(products, words)


def too_much_for_a_sweep(scenario: Scenario, words: Words) -> str:
    """Say what in a scenario is too much for a run of a sweep; nothing if it may be run."""
    sizes = {"sweep": (scenario.n_people, MOST_PEOPLE_OF_A_SWEEP)}
    told = _sentences(sizes, words) or too_much(scenario, words)
    return words("sweep.between_sentences").join(told.values())


def _sentences(sizes: dict[str, tuple[int, int]], words: Words) -> dict[str, str]:
    return {
        name: words(f"limits.{name}", asked=f"{asked:,}", most=f"{most:,}")
        for name, (asked, most) in sizes.items()
        if asked > most
    }
