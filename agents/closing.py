"""Close: what a plan takes in and pays out beyond its bill, and how its end is settled."""

from __future__ import annotations

from typing import Any

from agents.compiled import rule, sweep
from agents.ledger import (
    BENEFITS,
    CHARGED,
    CLOSING,
    DEPOSITED,
    DEPOSITS,
    DEPOSITS_BEFORE,
    FORFEITED,
    FORGONE,
    OUTSTANDING,
    REFUNDED,
    REPAID,
    RESERVE,
    RETURNED,
    REWARDS,
    SETTLED,
    TO_RESERVE,
    balances,
)
from agents.pool import Pools
from agents.record import Record
from agents.tallies import CHARGED as TALLY_CHARGED
from agents.tallies import DEPOSITED as TALLY_DEPOSITED
from agents.tallies import DEPOSITS as TALLY_DEPOSITS
from agents.tallies import RELEASED, REWARDED
from agents.tallies import REPAID as TALLY_REPAID
from agents.terms import Terms


@rule
def settle_closing(k: int, unsettled_cases: float, pools: Pools, terms: Terms, book: Any) -> None:
    """Settle all that plan k still owes in its last bill.

    The reserve pays first, then the sponsor, or claimants forgo the rest; what the reserve has left
    goes to the members.
    """
    owed = book[OUTSTANDING]
    from_reserve = min(owed, book[RESERVE])
    rest = owed - from_reserve
    if terms.forgoes_claims_at_closing[k]:
        book[FORGONE] += rest
        unsettled_cases *= from_reserve / owed if owed > 0.0 else 0.0
    else:
        book[CLOSING] = rest
    book[BENEFITS] += from_reserve + book[CLOSING]
    book[TO_RESERVE] -= from_reserve
    book[SETTLED] += unsettled_cases
    book[RETURNED] = book[RESERVE] - from_reserve
    book[RESERVE] = book[OUTSTANDING] = 0.0
    pools.wound_up[k] = True


@sweep
def close_accounts(period: int, record: Record, terms: Terms) -> bool:
    """Book what single members and their plans moved this period; return whether it balances."""
    for k in range(terms.fee.size):
        total, book = record.totals[period, k], record.books[period, k]
        book[REWARDS] = terms.joining_reward[k] * total[REWARDED]
        book[REPAID] = total[TALLY_REPAID]
        book[DEPOSITS] = total[TALLY_DEPOSITS]
        book[DEPOSITED] = total[TALLY_DEPOSITED]
        if period == 0:
            book[DEPOSITED] = book[DEPOSITS]
            continue
        book[DEPOSITS_BEFORE] = record.books[period - 1, k, DEPOSITS]
        book[CHARGED] = total[TALLY_CHARGED]
        book[REFUNDED if terms.deposit_refunded[k] else FORFEITED] = total[RELEASED]
        if not balances(book):
            return False
    return True
