"""What each lever does to a scenario, as a function of its amount. All ranges are assumed."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

from experiments.rescue.hindrance import Hindrance
from model import Plan, Scenario
from model.money_terms import by_age
from model.sources import incidence_table

OLD = 40
"""Age from which Xiang Hu Bao lowered its benefit [years]: press on Xiang Hu Bao, 2018-2022."""
SENIOR = "_senior"
_BAND = 5
_LOADING = 0.1
"""Surcharge that fills a reserve fund, as a share of the bill."""

Rules = dict[str, Any]


@dataclass(frozen=True)
class World:
    """A scenario in which levers are pulled; they act on its first plan."""

    scenario: Scenario
    fair: float
    """Expected cost with the fee of those whom the first plan could take [yuan/year]."""

    @property
    def plan(self) -> Plan:
        """The plan that is to be rescued."""
        return self.scenario.plans[0]

    @property
    def own(self) -> list[str]:
        """Names of the plan and, if it was split by age, of its other part."""
        names = [plan.name for plan in self.scenario.plans]
        return [name for name in names if name in (names[0], names[0] + SENIOR)]

    @property
    def periods_a_year(self) -> int:
        """Periods of a year, to the nearest whole number, at least one."""
        return max(round(1 / self.scenario.period_length), 1)

    @property
    def fair_per_period(self) -> float:
        """The fair contribution [yuan per period]."""
        return self.fair * self.scenario.period_length

    def with_(self, scenario: Scenario) -> World:
        """Return the same world with another scenario."""
        return replace(self, scenario=scenario)


def world_of(scenario: Scenario, seed: int = 1, most: int = 2000) -> World:
    """Return a scenario as a world.

    Parameters
    ----------
    scenario : Scenario
        The pool as it is.
    seed : int
        Seed of the people whose expected cost is worked out.
    most : int
        How many of them, at most.
    """
    from model import Simulation

    few = scenario.but(n_people=min(scenario.n_people, most))
    simulation, plan = Simulation(few, seed=seed, threads=1), scenario.plans[0]
    ages, cost = simulation.people.age, simulation.people.expected_cost[0]
    may = (plan.entry_age_min <= ages) & (ages <= plan.entry_age_max)
    mean = float(cost[may].mean()) if may.any() else 0.0
    return World(scenario, (1 + plan.fee) * mean / scenario.period_length)


@dataclass(frozen=True)
class Moves:
    """Range of a lever and what it sets."""

    start: Callable[[World], float]
    """Amount that is no lever at all."""
    full: Callable[[World], float]
    """Amount that is the strongest sensible."""
    rules: Callable[[World, float], Rules]
    """Rules of the plan, or parameters of the scenario, at an amount."""
    whole: bool = False
    by_ratio: bool = False
    """Whether equal steps of strength are equal ratios of the amount."""
    hindrance: Callable[[World], Hindrance | None] = lambda world: None
    """Why the lever cannot be pulled; None if it can."""

    def amount(self, world: World, strength: float) -> float:
        """Return the amount at a strength from 0 to 1, to four digits."""
        start, full = self.start(world), self.full(world)
        if self.by_ratio:
            value = start * (full / start) ** strength
        else:
            value = start + strength * (full - start)
        return float(round(value)) if self.whole else float(f"{value:.4g}")


def _now(rule: str) -> Callable[[World], float]:
    return lambda world: float(getattr(world.plan, rule))


def _at(value: float) -> Callable[[World], float]:
    return lambda world: value


def _years(years: int) -> Callable[[World], float]:
    return lambda world: float(years * world.periods_a_year)


def _rule(name: str) -> Callable[[World, float], Rules]:
    return lambda world, amount: {name: amount}


def _whole_rule(name: str) -> Callable[[World, float], Rules]:
    return lambda world, amount: {name: round(amount)}


def _shared(world: World) -> Hindrance | None:
    plan = world.plan
    if plan.premium is not None:
        return Hindrance("premium")
    split = plan.sharing != "equal" and plan.sharing_mix > 0
    return Hindrance("split", {"what": plan.sharing}) if split else None


def _mixed(sharing: str) -> Callable[[World, float], Rules]:
    def rules(world: World, amount: float) -> Rules:
        found: Rules = {"sharing": sharing, "sharing_mix": amount}
        if sharing == "age_band":
            found["age_relativity"] = relativity(world)
        return found

    return rules


def relativity(world: World) -> list[tuple[int, float]]:
    """Return what each age costs relative to the mean, as steps of five years."""
    scenario, women = world.scenario, world.scenario.female_share
    table = incidence_table()
    cost = ((1 - women) * table[0] + women * table[1]) * by_age(world.plan.benefit)
    mean = cost[int(scenario.age_min) : int(scenario.age_max) + 1].mean()
    starts = range(0, len(cost) - _BAND, _BAND)
    steps = [(age, float(f"{cost[age : age + _BAND].mean() / mean:.3g}")) for age in starts]
    return [steps[0]] + [s for before, s in itertools.pairwise(steps) if s[1] != before[1]]


def _lowered(world: World, fall: float) -> Rules:
    """Lower the benefit from 40 on."""
    at_40 = float(by_age(world.plan.benefit)[OLD])
    young = [step for step in world.plan.benefit if step[0] < OLD]
    old = [(OLD, at_40)] + [step for step in world.plan.benefit if step[0] > OLD]
    return {"benefit": young + [(age, (1 - fall) * benefit) for age, benefit in old]}


def _grown(world: World, growth: float) -> Rules:
    """Let the benefit grow with tenure to what it is today; to insure more is another plan."""
    young = [(age, benefit / (1 + growth)) for age, benefit in world.plan.benefit]
    return {"loyalty": growth, "benefit": young}


def _weakest_cap(world: World) -> float:
    plan, scenario = world.plan, world.scenario
    lasts = plan.year_cap_years >= scenario.n_periods * scenario.period_length
    return plan.year_cap if lasts and isinstance(plan.year_cap, float) else 8 * world.fair


def _capped_by_age(world: World) -> Hindrance | None:
    return Hindrance("cap") if isinstance(world.plan.year_cap, list) else None


def _for_whom(whom: str) -> Moves:
    def hindrance(world: World) -> Hindrance | None:
        plan = world.plan
        other = plan.subsidy > 0 and plan.subsidy_for != whom
        return Hindrance("subsidised", {"whom": plan.subsidy_for}) if other else None

    def rules(world: World, amount: float) -> Rules:
        return {"subsidy": amount, "subsidy_for": whom}

    return Moves(_now("subsidy"), _at(0.95), rules, hindrance=hindrance)


def _penalty(world: World, amount: float) -> Rules:
    return {"penalty_for_none": float(f"{amount * world.scenario.period_length:.6g}")}


def _reserve(world: World, amount: float) -> Rules:
    full = float(f"{amount * world.fair:.4g}")
    return {"smoothing": amount, "reserve_loading": _LOADING, "reserve_full": full}


def _reinsured(world: World, amount: float) -> Rules:
    return {"reinsurance": amount, "retention": float(f"{world.fair_per_period:.4g}")}


def _loyal(world: World) -> Hindrance | None:
    return Hindrance("loyal") if world.plan.loyalty else None


def _oldest(world: World) -> float:
    return float(min(world.plan.entry_age_max, int(world.scenario.age_max)) + 1)


def _split(world: World, age: float) -> Rules:
    return {"exit_age": int(age), "entry_age_max": int(age) - 1}


def _undivided(world: World) -> Hindrance | None:
    successor = world.plan.successor
    return Hindrance("moved", {"plan": successor}) if successor else None


def with_senior_plan(world: World, age: float, period: int) -> Scenario:
    """Return the scenario with a plan for those from an age on, open from a period on.

    The rules are those of the first plan, which gains the new one as its successor.
    """
    first, others = world.plan, world.scenario.plans[1:]
    rules = {"name": first.name + SENIOR, "entry_age_min": int(age), "opens": period}
    senior = {**first.model_dump(), **rules, "marketing": 0.0, "opening_contribution": None}
    young = {**first.model_dump(), "successor": rules["name"]}
    plans = [Plan(**young), *others, Plan(**senior)]
    return world.scenario.but(plans=plans)


MOVES = {
    "age_bands": Moves(_at(0.0), _at(1.0), _mixed("age_band"), hindrance=_shared),
    "risk_bands": Moves(_at(0.0), _at(1.0), _mixed("expected_cost"), hindrance=_shared),
    "benefit_by_age": Moves(_at(0.0), _at(0.9), _lowered),
    "waiting_period": Moves(
        _now("waiting_period"), _years(2), _whole_rule("waiting_period"), whole=True
    ),
    "screening": Moves(_now("screening"), _at(1.0), _rule("screening")),
    "year_cap": Moves(
        _weakest_cap,
        lambda world: 0.1 * world.fair,
        lambda world, amount: {
            "year_cap": amount,
            "year_cap_years": 1000,
            "excess_borne_by": "sponsor",
        },
        by_ratio=True,
        hindrance=_capped_by_age,
    ),
    "subsidy_low_risks": _for_whom("low_risk"),
    "subsidy_low_incomes": _for_whom("low_income"),
    "subsidy": _for_whom("everybody"),
    "mandate": Moves(
        lambda world: world.scenario.penalty_for_none / world.scenario.period_length,
        lambda world: 2 * world.fair,
        _penalty,
    ),
    "auto_enrolment": Moves(_now("auto_enrolment"), _at(1.0), _rule("auto_enrolment")),
    "lock_in": Moves(_now("term"), _years(2), _whole_rule("term"), whole=True),
    "loyalty": Moves(_now("loyalty"), _at(1.0), _grown, hindrance=_loyal),
    "reserve": Moves(_now("smoothing"), _at(0.9), _reserve),
    "transparency": Moves(_now("transparency"), _at(0.2), _rule("transparency")),
    "split_by_age": Moves(_oldest, _at(float(OLD)), _split, whole=True, hindrance=_undivided),
    "reinsurance": Moves(_now("reinsurance"), _at(1.0), _reinsured),
}
"""By name of the lever; the strongest amounts are assumed."""
