"""Settle: share the period's bill of each plan, keep its books, announce what comes next."""

from __future__ import annotations

from typing import Any

from agents.closing import settle_closing
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
    REINSURED,
    RESERVE,
    RESERVE_BEFORE,
    SETTLED,
    SUBSIDY,
    TO_RESERVE,
    balances,
)
from agents.pool import Pools
from agents.tallies import CLAIMS as TALLY_CLAIMS
from agents.tallies import FULL_INDEX, LEFT_INDEX, LEFT_OWING, PAYER_INDEX, STEP_PAYERS
from agents.tallies import INCURRED as TALLY_INCURRED
from agents.tallies import PAYERS as TALLY_PAYERS
from agents.terms import EVERYBODY, N_AGES, N_STEPS, Rates, Terms

BILL_PAYERS, BILL_INDEX, BILL_CLAIMS, BILL_INCURRED, BILL_FULL_INDEX, BILL_STEPS = range(6)
N_BILL = BILL_STEPS + N_STEPS
"""Entries of a plan's bill: who owes, the sum of their share indices, cases, entitlements, the sum
of indices before a subsidy that only some get, and who owes by step of ages."""
UNLIMITED = float("inf")


@sweep
def write_bills(tallies: Any, bills: Any) -> None:
    """Write each plan's bill from what the people's sweeps counted, added up tile by tile.

    Parameters
    ----------
    tallies : ndarray of float64, shape (tiles, plans, N_TALLIES)
        Counts until the bill.
    bills : ndarray of float64, shape (plans, N_BILL)
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
            bill[BILL_FULL_INDEX] += tally[FULL_INDEX]
            for step in range(N_STEPS):
                bill[BILL_STEPS + step] += tally[STEP_PAYERS + step]


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
    before, rate = pools.outstanding[k], terms.settlement_rate[k]
    due = rate * (before + incurred)
    cases = rate * (pools.outstanding_cases[k] + bill[BILL_CLAIMS])
    book[PAYERS], book[RESERVE_BEFORE] = payers, pools.reserve[k]
    book[CLAIMS], book[SETTLED], book[INCURRED] = bill[BILL_CLAIMS], cases, incurred
    book[OUTSTANDING_BEFORE], book[OUTSTANDING] = before, before + incurred - due
    if terms.has_premium[k]:
        charge_premiums(k, due, bill, pools, terms, book)
    else:
        share_bill(k, due, cases, bill, pools, terms, rates, book)
    book[RESERVE] = book[RESERVE_BEFORE] + book[TO_RESERVE]
    book[FORGONE] = due - book[BENEFITS]


@rule
def share_bill(
    k: int, due: float, cases: float, bill: Any, pools: Pools, terms: Terms, rates: Rates, book: Any
) -> None:
    """Share what is due between members, sponsor, reserve and, where caps bind, claimants."""
    payers, fee = bill[BILL_PAYERS], terms.fee[k]
    charge = (1.0 + fee) * due
    reinsured = terms.reinsurance[k] * max(charge - terms.retention[k] * payers, 0.0)
    if payers <= 0.0:
        reinsured = 0.0
    planned = into_reserve(k, charge - reinsured, payers, pools, terms)
    asked = charge - reinsured + planned
    subsidy = subsidised_share(k, bill, pools, terms) * asked if payers > 0.0 else 0.0
    limit = limit_on_contributions(k, payers, cases, pools, terms, rates)
    contributions = min(asked - subsidy, limit)
    if terms.caps_by_age[k]:
        contributions = charge_by_age(k, contributions, bill, pools, terms)
    short = asked - subsidy - contributions
    from_reserve = min(short, max(pools.reserve[k] + planned, 0.0))
    excess, benefits = short - from_reserve, due
    income = contributions + subsidy + reinsured - (planned - from_reserve)
    if terms.claimants_bear_excess[k] and payers > 0.0:
        excess, benefits = 0.0, min(income / (1.0 + fee), due)
    book[CONTRIBUTIONS], book[SUBSIDY], book[EXCESS] = contributions, subsidy, excess
    book[REINSURED], book[TO_RESERVE] = reinsured, planned - from_reserve
    book[BENEFITS], book[FEE] = benefits, fee * benefits


@rule
def charge_premiums(k: int, due: float, bill: Any, pools: Pools, terms: Terms, book: Any) -> None:
    """Charge fixed premiums: the insurer keeps what is left of them, and bears what is short."""
    targeted = terms.subsidy_for[k] != EVERYBODY
    premiums = bill[BILL_FULL_INDEX] if targeted else bill[BILL_INDEX]
    subsidy = subsidised_share(k, bill, pools, terms) * premiums
    book[CONTRIBUTIONS], book[SUBSIDY] = premiums - subsidy, subsidy
    book[BENEFITS] = due
    book[FEE], book[EXCESS] = max(premiums - due, 0.0), max(due - premiums, 0.0)


@rule
def subsidised_share(k: int, bill: Any, pools: Pools, terms: Terms) -> float:
    """Return the share of what members are asked that the sponsor of plan k pays by plan."""
    if pools.free[k]:
        return 1.0
    if terms.subsidy_for[k] == EVERYBODY:
        return terms.subsidy[k]
    full = bill[BILL_FULL_INDEX]
    return 1.0 - bill[BILL_INDEX] / full if full > 0.0 else 0.0


@rule
def into_reserve(k: int, charge: float, payers: float, pools: Pools, terms: Terms) -> float:
    """Return what plan k means to put into its reserve (negative: take from it) [yuan].

    A surcharge until the reserve is full, and part of any change of the charge per head.
    """
    room = max(terms.reserve_full[k] * payers - pools.reserve[k], 0.0)
    change = terms.smoothing[k] * (pools.smoothed[k] * payers - charge)
    change = min(max(change, -pools.reserve[k]), room)
    pools.smoothed[k] = (charge + change) / payers if payers > 0.0 else pools.smoothed[k]
    surcharge = min(terms.reserve_loading[k] * charge, room - max(change, 0.0))
    return surcharge + change


@rule
def charge_by_age(k: int, sought: float, bill: Any, pools: Pools, terms: Terms) -> float:
    """Ask each head for the same, but no more than the yearly cap of the own age leaves.

    Returns what comes together [yuan]; notes it as the sum of indices, and what each age pays as
    its relativity.
    """
    payers, total = bill[BILL_PAYERS], 0.0
    head = sought / payers if payers > 0.0 else 0.0
    promised = pools.years[k] <= terms.year_cap_years[k]
    for age in range(N_AGES):
        step = terms.cap_step[k, age]
        left = max(terms.year_caps[k, step] - pools.charged_by_step[k, step], 0.0)
        pools.relativity[k, age] = min(head, left) if promised else head
        is_last = age == N_AGES - 1 or terms.cap_step[k, age + 1] != step
        if is_last:
            total += bill[BILL_STEPS + step] * pools.relativity[k, age]
            pools.charged_by_step[k, step] += pools.relativity[k, age]
    bill[BILL_INDEX] = total
    return total


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
    pools.outstanding[k], pools.reserve[k] = book[OUTSTANDING], book[RESERVE]
    cases = (1.0 - rate) * (pools.outstanding_cases[k] + bill[BILL_CLAIMS])
    pools.outstanding_cases[k] = 0.0 if pools.wound_up[k] else cases
    if bill[BILL_PAYERS] <= 0.0:
        pools.last_change[k] = 0.0
        return
    pools.told[k] = terms.transparency[k] * paid_share(book)
    before, head = pools.head[k], book[CONTRIBUTIONS] / book[PAYERS]
    pools.charged_this_year[k] += head
    larger = max(before, head)
    alarming = larger > 0.0 and not pools.free[k]  # that a sponsor pays drives nobody to look
    pools.last_change[k] = abs(head - before) / larger if alarming else 0.0
    mix = terms.sharing_mix[k] if bill[BILL_INDEX] > 0.0 else 0.0
    pools.head[k] = head
    pools.flat[k] = (1.0 - mix) * head
    pools.slope[k] = mix * book[CONTRIBUTIONS] / bill[BILL_INDEX] if mix > 0.0 else 0.0


@sweep
def settle(bills: Any, pools: Pools, terms: Terms, rates: Rates, books: Any) -> bool:
    """Share the bills of all plans; return whether all books balance.

    Parameters
    ----------
    bills : ndarray of float64, shape (plans, N_BILL)
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
        if pools.closing[k]:
            rate = terms.settlement_rate[k]
            cases = (1.0 - rate) * (pools.outstanding_cases[k] + bills[k, BILL_CLAIMS])
            settle_closing(k, cases, pools, terms, books[k])
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
