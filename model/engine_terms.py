"""Translate a scenario into what the sweeps read: terms, rates and a profile of people."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from agents.endowment import Profile
from agents.pool import Pools
from agents.terms import (
    AGE_BAND,
    CARA,
    CONDITIONAL_MEAN,
    EQUAL,
    EXPECTED_COST,
    FREELY,
    GIVEN,
    NEVER,
    PROPORTIONAL,
    WITH_WAITING,
    Rates,
    Terms,
)
from model.money_terms import by_age, fill_relativities, money_terms
from model.plan import Plan
from model.scenario import Scenario, copula_root
from model.sources import incidence_table

Array = np.ndarray[Any, Any]

_PLAIN_RULES: dict[Any, tuple[str, ...]] = {
    np.int64: (
        "entry_age_min",
        "entry_age_max",
        "exit_age",
        "waiting_period",
        "term",
        "year_cap_years",
        "marketing_periods",
        "opens",
        "free_periods_at_closing",
    ),
    np.float64: (
        "fee",
        "screening",
        "settlement_rate",
        "subsidy",
        "difference_subsidy",
        "closes_below",
        "marketing",
        "reach",
        "auto_enrolment",
        "loyalty",
        "loyalty_years",
        "transparency",
        "target_loss_ratio",
        "reinsurance",
        "retention",
        "reserve_loading",
        "reserve_full",
        "smoothing",
        "joining_reward",
    ),
    np.bool_: (
        "waiting_members_owe",
        "leavers_owe",
        "leaves_after_aid",
        "families_leave_together",
        "deposit_refunded",
        "refunds_contributions",
    ),
}
_SHARING = {
    "equal": EQUAL,
    "age_band": AGE_BAND,
    "expected_cost": EXPECTED_COST,
    "conditional_mean": CONDITIONAL_MEAN,
}
NO_END = 1 << 40
"""Last period of a plan that goes on."""
_REENTRY = {"never": NEVER, "waiting": WITH_WAITING, "free": FREELY}
_WILLINGNESS = {"cara": CARA, "proportional": PROPORTIONAL}


def terms_of(plans: list[Plan], frailty: Array, pools: Pools) -> Terms:
    """Return the plans' rules as arrays.

    Parameters
    ----------
    plans : list of Plan
        The rules.
    frailty : ndarray of float32, shape (n,)
        Everybody's frailty: its upper part are the bad risks that screening looks for.
    pools : Pools
        Which plans exist, and what each age weighs; their arrays are kept, not copied.
    """
    numbers = {plan.name: k for k, plan in enumerate(plans)}
    plain = {
        name: np.array([getattr(plan, name) for plan in plans], dtype)
        for dtype, names in _PLAIN_RULES.items()
        for name in names
    }
    return Terms(
        **{**plain, **money_terms(plans)},
        benefit=np.stack([by_age(plan.benefit) for plan in plans]),
        relativity=fill_relativities(plans, pools.relativity),
        screening_frailty=np.array([_bad_risks_from(frailty, plan) for plan in plans]),
        sharing=np.array([_SHARING[plan.sharing] for plan in plans], np.int64),
        reentry=np.array([_REENTRY[plan.reentry] for plan in plans], np.int64),
        closes=np.array([NO_END if p.closes is None else p.closes for p in plans], np.int64),
        successor=np.array([numbers.get(plan.successor, -1) for plan in plans], np.int64),
        case_cap=np.array([math.inf if p.case_cap is None else p.case_cap for p in plans]),
        claimants_bear_excess=np.array([plan.excess_borne_by == "claimants" for plan in plans]),
        open=pools.open,
    )


def _bad_risks_from(frailty: Array, plan: Plan) -> float:
    """Return the frailty from which screening looks at a person; infinite without screening."""
    return frailest(frailty, plan.bad_risk_share) if plan.screening > 0 else math.inf


def frailest(frailty: Array, share: float) -> float:
    """Return the frailty above which the given share of people lies."""
    if share <= 0:
        return float("inf")
    if share >= 1:
        return -1.0
    return float(quantiles(thinned(frailty), (1 - share,))[0])


def quantiles(column: Array, shares: tuple[float, ...]) -> Array:
    """Return quantiles as numpy's do, by linear interpolation; float64, and much sooner."""
    ordered = np.sort(column).astype(np.float64)
    where = np.array(shares) * (ordered.size - 1)
    below = where.astype(np.int64)
    above = np.minimum(below + 1, ordered.size - 1)
    found: Array = ordered[below] + (where - below) * (ordered[above] - ordered[below])
    return found


