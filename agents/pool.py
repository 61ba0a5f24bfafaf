"""The pools: what each announces and remembers, an entry a plan; a window on one of them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from agents.terms import N_AGES, N_STEPS

if TYPE_CHECKING:
    from collections.abc import Sequence

Array = np.ndarray[Any, Any]


class Pools(NamedTuple):
    """State of every plan's pool; a member pays flat + slope × share index [yuan per period]."""

    flat: Array
    slope: Array
    head: Array
    """float64 (plans,): contribution per head that is announced [yuan per period]."""
    last_change: Array
    """float64: relative change of the announced contribution, 0 … 1."""
    outstanding: Array
    """float64: entitlements not settled yet [yuan]."""
    outstanding_cases: Array
    charged_this_year: Array
    """float64: contribution per head since the year began [yuan]."""
    years: Array
    """float64: calendar years begun since the start."""
    attention: Array
    """float64: probability that a member reviews this period."""
    marketing: Array
    """float64: added awareness of outsiders this period."""
    told: Array
    """float64: what published claims do to the sentiment of members."""
    open: Array
    """bool: whether the plan exists now."""
    was_large_enough: Array
    """bool: whether it ever reached its minimum size."""
    free: Array
    """bool: whether the sponsor pays this period's bill."""
    closing: Array
    """bool: whether this period's bill is the last."""
    wound_up: Array
    """bool: whether the last bill was settled."""
    reserve: Array
    """float64 (plans,): reserve fund [yuan]."""
    smoothed: Array
    """float64: charge per head after smoothing, before any surcharge [yuan]."""
    charged_by_step: Array
    """float64 (plans, N_STEPS): charged per head since the year began, by step of ages [yuan]."""
    relativity: Array
    """float64 (plans, ages): weight of an age in the bill."""


def new_pools(n_plans: int) -> Pools:
    """Return pools before anything is announced; all are open."""
    flags = ("was_large_enough", "free", "closing", "wound_up")
    other = {
        **{name: np.zeros(n_plans, np.bool_) for name in flags},
        "open": np.ones(n_plans, np.bool_),
        "charged_by_step": np.zeros((n_plans, N_STEPS)),
        "relativity": np.ones((n_plans, N_AGES)),
    }
    return Pools(**{name: np.zeros(n_plans) for name in Pools._fields} | other)


class Pool:
    """A window on one plan's pool.

    Parameters
    ----------
    pools : Pools
        The state of all.
    number : int
        Which of them.
    rules : Plan
        Its rules, to read.
    """

    def __init__(self, pools: Pools, number: int, rules: Any) -> None:
        self._pools = pools
        self._number = number
        self.rules = rules

    @property
    def announced(self) -> float:
        """Contribution per head that everybody hears at the start of a period [yuan]."""
        return float(self._pools.head[self._number])

    @announced.setter
    def announced(self, head: float) -> None:
        """Announce another contribution per head; members' shares of it stay in proportion."""
        k, pools = self._number, self._pools
        before = pools.head[k]
        if before > 0:
            pools.flat[k] *= head / before
            pools.slope[k] *= head / before
        else:
            pools.flat[k], pools.slope[k] = head, 0.0
        pools.head[k] = head

    @property
    def flat(self) -> float:
        """Part of the contribution that all members pay alike [yuan]."""
        return float(self._pools.flat[self._number])

    @property
    def slope(self) -> float:
        """Contribution per unit of a member's share index [yuan]."""
        return float(self._pools.slope[self._number])

    @property
    def last_change(self) -> float:
        """Relative change of the announced contribution, 0 … 1."""
        return float(self._pools.last_change[self._number])

    @property
    def is_open(self) -> bool:
        """Whether the plan still exists."""
        return bool(self._pools.open[self._number])

    @is_open.setter
    def is_open(self, is_open: bool) -> None:
        self._pools.open[self._number] = is_open


def windows_on(pools: Pools, plans: Sequence[Any]) -> list[Pool]:
    """Return a window on each pool."""
    return [Pool(pools, number, plan) for number, plan in enumerate(plans)]
