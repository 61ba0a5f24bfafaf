"""The people: one row a person, one column a property (a struct of arrays).

| column | dtype | shape | unit | meaning |
| --- | --- | --- | --- | --- |
| person | uint32 | n | | number of the person: the address of its luck |
| age_at_start | float32 | n | years | age at period 0 (negative for a later newcomer) |
| age | uint8 | n | years | completed years now |
| female | bool | n | | sex |
| frailty | float32 | n | 1 | own incidence relative to age and sex, mean 1 |
| income | float32 | n | yuan/year | |
| risk_aversion | float32 | n | 1/yuan | absolute, as in CARA utility |
| price_weight | float32 | n | 1 | weight of a yuan: sensitivity × affordability |
| fairness_concern | float32 | n | 1 | mean 1 |
| susceptibility | float32 | n | 1 | weight of the neighbours in the own sentiment |
| opinion | float32 | n | 1 | sentiment that outsiders fall back on |
| adoption_threshold | float32 | n | 1 | share of neighbours from which on one considers joining |
| misjudgement | float32 | n | 1 | lasting error about the own risk, standard normal |
| incidence | float32 | n | 1/year | own incidence of critical illness |
| expected_cost | float32 | plans, n | yuan/period | own expected benefit |
| perceived_cost | float32 | plans, n | yuan/period | what one takes for the own expected benefit |
| willingness_to_pay | float32 | plans, n | yuan/period | worth of the cover |
| share_index | float32 | plans, n | plan's | what the contribution is in proportion to |
| expected_contribution | float32 | plans, n | yuan/period | |
| reference_contribution | float32 | n | yuan/period | contribution that feels normal |
| sentiment | float32 | n | 1 | −1 … 1 |
| heard, spoken | int32 | n | | sentiment and membership as neighbours hear it |
| neighbours_in | float32 | n | 1 | share of the neighbours who are members |
| status | uint8 | n | | `OUTSIDE` … `DIED` |
| plan | int8 | n | | plan of a member, −1 for others |
| owes_to | int8 | n | | plan whose bill the person shares; −1: none, −2 − k: just left plan k |
| tenure | uint16 | n | periods | length of membership |
| cause | uint8 | n | | why the last membership ended, `agents.causes` |
| insured | bool | n | | holds commercial insurance instead |
| risk_quartile | uint8 | n | | 0 … 3 by own incidence at the start |
| entry_contribution | float32 | n | yuan/period | expected contribution at entry |
| entry_perceived_cost, entry_willingness | float32 | n | yuan/period | as they were at entry |
| entry_sentiment | float32 | n | 1 | as it was at entry |
| entry_insurance | float32 | n | yuan/period | value of the insurer at entry, if positive |
| balance | float64 | n, or 0 | yuan | deposit held by the plan; no rows if no plan takes deposits |
| paid | float64 | plans, n, or 0 | yuan | contributions paid; no rows if no plan gives them back |
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

from agents.causes import NO_CAUSE

Array = np.ndarray[Any, Any]

OUTSIDE, WAITING, COVERED, LAPSED, AIDED, INELIGIBLE, DIED = range(7)
STATUS_NAMES = ("outside", "waiting", "covered", "lapsed", "aided", "ineligible", "died")

LONGEST_TENURE = 60_000
"""Tenure stops counting here [periods]; far beyond any select period."""


class People(NamedTuple):
    """The columns that sweeps read and write; see the module's table."""

    person: Array
    age_at_start: Array
    age: Array
    female: Array
    frailty: Array
    income: Array
    risk_aversion: Array
    price_weight: Array
    fairness_concern: Array
    susceptibility: Array
    opinion: Array
    adoption_threshold: Array
    misjudgement: Array
    incidence: Array
    expected_cost: Array
    perceived_cost: Array
    willingness_to_pay: Array
    share_index: Array
    expected_contribution: Array
    reference_contribution: Array
    sentiment: Array
    heard: Array
    spoken: Array
    neighbours_in: Array
    status: Array
    plan: Array
    owes_to: Array
    tenure: Array
    cause: Array
    insured: Array
    risk_quartile: Array
    entry_contribution: Array
    entry_perceived_cost: Array
    entry_willingness: Array
    entry_sentiment: Array
    entry_insurance: Array
    balance: Array
    paid: Array


_DTYPES: dict[str, Any] = {
    "person": np.uint32,
    "age": np.uint8,
    "female": np.bool_,
    "heard": np.int32,
    "spoken": np.int32,
    "status": np.uint8,
    "plan": np.int8,
    "owes_to": np.int8,
    "tenure": np.uint16,
    "cause": np.uint8,
    "insured": np.bool_,
    "risk_quartile": np.uint8,
    "balance": np.float64,
    "paid": np.float64,
}
_PER_PLAN = (
    "expected_cost",
    "perceived_cost",
    "willingness_to_pay",
    "share_index",
    "expected_contribution",
    "paid",
)
_ACCOUNTS = ("balance", "paid")


def empty_people(n: int, n_plans: int) -> People:
    """Return zeroed columns for n people and n_plans plans; nobody is a member, or has accounts."""
    columns = {}
    for name in People._fields:
        rows = 0 if name in _ACCOUNTS else n
        shape = (n_plans, rows) if name in _PER_PLAN else rows
        columns[name] = np.zeros(shape, _DTYPES.get(name, np.float32))
    columns["person"][:] = np.arange(n, dtype=np.uint32)
    columns["plan"][:] = -1
    columns["owes_to"][:] = -1
    columns["cause"][:] = NO_CAUSE
    return People(**columns)


def with_accounts(people: People, *, deposits: bool, refunds: bool) -> People:
    """Return people with rows for deposits and for contributions paid, where plans need them."""
    n_plans, n = people.expected_cost.shape
    if deposits and not people.balance.size:
        people = people._replace(balance=np.zeros(n))
    if refunds and not people.paid.size:
        people = people._replace(paid=np.zeros((n_plans, n)))
    return people


def n_bytes(people: People) -> int:
    """Return the memory that all columns take [bytes]."""
    return sum(column.nbytes for column in people)
