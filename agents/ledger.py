"""A closed period of books: income equals outgo, or the run stops."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from agents.compiled import rule
from agents.errors import BooksError

TOLERANCE = 1e-9
"""Difference that rounding may leave, as a share of all that was moved or owed."""

(
    PAYERS,
    CONTRIBUTIONS,
    SUBSIDY,
    EXCESS,
    BENEFITS,
    FEE,
    CLAIMS,
    SETTLED,
    INCURRED,
    OUTSTANDING_BEFORE,
    OUTSTANDING,
    FORGONE,
) = range(12)
N_ENTRIES = 12
"""Entries of a plan's books in a period; the fields of `Books` in their order."""


@rule
def imbalance(book: Any) -> tuple[float, float, float, float]:
    """Return income, outgo, claims owed and claims met of one plan's books [yuan].

    Parameters
    ----------
    book : ndarray of float64, shape (N_ENTRIES,)
        Entries in the order of the constants above.
    """
    income = book[CONTRIBUTIONS] + book[SUBSIDY] + book[EXCESS]
    outgo = book[BENEFITS] + book[FEE]
    owed = book[OUTSTANDING_BEFORE] + book[INCURRED]
    met = book[BENEFITS] + book[FORGONE] + book[OUTSTANDING]
    return income, outgo, owed, met


@rule
def balances(book: Any) -> bool:
    """Whether income equals outgo and what is owed is met, to rounding."""
    income, outgo, owed, met = imbalance(book)
    slack = TOLERANCE * (income + outgo + owed)
    return abs(income - outgo) <= slack and abs(owed - met) <= slack


@dataclass(frozen=True, slots=True)
class Books:
    """What a plan took in and paid out in one period; amounts in yuan of the simulated people.

    Attributes
    ----------
    payers : float
        Members (and leavers who owe) who paid.
    contributions : float
        Paid by them.
    subsidy : float
        Sponsor's planned share of what would else be contributions.
    excess : float
        What caps, or the lack of payers, left to the sponsor.
    benefits : float
        Paid to claimants.
    fee : float
        Kept by the operator.
    claims : float
        Cases that became known, paid or not.
    settled : float
        Cases that were settled, out of these and earlier ones.
    incurred : float
        Benefits that these cases are entitled to.
    outstanding_before, outstanding : float
        Entitlements not yet settled, before and after.
    forgone : float
        Entitlements that caps took from claimants.
    """

    period: int
    plan: str
    payers: float = 0.0
    contributions: float = 0.0
    subsidy: float = 0.0
    excess: float = 0.0
    benefits: float = 0.0
    fee: float = 0.0
    claims: float = 0.0
    settled: float = 0.0
    incurred: float = 0.0
    outstanding_before: float = 0.0
    outstanding: float = 0.0
    forgone: float = 0.0

    @property
    def contribution(self) -> float:
        """Contribution per payer [yuan]; 0 when nobody pays."""
        return self.contributions / self.payers if self.payers else 0.0


def books_of(entries: Any, plans: Sequence[str]) -> list[list[Books]]:
    """Return the books of each period and plan.

    Parameters
    ----------
    entries : ndarray of float64, shape (periods, plans, N_ENTRIES)
        Period 0 first.
    plans : sequence of str
        Names.
    """
    return [
        [Books(period, plan, *map(float, book)) for plan, book in zip(plans, books, strict=True)]
        for period, books in enumerate(entries)
    ]


def refuse_unless_balanced(period: int, plans: Sequence[str], books: Any) -> None:
    """Check every plan's books of a period, shape (plans, N_ENTRIES).

    Raises
    ------
    BooksError
        With both sides of the account, if they differ by more than rounding.
    """
    for plan, book in zip(plans, books, strict=True):
        if balances(book):
            continue
        income, outgo, owed, met = (float(side) for side in imbalance(book))
        what, left, right = "income and outgo", income, outgo
        if abs(income - outgo) <= TOLERANCE * (income + outgo + owed):
            what, left, right = "outstanding claims", owed, met
        raise BooksError(
            f"the books of {plan} do not balance in period {period}: "
            f"{what}: {left!r} yuan against {right!r} yuan"
        )
