"""A closed period of books: income equals outgo, or the run stops."""

from __future__ import annotations

import math
from dataclasses import dataclass

from agents.errors import BooksError

TOLERANCE = 1e-9
"""Difference that rounding may leave, as a share of all that was moved or owed."""


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

    def close(self) -> Books:
        """Return these books if they balance.

        Raises
        ------
        BooksError
            With both sides of the account, if they differ by more than rounding.
        """
        income = self.contributions + self.subsidy + self.excess
        outgo = self.benefits + self.fee
        owed = self.outstanding_before + self.incurred
        turnover = income + outgo + owed
        self._agree("income and outgo", income, outgo, turnover)
        met = self.benefits + self.forgone + self.outstanding
        self._agree("outstanding claims", owed, met, turnover)
        return self

    def _agree(self, what: str, left: float, right: float, turnover: float) -> None:
        if not math.isclose(left, right, rel_tol=0.0, abs_tol=TOLERANCE * turnover):
            raise BooksError(
                f"the books of {self.plan} do not balance in period {self.period}: "
                f"{what}: {left!r} yuan against {right!r} yuan"
            )
