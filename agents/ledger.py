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
    REINSURED,
    CLOSING,
    RESERVE_BEFORE,
    TO_RESERVE,
    RETURNED,
    RESERVE,
    REWARDS,
    REPAID,
    DEPOSITS_BEFORE,
    DEPOSITED,
    CHARGED,
    REFUNDED,
    FORFEITED,
    DEPOSITS,
) = range(26)
N_ENTRIES = 26
"""Entries of a plan's books in a period; the fields of `Books` in their order."""
ACCOUNTS = ("income and outgo", "outstanding claims", "the reserve", "the deposits")


@rule
def sides(book: Any, account: int) -> tuple[float, float]:
    """Return both sides of one of the accounts of a plan's books [yuan].

    Parameters
    ----------
    book : ndarray of float64, shape (N_ENTRIES,)
        Entries in the order of the constants above.
    account : int
        Number in `ACCOUNTS`.
    """
    if account == 0:
        income = book[CONTRIBUTIONS] + book[SUBSIDY] + book[EXCESS]
        outgo = book[BENEFITS] + book[FEE]
        return income + book[REINSURED] + book[CLOSING], outgo + book[TO_RESERVE]
    if account == 1:
        owed = book[OUTSTANDING_BEFORE] + book[INCURRED]
        return owed, book[BENEFITS] + book[FORGONE] + book[OUTSTANDING]
    if account == 2:
        return book[RESERVE_BEFORE] + book[TO_RESERVE], book[RESERVE] + book[RETURNED]
    taken = book[CHARGED] + book[REFUNDED] + book[FORFEITED]
    return book[DEPOSITS_BEFORE] + book[DEPOSITED], taken + book[DEPOSITS]


@rule
def moved(book: Any) -> float:
    """Return all that was moved or owed [yuan]: the scale of what rounding may leave."""
    total = 0.0
    for account in range(4):
        left, right = sides(book, account)
        total += abs(left) + abs(right)
    return total


@rule
def agrees(book: Any, account: int, slack: float) -> bool:
    """Whether both sides of an account are the same, but for the given slack [yuan]."""
    left, right = sides(book, account)
    return abs(left - right) <= slack


@rule
def balances(book: Any) -> bool:
    """Whether income equals outgo, and claims, reserve and deposits are accounted for."""
    slack, n_wrong = TOLERANCE * moved(book), 0
    for account in range(4):
        n_wrong += not agrees(book, account, slack)
    return n_wrong == 0


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
        Entitlements that caps, or the end of the plan, took from claimants.
    reinsured : float
        Sponsor's share of the charge above the retention.
    closing : float
        Paid by the sponsor for claims that were outstanding when the plan closed.
    reserve_before, reserve : float
        Reserve fund before and after.
    to_reserve : float
        Put into the reserve; negative if drawn from it.
    returned : float
        Shared out of the reserve when the plan closed.
    rewards : float
        Paid by the sponsor to those who joined for the first time.
    repaid : float
        Contributions that the sponsor gave back when the plan closed.
    deposits_before, deposits : float
        Members' deposits before and after.
    deposited : float
        Paid into deposits.
    charged : float
        Contributions taken from deposits.
    refunded, forfeited : float
        Deposits of those who left: given back, or kept by the sponsor.
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
    reinsured: float = 0.0
    closing: float = 0.0
    reserve_before: float = 0.0
    to_reserve: float = 0.0
    returned: float = 0.0
    reserve: float = 0.0
    rewards: float = 0.0
    repaid: float = 0.0
    deposits_before: float = 0.0
    deposited: float = 0.0
    charged: float = 0.0
    refunded: float = 0.0
    forfeited: float = 0.0
    deposits: float = 0.0

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
        slack = TOLERANCE * moved(book)
        wrong = next(a for a in range(len(ACCOUNTS)) if not agrees(book, a, slack))
        left, right = (float(side) for side in sides(book, wrong))
        raise BooksError(
            f"the books of {plan} do not balance in period {period}: "
            f"{ACCOUNTS[wrong]}: {left!r} yuan against {right!r} yuan"
        )
