"""Reporters: the main series of the first plan, as plain functions for Mesa's data collector."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from agents import tallies as t


def _total(model: Any, place: int) -> float:
    return float(model.simulation.totals[-1][0, place])


def _ratio(above: float, below: float) -> float:
    return above / below if below else float("nan")


def members(model: Any) -> float:
    """Return the members, waiting and covered [people]."""
    return _total(model, t.MEMBERS) * float(model.simulation.scenario.persons_per_row)


def joined(model: Any) -> float:
    """Return the entries of this period [people]."""
    return _total(model, t.JOINED) * float(model.simulation.scenario.persons_per_row)


def lapsed(model: Any) -> float:
    """Return the exits by choice of this period [people]."""
    return _total(model, t.LEFT_CHOOSING) * float(model.simulation.scenario.persons_per_row)


def contribution(model: Any) -> float:
    """Return the contribution per member [yuan per period]."""
    return float(model.simulation.pools[0].announced)


def selection_ratio(model: Any) -> float:
    """Return the mean own incidence of members ÷ that of the eligible [1]."""
    of_members = _ratio(_total(model, t.INCIDENCE), _total(model, t.MEMBERS))
    of_eligible = _ratio(_total(model, t.ELIGIBLE_INCIDENCE), _total(model, t.ELIGIBLE))
    return _ratio(of_members, of_eligible)


def sentiment(model: Any) -> float:
    """Return the mean sentiment of everybody [1]."""
    return _ratio(_total(model, t.SENTIMENT), _total(model, t.PEOPLE))


REPORTERS: dict[str, Callable[[Any], float]] = {
    "members": members,
    "joined": joined,
    "lapsed": lapsed,
    "contribution": contribution,
    "selection_ratio": selection_ratio,
    "sentiment": sentiment,
}
