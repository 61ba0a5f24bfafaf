"""A life of the pools: periods one after another, without a look at anything in between."""

from __future__ import annotations

from typing import Any

from agents.announcement import begin_year, begins_year, prepare, quotes_from
from agents.closing import close_accounts
from agents.compiled import rule, sweep
from agents.endowment import Profile
from agents.phases import after_the_bill, until_the_bill
from agents.pool import Pools
from agents.population import People
from agents.record import FEE, FLAT, SLOPE, Record
from agents.settlement import close_on_time, close_small_plans, settle, write_bills
from agents.tallies import JOINED, MEMBERS, add_up, wipe
from agents.terms import Luck, Rates, Scratch, Terms, Ties


@rule
def had_members(period: int, record: Record) -> bool:
    """Whether any plan had a member in any period up to this one."""
    for earlier in range(period + 1):
        for k in range(record.totals.shape[1]):
            if record.totals[earlier, k, MEMBERS] > 0.0:
                return True
    return False


@sweep
def go_on_record(period: int, record: Record, pools: Pools, terms: Terms, rates: Rates) -> bool:
    """Keep a period's terms, close plans that are too small, tell whether life goes on.

    It ends when the books do not balance, or when nobody is a member, no plan is still to open or
    to settle its claims, and no plan is open or nobody comes back to pools that had members.
    """
    if not close_accounts(period, record, terms):
        return False
    totals = record.totals[period]
    close_small_plans(totals, MEMBERS, pools, terms, rates)
    members, joined, n_open, awaited = 0.0, 0.0, 0, False
    for k in range(pools.head.size):
        record.terms[period, k, FLAT] = pools.flat[k]
        record.terms[period, k, SLOPE] = pools.slope[k]
        record.terms[period, k, FEE] = terms.fee[k]
        record.open[period, k] = pools.open[k]
        members += totals[k, MEMBERS]
        joined += totals[k, JOINED]
        n_open += pools.open[k]
        owing = not pools.open[k] and not pools.wound_up[k] and pools.outstanding[k] > 0.0
        awaited = awaited or owing or terms.opens[k] > period
    if members > 0.0 or awaited:
        return True
    return n_open > 0 and (joined > 0.0 or not had_members(period, record))


@sweep
def live(
    period: int,
    last_period: int,
    people: People,
    turned: People,
    ties: Ties,
    pools: Pools,
    terms: Terms,
    rates: Rates,
    profile: Profile,
    luck: Luck,
    news: Any,
    tallies: Any,
    bills: Any,
    scratch: Scratch,
    record: Record,
) -> tuple[int, bool]:
    """Live through periods until the last one, or until life ends.

    Parameters
    ----------
    period, last_period : int
        The period that is over, and the last to live through.
    people, turned : People
        The same columns; in the second, `heard` and `spoken` have changed places.
    news : ndarray of float64, shape (periods + 1,)
        Weighted news of each period [sentiment].
    tallies : ndarray of float64, shape (tiles, plans, N_TALLIES)
        Working space, as are `bills`, shape (plans, N_BILL), and `scratch`.
    record : Record
        Written.

    Returns
    -------
    now : int
        The last period that was lived through, or whose books do not balance.
    alive : bool
        Whether life goes on.
    """
    n_tiles, heads = tallies.shape[0], pools.head
    for now in range(period + 1, last_period + 1):
        people, turned = turned, people
        wipe(tallies)
        if begins_year(now, rates.period_length):
            begin_year(pools)
        before = record.totals[now - 1]
        prepare(now, news[now], pools, terms, rates)
        quotes = quotes_from(now, news[now], before, pools)
        until_the_bill(0, n_tiles, people, ties, quotes, terms, rates, luck, tallies, scratch)
        write_bills(tallies, bills)
        if not settle(bills, pools, terms, rates, record.books[now]):
            return now, False
        close_on_time(now, pools, terms)
        after_the_bill(
            0, n_tiles, people, quotes, heads, terms, rates, profile, luck, tallies, scratch
        )
        add_up(tallies, record.totals[now])
        if not go_on_record(now, record, pools, terms, rates):
            return now, False
    return last_period, True
