"""Whether anybody can say what cover is worth to the people of a pool."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from model import Scenario


def worth_is_known(scenario: Scenario) -> bool:
    """Return whether welfare can be told: of a pool at real scale the data do not say it.

    Parameters
    ----------
    scenario : Scenario
        The pool.
    """
    return scenario.population_represented is None
