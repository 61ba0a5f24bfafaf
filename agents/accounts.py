"""Accounts of single members with their plan: joining rewards, deposits, contributions to repay."""

from __future__ import annotations

from typing import Any

from agents.causes import NO_CAUSE
from agents.compiled import rule, sweep, unsigned
from agents.perception import own_contribution
from agents.population import OUTSIDE, People
from agents.tallies import CHARGED, DEPOSITED, DEPOSITS, RELEASED, REPAID, REWARDED
from agents.terms import Quotes, Rates, Terms


@rule
def is_new(i: int, people: People) -> bool:
    """Whether person i was never a member of any plan."""
    return people.status[i] == OUTSIDE and people.cause[i] == NO_CAUSE


@rule
def one_off_value(i: int, k: int, age: int, people: People, terms: Terms, rates: Rates) -> float:
    """Return what moving money at once adds to the value of plan k [yuan per period].

    Who enters gains the joining reward (if new) and parts with the deposit; who stays keeps a
    deposit that leaving would forfeit.
    """
    weight = rates.one_off_weight * people.price_weight[i]
    if people.plan[i] == k:
        at_stake = people.balance.size > 0 and not terms.deposit_refunded[k]
        return weight * people.balance[i] if at_stake else 0.0
    reward = terms.joining_reward[k] if is_new(i, people) else 0.0
    return weight * (reward - terms.deposit[k, age])


@rule
def open_account(i: int, k: int, people: People, terms: Terms, tallies: Any) -> None:
    """Count a joining reward and take the deposit of plan k from person i, who enters."""
    if is_new(i, people):
        tallies[k, REWARDED] += 1.0
    if terms.takes_deposits[k]:
        people.balance[i] = terms.deposit[k, int(people.age[i])]
        tallies[k, DEPOSITED] += people.balance[i]


@rule
def close_account(i: int, k: int, people: People, tallies: Any) -> None:
    """Release the balance of person i, who leaves plan k: to the person, or to the sponsor."""
    if people.balance.size > 0:
        tallies[k, RELEASED] += people.balance[i]
        people.balance[i] = 0.0


@sweep
def pay(first: int, last: int, people: People, quotes: Quotes, terms: Terms, tallies: Any) -> None:
    """Charge those who owe, where a plan keeps an account of every member."""
    for k in range(terms.fee.size):
        if terms.caps_by_age[k]:
            take_shares_by_age(first, last, k, people, terms)
        if terms.takes_deposits[k] or terms.refunds_contributions[k]:
            charge_members(first, last, k, people, quotes, terms, tallies[k])


@sweep
def take_shares_by_age(first: int, last: int, k: int, people: People, terms: Terms) -> None:
    """Give everybody the share of the bill of plan k that the own age has now."""
    for i in range(unsigned(first), unsigned(last)):
        people.share_index[k, i] = terms.relativity[k, int(people.age[i])]


@sweep
def charge_members(
    first: int, last: int, k: int, people: People, quotes: Quotes, terms: Terms, tally: Any
) -> None:
    """Note what each paid to plan k; take it from the deposit, where there is one."""
    for i in range(unsigned(first), unsigned(last)):
        if people.owes_to[i] != k:
            continue
        due = own_contribution(quotes.flat[k], quotes.slope[k], people.share_index[k, i])
        if terms.refunds_contributions[k]:
            people.paid[k, i] += due
        if terms.takes_deposits[k]:
            take_from_balance(i, k, due, people, terms, tally)


@rule
def take_from_balance(i: int, k: int, due: float, people: People, terms: Terms, tally: Any) -> None:
    """Take a contribution from the balance; who is short pays in until the deposit is whole again.

    Who left this period and still owes pays at once.
    """
    tally[CHARGED] += due
    if people.plan[i] != k:
        tally[DEPOSITED] += due
    elif people.balance[i] >= due:
        people.balance[i] -= due
    else:
        whole = terms.deposit[k, int(people.age[i])]
        tally[DEPOSITED] += due + whole - people.balance[i]
        people.balance[i] = whole


@rule
def repay(i: int, k: int, people: People, terms: Terms, tallies: Any) -> None:
    """Pay back what member i ever contributed to plan k, which closes, if its rules say so."""
    if terms.refunds_contributions[k]:
        tallies[k, REPAID] += people.paid[k, i]
        people.paid[k, i] = 0.0


@sweep
def sum_balances(first: int, last: int, k: int, people: People, tally: Any) -> None:
    """Sum up the deposits that plan k holds."""
    held = 0.0
    for i in range(unsigned(first), unsigned(last)):
        held += people.balance[i] if people.plan[i] == k else 0.0
    tally[DEPOSITS] += held
