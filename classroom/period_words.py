"""What a period is called: month 3 of 48."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from classroom.session import Frame
    from classroom.words import Words
    from model import Scenario

_A_YEAR = {24: "half_month", 12: "month", 52: "week", 4: "quarter", 2: "half_year", 1: "year"}


def period_key(scenario: Scenario) -> str:
    """Return the key of a period's name in the table ``periods`` of the words."""
    a_year = 1 / scenario.period_length
    return _A_YEAR.get(round(a_year), "period") if abs(a_year - round(a_year)) < 1e-6 else "period"


def moment_of(scenario: Scenario, period: int, words: Words) -> str:
    """Name a period: month 48."""
    return words(f"periods.{period_key(scenario)}.at", n=f"{period:,}")


def clock_of(frame: Frame, words: Words) -> str:
    """Say at which period of how many the runs stand."""
    moment = moment_of(frame.a.scenario, frame.period, words)
    return words("page.clock", moment=moment, of=f"{frame.a.scenario.n_periods:,}")
