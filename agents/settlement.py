"""Settle: share the period's bill of each plan, keep its books, announce what comes next."""

from __future__ import annotations

from typing import Any

from agents.compiled import rule, sweep
from agents.ledger import (
    BENEFITS,
    CLAIMS,
    CONTRIBUTIONS,
    EXCESS,
    FEE,
    FORGONE,
    INCURRED,
    OUTSTANDING,
    OUTSTANDING_BEFORE,
    PAYERS,
    SETTLED,
    SUBSIDY,
    balances,
)
from agents.pool import Pools
from agents.tallies import CLAIMS as TALLY_CLAIMS
from agents.tallies import INCURRED as TALLY_INCURRED
from agents.tallies import LEFT_INDEX, LEFT_OWING, PAYER_INDEX
from agents.tallies import PAYERS as TALLY_PAYERS
from agents.terms import EQUAL, Rates, Terms

BILL_PAYERS, BILL_INDEX, BILL_CLAIMS, BILL_INCURRED = range(4)
"""Entries of a plan's bill: who owes, the sum of their share indices, cases, entitlements."""
UNLIMITED = float("inf")


@sweep
def write_bills(tallies: Any, bills: Any) -> None:
    """Write each plan's bill from what the people's sweeps counted, added up tile by tile.

    Parameters
    ----------
    tallies : ndarray of float64, shape (tiles, plans, N_TALLIES)
        Counts until the bill.
    bills : ndarray of float64, shape (plans, 4)
        Written.
    """
    bills[:] = 0.0
    for tile in range(tallies.shape[0]):
        for k in range(bills.shape[0]):
            tally, bill = tallies[tile, k], bills[k]
            bill[BILL_PAYERS] += tally[TALLY_PAYERS] + tally[LEFT_OWING]
            bill[BILL_INDEX] += tally[PAYER_INDEX] + tally[LEFT_INDEX]
            bill[BILL_CLAIMS] += tally[TALLY_CLAIMS]
            bill[BILL_INCURRED] += tally[TALLY_INCURRED]


@rule
def limit_on_contributions(
    k: int, payers: float, cases: float, pools: Pools, terms: Terms, rates: Rates
) -> float:
    """Return the most that the members of plan k together can be asked for [yuan]."""
    if payers <= 0.0:
        return 0.0
    limit = UNLIMITED
    if terms.case_cap[k] < UNLIMITED:
        limit = terms.case_cap[k] * payers * cases * rates.persons_per_row
    if terms.year_cap[k] < UNLIMITED and pools.years[k] <= terms.year_cap_years[k]:
        left = max(terms.year_cap[k] - pools.charged_this_year[k], 0.0)
        limit = min(limit, left * payers)
    return limit


@rule
def draw_up(k: int, bill: Any, pools: Pools, terms: Terms, rates: Rates, book: Any) -> None:
    """Write the period's books of plan k, before any subsidy between plans."""
    payers, incurred = bill[BILL_PAYERS], bill[BILL_INCURRED]
    before, fee = pools.outstanding[k], terms.fee[k]
    due = terms.settlement_rate[k] * (before + incurred)
    cases = terms.settlement_rate[k] * (pools.outstanding_cases[k] + bill[BILL_CLAIMS])
    charge = (1.0 + fee) * due
    subsidy = terms.subsidy[k] * charge if payers > 0.0 else 0.0
    limit = limit_on_contributions(k, payers, cases, pools, terms, rates)
    contributions = min(charge - subsidy, limit)
    excess, benefits = charge - subsidy - contributions, due
    if terms.claimants_bear_excess[k] and payers > 0.0:
        excess, benefits = 0.0, min((contributions + subsidy) / (1.0 + fee), due)
    book[PAYERS], book[CONTRIBUTIONS] = payers, contributions
    book[SUBSIDY], book[EXCESS] = subsidy, excess
    book[BENEFITS], book[FEE] = benefits, fee * benefits
    book[CLAIMS], book[SETTLED], book[INCURRED] = bill[BILL_CLAIMS], cases, incurred
    book[OUTSTANDING_BEFORE], book[OUTSTANDING] = before, before + incurred - due
    book[FORGONE] = due - benefits


