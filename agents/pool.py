"""The pool: announces terms, settles the bill of a period, closes when it is too small."""

from __future__ import annotations

import math
from dataclasses import dataclass, field, replace
from typing import Protocol

from agents.ledger import Books


class Rules(Protocol):
    """The rules of a plan that settling needs; `model.plan.Plan` declares them."""

    @property
    def name(self) -> str:
        """Name of the plan."""

    @property
    def fee(self) -> float:
        """Loading on the benefits paid [1]."""

    @property
    def sharing(self) -> str:
        """What contributions are in proportion to."""

    @property
    def sharing_mix(self) -> float:
        """Share of the bill that is split so."""

    @property
    def settlement_rate(self) -> float:
        """Share of outstanding claims settled [1/period]."""

    @property
    def case_cap(self) -> float | None:
        """Most that a member pays for a case [yuan]."""

    @property
    def year_cap(self) -> float | None:
        """Most that a member pays in a year [yuan]."""

    @property
    def year_cap_years(self) -> int:
        """Years for which that is promised."""

    @property
    def excess_borne_by(self) -> str:
        """Who bears what caps cut off."""

    @property
    def subsidy(self) -> float:
        """Sponsor's share of every contribution [1]."""

    @property
    def difference_subsidy(self) -> float:
        """Sponsor's share of the excess over the cheapest plan [1]."""

    @property
    def closes_below(self) -> float:
        """Minimum size [people]."""

    @property
    def marketing(self) -> float:
        """Added awareness [1/period]."""

    @property
    def marketing_periods(self) -> int:
        """How long the marketing lasts [periods]."""


@dataclass(frozen=True, slots=True)
class Bill:
    """What the people's sweeps counted for one plan: who owes, and for what."""

    payers: float
    index: float
    """Sum of the payers' share indices."""
    claims: float
    incurred: float


@dataclass
class Pool:
    """One plan's pool; `flat` and `slope` are the contribution that it announces.

    A member pays ``flat + slope × share index`` [yuan per period].
    """

    rules: Rules
    persons_per_row: float = 1.0
    is_open: bool = True
    flat: float = 0.0
    slope: float = 0.0
    outstanding: float = 0.0
    outstanding_cases: float = 0.0
    charged_this_year: float = 0.0
    years: int = 0
    """Calendar years begun since the start."""
    last_change: float = 0.0
    """Relative change of the announced contribution, 0 … 1."""
    was_large_enough: bool = False
    head: float = field(default=0.0)
    """Contribution per head that is announced [yuan per period]."""

    @property
    def announced(self) -> float:
        """Contribution per head that everybody hears at the start of a period [yuan]."""
        return self.head

    @announced.setter
    def announced(self, head: float) -> None:
        """Announce another contribution per head; members' shares of it stay in proportion."""
        if self.head > 0:
            self.flat, self.slope = self.flat * head / self.head, self.slope * head / self.head
        else:
            self.flat, self.slope = head, 0.0
        self.head = head

    @property
    def terms(self) -> tuple[float, float, float]:
        """Flat part, slope and fee of the contribution, to remember a period by."""
        return self.flat, self.slope, self.rules.fee

    def marketing(self, period: int) -> float:
        """Return the added awareness in a period [1/period]."""
        active = self.is_open and period <= self.rules.marketing_periods
        return self.rules.marketing if active else 0.0

    def draw_up(self, period: int, bill: Bill) -> Books:
        """Return the period's books, before any subsidy between plans and not yet closed."""
        rules = self.rules
        before = self.outstanding
        due = rules.settlement_rate * (before + bill.incurred)
        cases = rules.settlement_rate * (self.outstanding_cases + bill.claims)
        charge = (1.0 + rules.fee) * due
        subsidy = rules.subsidy * charge if bill.payers else 0.0
        contributions = min(charge - subsidy, self._limit(bill.payers, cases))
        excess, benefits = charge - subsidy - contributions, due
        if rules.excess_borne_by == "claimants" and bill.payers:
            excess, benefits = 0.0, min((contributions + subsidy) / (1.0 + rules.fee), due)
        return Books(
            period=period,
            plan=rules.name,
            payers=bill.payers,
            contributions=contributions,
            subsidy=subsidy,
            excess=excess,
            benefits=benefits,
            fee=rules.fee * benefits,
            claims=bill.claims,
            settled=cases,
            incurred=bill.incurred,
            outstanding_before=before,
            outstanding=before + bill.incurred - due,
            forgone=due - benefits,
        )

    def _limit(self, payers: float, cases: float) -> float:
        """Return the most that the members together can be asked for [yuan]."""
        limit = math.inf if payers else 0.0
        if self.rules.case_cap is not None:
            limit = min(limit, self.rules.case_cap * payers * cases * self.persons_per_row)
        if self.rules.year_cap is not None and self.years <= self.rules.year_cap_years:
            left = max(self.rules.year_cap - self.charged_this_year, 0.0)
            limit = min(limit, left * payers)
        return limit

    def settle(self, books: Books, bill: Bill) -> Books:
        """Close the books and make the contribution the one that is announced next."""
        books = books.close()
        rate = self.rules.settlement_rate
        self.outstanding = books.outstanding
        self.outstanding_cases = (1.0 - rate) * (self.outstanding_cases + bill.claims)
        before, head = self.head, books.contribution
        self.charged_this_year += head
        if not bill.payers:
            self.last_change = 0.0
            return books
        larger = max(before, head)
        self.last_change = abs(head - before) / larger if larger > 0 else 0.0
        mix = 0.0 if self.rules.sharing == "equal" or bill.index <= 0 else self.rules.sharing_mix
        self.head = head
        self.flat = (1.0 - mix) * head
        self.slope = mix * books.contributions / bill.index if mix else 0.0
        return books

    def begin_year(self) -> None:
        """Forget what was charged in the year that is over."""
        self.years += 1
        self.charged_this_year = 0.0

    def close_if_small(self, members: float) -> None:
        """Close the plan once it has shrunk below its minimum size.

        Parameters
        ----------
        members : float
            Members now, simulated people.
        """
        large_enough = members * self.persons_per_row >= self.rules.closes_below
        self.was_large_enough |= large_enough
        if self.was_large_enough and not large_enough:
            self.is_open = False


def subsidise_differences(pools: list[Pool], books: list[Books]) -> list[Books]:
    """Return books in which sponsors pay their share of the excess over the cheapest plan.

    The employer of Cutler and Reber (1998): a plan's members pay the cheapest plan's
    contribution plus (1 − φ) of the difference.
    """
    open_plans = [
        b.contribution for p, b in zip(pools, books, strict=True) if p.is_open and b.payers
    ]
    if len(open_plans) < 2:
        return books
    cheapest = min(open_plans)
    result = []
    for pool, book in zip(pools, books, strict=True):
        share = pool.rules.difference_subsidy
        paid = share * max(book.contribution - cheapest, 0.0) * book.payers
        result.append(
            replace(book, contributions=book.contributions - paid, subsidy=book.subsidy + paid)
        )
    return result