def thinned(column: Array, most: int = 1_000_000) -> Array:
    """Return every so-manieth entry, at most about `most` of them; quantiles need no more."""
    return column[:: max(column.size // most, 1)]


def rates_of(
    scenario: Scenario, cost_given: bool, worth_given: bool, frailty: Array, quartiles: Array
) -> Rates:
    """Return the scenario's rates.

    Parameters
    ----------
    scenario : Scenario
        Rates of the same name are taken from it.
    cost_given, worth_given : bool
        Whether expected costs and willingness to pay are the user's and stay as they are.
    frailty : ndarray of float32
        Of the people at the start, or a thinned part of them: whom the insurer rejects.
    quartiles : ndarray of float64, shape (3,)
        Own incidence between the quartiles of risk [1/year].
    """
    same = {name: getattr(scenario, name) for name in Rates._fields if hasattr(scenario, name)}
    of_members = scenario.insurer_awareness_of_members
    other = {
        "insurer_awareness_of_members": (
            scenario.insurer_awareness if of_members is None else of_members
        ),
        "incidence": incidence_table() * scenario.incidence_level,
        "select": select_factors(scenario),
        "cost_given": cost_given,
        "willingness": GIVEN if worth_given else _WILLINGNESS[scenario.willingness],
        "threshold_rule": scenario.contagion == "threshold",
        "expected_claims": scenario.claims == "expected",
        "insurer_frailty": frailest(frailty, scenario.insurer_rejects),
        "risk_quartiles": quartiles,
    }
    return Rates(**{**same, **other})


def risk_quartiles(incidence: Array) -> Array:
    """Return the own incidence between the quartiles, float64 (3,) [1/year]."""
    return quantiles(thinned(incidence), (0.25, 0.5, 0.75))


def select_factors(scenario: Scenario) -> Array:
    """Return the incidence of a member relative to a long-standing one, by tenure [periods].

    It rises linearly from `select_start` to 1 over `select_years`: entrants declared themselves
    healthy, and what a declaration tells wears off.
    """
    periods = round(scenario.select_years / scenario.period_length)
    if periods == 0:
        return np.ones(1)
    return np.linspace(scenario.select_start, 1.0, periods + 1)


def profile_of(scenario: Scenario) -> Profile:
    """Return how people are distributed."""
    s = scenario
    return Profile(
        age_min=float(s.age_min),
        age_max=float(s.age_max),
        age_mode=float(s.age_mode),
        age_peakedness=s.age_peakedness,
        female_share=s.female_share,
        cholesky=np.array(copula_root(*s.correlations())),
        medians=np.array([1.0, s.income_median, s.risk_aversion, s.price_sensitivity]),
        spreads=np.array([s.frailty_sd, s.income_sd, s.risk_aversion_sd, s.price_sensitivity_sd]),
        fairness_concern_sd=s.fairness_concern_sd,
        income_reference=float(s.income_reference),
        income_elasticity=s.income_elasticity,
        susceptibility=s.susceptibility,
        initial_sentiment=s.initial_sentiment,
        initial_membership=s.initial_membership,
        initial_tenure=s.initial_tenure,
    )


def news_of(scenario: Scenario) -> Array:
    """Return the weighted news of each period, float64 (periods + 1,) [sentiment]."""
    news = np.zeros(scenario.n_periods + 1)
    for event in scenario.events:
        if event.period <= scenario.n_periods:
            news[event.period] += event.news
    return news * scenario.news_weight
