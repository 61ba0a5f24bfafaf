"""What is wrong with the rules of a plan, a sentence each."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from agents.terms import N_STEPS

if TYPE_CHECKING:
    from model.plan import AgeBand, Plan


_OF_A_SHARED_BILL = (
    "case_cap",
    "year_cap",
    "opening_contribution",
    "reinsurance",
    "reserve_loading",
    "smoothing",
)


def problems_of(plan: Plan) -> list[str]:
    """Return a sentence for each contradiction between the rules of a plan."""
    return [*_entry_problems(plan), *_amount_problems(plan), *_bill_problems(plan)]


def _entry_problems(plan: Plan) -> Iterator[str]:
    if plan.entry_age_min > plan.entry_age_max:
        yield (
            f"entry_age_min = {plan.entry_age_min} years is above entry_age_max = "
            f"{plan.entry_age_max} years; nobody could enter"
        )
    if plan.exit_age <= plan.entry_age_max:
        yield (
            f"exit_age = {plan.exit_age} years must be above entry_age_max = "
            f"{plan.entry_age_max} years"
        )
    if plan.closes is not None and plan.closes <= plan.opens:
        yield (
            f"closes = {plan.closes} periods must be above opens = {plan.opens} periods; "
            "leave it out for a plan that goes on"
        )


def _amount_problems(plan: Plan) -> Iterator[str]:
    for name in ("benefit", "age_relativity", "year_cap", "deposit", "premium"):
        steps = getattr(plan, name)
        if isinstance(steps, list):
            yield from _steps_problem(name, steps)
    for name in ("case_cap", "year_cap"):
        cap = getattr(plan, name)
        for amount in [cap] if isinstance(cap, float) else [a for _, a in cap or []]:
            if not amount > 0:
                yield f"{name} = {amount} yuan must be positive; leave it out for no cap"
    if plan.opening_contribution is not None and plan.opening_contribution < 0:
        yield f"opening_contribution = {plan.opening_contribution} yuan must not be negative"


def _bill_problems(plan: Plan) -> Iterator[str]:
    by_age = plan.year_cap if isinstance(plan.year_cap, list) else []
    if len(by_age) > N_STEPS:
        yield f"year_cap has {len(by_age)} steps; at most {N_STEPS} are supported"
    if by_age and (plan.sharing != "equal" or plan.subsidy_for != "everybody"):
        yield (
            "year_cap by age needs sharing = equal and subsidy_for = everybody; got sharing = "
            f"{plan.sharing} and subsidy_for = {plan.subsidy_for}"
        )
    mixed = plan.sharing != "equal" and plan.sharing_mix < 1
    if plan.subsidy_for != "everybody" and (mixed or plan.sharing == "conditional_mean"):
        yield (
            f"subsidy_for = {plan.subsidy_for} needs sharing equal, age_band or expected_cost with "
            f"sharing_mix = 1; got sharing = {plan.sharing}, sharing_mix = {plan.sharing_mix:g}"
        )
    if plan.premium is not None:
        for name in _OF_A_SHARED_BILL:
            if getattr(plan, name):
                yield f"{name} = {getattr(plan, name)} cannot go with a premium, which is fixed"
        if plan.sharing != "equal":
            yield f"sharing = {plan.sharing} cannot go with a premium, which shares no bill"


def _steps_problem(name: str, steps: list[AgeBand]) -> list[str]:
    ages = [age for age, _ in steps]
    if not ages or ages[0] != 0 or ages != sorted(set(ages)):
        return [f"{name} must be steps (from age, value) that begin at age 0 and rise; got {steps}"]
    return []