@sweep
def subsidise_differences(pools: Pools, terms: Terms, books: Any) -> None:
    """Let sponsors pay their share of the excess over the cheapest plan's contribution.

    The employer of Cutler and Reber (1998): a plan's members pay the cheapest plan's
    contribution plus (1 − φ) of the difference.
    """
    cheapest, n_compared = UNLIMITED, 0
    for k in range(books.shape[0]):
        if pools.open[k] and books[k, PAYERS] > 0.0:
            cheapest = min(cheapest, books[k, CONTRIBUTIONS] / books[k, PAYERS])
            n_compared += 1
    if n_compared < 2:
        return
    for k in range(books.shape[0]):
        if books[k, PAYERS] > 0.0:
            above = max(books[k, CONTRIBUTIONS] / books[k, PAYERS] - cheapest, 0.0)
            paid = terms.difference_subsidy[k] * above * books[k, PAYERS]
            books[k, CONTRIBUTIONS] -= paid
            books[k, SUBSIDY] += paid


@rule
def paid_share(book: Any) -> float:
    """Return what published claims tell: paid less forgone, as a share of both; −1 … 1."""
    due = book[BENEFITS] + book[FORGONE]
    return (book[BENEFITS] - book[FORGONE]) / due if due > 0.0 else 0.0


@rule
def announce_next(k: int, bill: Any, book: Any, pools: Pools, terms: Terms) -> None:
    """Make the contribution of plan k's closed books the one that is announced next."""
    rate = terms.settlement_rate[k]
    pools.outstanding[k] = book[OUTSTANDING]
    pools.outstanding_cases[k] = (1.0 - rate) * (pools.outstanding_cases[k] + bill[BILL_CLAIMS])
    if bill[BILL_PAYERS] <= 0.0:
        pools.last_change[k] = 0.0
        return
    pools.told[k] = terms.transparency[k] * paid_share(book)
    before, head = pools.head[k], book[CONTRIBUTIONS] / book[PAYERS]
    pools.charged_this_year[k] += head
    larger = max(before, head)
    pools.last_change[k] = abs(head - before) / larger if larger > 0.0 else 0.0
    shared_equally = terms.sharing[k] == EQUAL or bill[BILL_INDEX] <= 0.0
    mix = 0.0 if shared_equally else terms.sharing_mix[k]
    pools.head[k] = head
    pools.flat[k] = (1.0 - mix) * head
    pools.slope[k] = mix * book[CONTRIBUTIONS] / bill[BILL_INDEX] if mix > 0.0 else 0.0


@sweep
def settle(bills: Any, pools: Pools, terms: Terms, rates: Rates, books: Any) -> bool:
    """Share the bills of all plans; return whether all books balance.

    Parameters
    ----------
    bills : ndarray of float64, shape (plans, 4)
        Of this period.
    pools, terms, rates
        The state that moves on, the plans' rules, and people per row.
    books : ndarray of float64, shape (plans, N_ENTRIES)
        Written.
    """
    for k in range(bills.shape[0]):
        draw_up(k, bills[k], pools, terms, rates, books[k])
    subsidise_differences(pools, terms, books)
    for k in range(bills.shape[0]):
        if not balances(books[k]):
            return False
        announce_next(k, bills[k], books[k], pools, terms)
    return True


@sweep
def close_small_plans(totals: Any, column: int, pools: Pools, terms: Terms, rates: Rates) -> None:
    """Close plans that have shrunk below their minimum size.

    `column` of `totals` holds the members [simulated people].
    """
    for k in range(pools.head.size):
        large_enough = totals[k, column] * rates.persons_per_row >= terms.closes_below[k]
        if large_enough:
            pools.was_large_enough[k] = True
        elif pools.was_large_enough[k]:
            pools.open[k] = False


@sweep
def close_on_time(period: int, pools: Pools, terms: Terms) -> None:
    """Close the plans whose last period this is."""
    for k in range(pools.head.size):
        if period == terms.closes[k]:
            pools.open[k] = False
