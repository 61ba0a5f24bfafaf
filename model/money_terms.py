"""Translate the rules about money into what the sweeps read."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from agents.terms import (
    BY_AGE,
    BY_COST,
    BY_PREMIUM,
    BY_RISK,
    EVERYBODY,
    LOW_INCOME,
    LOW_RISK,
    N_AGES,
    N_STEPS,
)
from model.plan import AgeBand, Plan

Array = np.ndarray[Any, Any]

_TARGETS = {"everybody": EVERYBODY, "low_risk": LOW_RISK, "low_income": LOW_INCOME}


def by_age(steps: list[AgeBand]) -> Array:
    """Return a schedule's value at each age, float64 (121,)."""
    schedule = np.zeros(N_AGES)
    for age, value in steps:
        schedule[age:] = value
    return schedule


def money_terms(plans: list[Plan]) -> dict[str, Array]:
    """Return the rules that need translating, by the name of the term; an entry a plan."""
    return {
        "index_kind": np.array([_index_kind(plan) for plan in plans], np.int64),
        "sharing_mix": np.array([_mix(plan) for plan in plans]),
        "premium": np.stack([by_age(_steps(plan.premium)) for plan in plans]),
        "has_premium": np.array([plan.premium is not None for plan in plans]),
        "subsidy_for": np.array([_TARGETS[plan.subsidy_for] for plan in plans], np.int64),
        "year_cap": np.array([_cap(plan.year_cap) for plan in plans]),
        "caps_by_age": np.array([isinstance(plan.year_cap, list) for plan in plans]),
        "year_caps": np.stack([_amounts(_steps(plan.year_cap)) for plan in plans]),
        "cap_step": np.stack([_step_of_age(_steps(plan.year_cap)) for plan in plans]),
        "deposit": np.stack([by_age(plan.deposit or []) for plan in plans]),
        "takes_deposits": np.array([plan.deposit is not None for plan in plans]),
        "has_one_offs": np.array(
            [plan.deposit is not None or plan.joining_reward > 0 for plan in plans]
        ),
        "forgoes_claims_at_closing": np.array(
            [plan.claims_after_closing == "forgone" for plan in plans]
        ),
    }


def fill_relativities(plans: list[Plan], relativity: Array) -> Array:
    """Write what each age weighs, float64 (plans, 121); a yearly cap by age keeps what it left."""
    for k, plan in enumerate(plans):
        if plan.sharing == "age_band":
            relativity[k] = by_age(plan.age_relativity)
        elif not isinstance(plan.year_cap, list):
            relativity[k] = 1.0
    return relativity


def _index_kind(plan: Plan) -> int:
    if plan.premium is not None:
        return BY_RISK if plan.premium == "risk_rated" else BY_PREMIUM
    alike = plan.sharing == "equal" and _mix(plan) > 0
    return BY_AGE if alike or plan.sharing == "age_band" else BY_COST


def _mix(plan: Plan) -> float:
    """Return the share of the bill that is split by index, also where all have the same weight."""
    if plan.sharing != "equal":
        return plan.sharing_mix
    differs = plan.premium is not None or plan.subsidy_for != "everybody"
    return 1.0 if differs or isinstance(plan.year_cap, list) else 0.0


def _steps(rule: Any) -> list[AgeBand]:
    return rule if isinstance(rule, list) else []


def _cap(cap: Any) -> float:
    return cap if isinstance(cap, float) else math.inf


def _amounts(steps: list[AgeBand]) -> Array:
    return np.array([amount for _, amount in steps] + [math.inf] * (N_STEPS - len(steps)))


def _step_of_age(steps: list[AgeBand]) -> Array:
    first_ages = [age for age, _ in steps][1:]
    return np.searchsorted(first_ages, np.arange(N_AGES), side="right").astype(np.int64)
