"""A scenario: every parameter of the model once, with unit, range, meaning and source."""

from __future__ import annotations

import datetime
import functools
from typing import Any, Literal, Self

import numpy as np
from pydantic import BaseModel, ConfigDict, ValidationError, model_validator

from agents.errors import ScenarioError
from model.behaviour_parameters import BehaviourParameters
from model.changes import apply_changes, as_rules
from model.complaints import sentences
from model.dated import RUN, Amendment, Event
from model.people_parameters import PeopleParameters
from model.plan import OLDEST, Plan
from model.quantities import Finite, quantity, setting


class Scenario(BehaviourParameters, PeopleParameters):
    """Everything a run is told; `Scenario()` alone is a pool that works.

    A plan's rules are parameters too: `Scenario.but(fee=0.1)` sets the fee of every plan,
    `Scenario.but(**{"generous.fee": 0.1})` that of one.
    """

    model_config = ConfigDict(extra="forbid", frozen=True, validate_default=True)

    n_people: int = quantity(10_000, "people", 1, 2_000_000_000, "people simulated", group=RUN)
    n_periods: int = quantity(72, "periods", 1, 100_000, "periods simulated", group=RUN)
    period_length: float = quantity(1 / 24, "years", 1e-4, 10, "length of a period", group=RUN)
    start_date: datetime.date | None = setting(None, "date at which period 1 begins", group=RUN)
    population_represented: Finite | None = setting(
        None,
        "real people that the simulated ones stand for; empty: each for one",
        group=RUN,
        unit="people",
    )
    claims: Literal["drawn", "expected"] = setting(
        "drawn", "whether illness is drawn person by person or enters as its mean", group=RUN
    )
    plans: list[Plan] = setting([Plan()], "the plans on offer, each with its rules", group=RUN)
    events: list[Event] = setting([], "dated news", group=RUN)
    amendments: list[Amendment] = setting([], "dated changes of rules", group=RUN)

    def __init__(self, **values: Any) -> None:
        problems: list[str] = []
        if set(values) - set(type(self).model_fields):
            given = {"plans": values.get("plans", [Plan()])}
            values, problems = apply_changes(given, values, type(self), Plan)
        elif "plans" in values:
            values = {**values, "plans": as_rules(values["plans"])}
        try:
            super().__init__(**values)
        except ValidationError as error:
            problems += sentences(error, _MODELS, values)
        if problems:
            raise ScenarioError(problems)

    @model_validator(mode="after")
    def _parts_agree(self) -> Self:
        problems = []
        names = [plan.name for plan in self.plans]
        if not names:
            problems.append("plans is empty; a scenario needs at least one plan")
        if len(set(names)) < len(names):
            problems.append(f"plans need different names; got {', '.join(names)}")
        if len(names) > 100:
            problems.append(f"plans has {len(names)} entries; at most 100 are supported")
        if self.age_min > self.age_max:
            problems.append(
                f"age_min = {self.age_min} years is above age_max = {self.age_max} years"
            )
        if self.population_represented is not None and self.population_represented < 1:
            problems.append(
                f"population_represented = {self.population_represented} people must be at least 1"
            )
        problems += _successor_problems(self.plans, names) + _amendment_problems(self)
        if copula_root(*self.correlations()) is None:
            problems.append(
                "the six correlations of frailty, income, risk_aversion and price_sensitivity "
                "contradict each other (their matrix is not positive definite); lower one of them"
            )
        if problems:
            raise ValueError("\n".join(problems))
        return self

    def correlations(self) -> tuple[float, ...]:
        """Return the six correlations, in the order of the rows above a matrix's diagonal."""
        return (
            self.frailty_income,
            self.frailty_risk_aversion,
            self.frailty_price_sensitivity,
            self.income_risk_aversion,
            self.income_price_sensitivity,
            self.risk_aversion_price_sensitivity,
        )

    @property
    def persons_per_row(self) -> float:
        """Real people that one simulated person stands for."""
        if self.population_represented is None:
            return 1.0
        return self.population_represented / self.n_people

    def but(self, **changes: Any) -> Scenario:
        """Return a validated copy with some parameters or plan rules changed.

        Parameters
        ----------
        **changes
            Names of scenario parameters, of plan rules (every plan), or
            ``plan_name.rule`` (one plan).

        Raises
        ------
        ScenarioError
            All that is wrong with the changes, a sentence each.
        """
        merged, problems = apply_changes(self.model_dump(), changes, type(self), Plan)
        try:
            changed = Scenario(**merged)
        except ScenarioError as error:
            problems += error.sentences
        if problems:
            raise ScenarioError(problems)
        return changed

    @classmethod
    def textbook(cls, **changes: Any) -> Scenario:
        """Return the neoclassical setting: one price, sharp rational choice, nothing else.

        Members know their own risk, review every period, believe that last period's
        contribution is the next one, and stay if and only if membership is worth it. The
        loading is zero unless `fee` is given.
        """
        plans = as_rules(changes.pop("plans", [Plan()]))
        rules = [{**_TEXTBOOK_RULES, **plan} for plan in plans]
        return cls(**_TEXTBOOK, plans=rules).but(**changes)


@functools.lru_cache(maxsize=1024)
def copula_root(*correlations: float) -> np.ndarray[Any, np.dtype[np.float64]] | None:
    """Return the Cholesky root of the copula's matrix, float64 (4, 4); None if there is none.

    Rows are frailty, income, risk aversion and price sensitivity.
    """
    matrix = np.zeros((4, 4))
    matrix[np.triu_indices(4, 1)] = correlations
    matrix += matrix.T + np.eye(4)
    if np.linalg.eigvalsh(matrix).min() < 1e-9:
        return None
    root: np.ndarray[Any, np.dtype[np.float64]] = np.linalg.cholesky(matrix).astype(np.float64)
    root.setflags(write=False)
    return root


_TEXTBOOK_RULES: dict[str, Any] = {
    "fee": 0.0,
    "entry_age_max": OLDEST,
    "leaves_after_aid": False,
    "reentry": "free",
}
_TEXTBOOK: dict[str, Any] = {
    "n_periods": 100,
    "period_length": 1.0,
    "claims": "expected",
    "ageing": False,
    "private_information": 1.0,
    "contribution_learning": 1.0,
    "willingness": "proportional",
    "price_sensitivity": 1.0,
    "income_elasticity": 0.0,
    "disadvantage_aversion": 0.0,
    "loss_aversion": 0.0,
    "attention": 1.0,
    "attention_to_change": 0.0,
    "attention_to_news": 0.0,
    "awareness": 1.0,
    "awareness_from_neighbours": 0.0,
    "hassle_of_leaving": 0.0,
    "choice_noise": 0.0,
    "ties": "none",
    "susceptibility": 0.0,
    "experience_weight": 0.0,
    "sentiment_value": 0.0,
    "select_start": 1.0,
    "select_years": 0.0,
}

_MODELS: dict[str, type[BaseModel]] = {
    "": Scenario,
    "plans": Plan,
    "events": Event,
    "amendments": Amendment,
}


def _successor_problems(plans: list[Plan], names: list[str]) -> list[str]:
    return [
        f"successor = {plan.successor!r} of {plan.name} is not another plan of the scenario; "
        f"plans are {', '.join(names)}"
        for plan in plans
        if plan.successor and (plan.successor == plan.name or plan.successor not in names)
    ]


def _amendment_problems(scenario: Scenario) -> list[str]:
    """Return a sentence for each amendment that could not be made."""
    plain, problems = scenario.model_copy(update={"amendments": []}), []
    for amendment in sorted(scenario.amendments, key=lambda one: one.period):
        try:
            refuse_fixed(amendment.changes)
            plain = plain.but(**amendment.changes)
            _refuse_past_end(amendment)
        except ScenarioError as error:
            where = f"amendment of period {amendment.period}"
            problems += [f"{where}: {sentence}" for sentence in error.sentences]
    return problems


def _refuse_past_end(amendment: Amendment) -> None:
    for name, value in amendment.changes.items():
        if name.rpartition(".")[2] == "closes" and value is not None and value < amendment.period:
            raise ScenarioError(
                f"{name} = {value} periods is over by then; a plan can close in period "
                f"{amendment.period} at the earliest"
            )


FIXED = frozenset(PeopleParameters.model_fields) - {"incidence_level", "newcomers"} | {
    "n_people",
    "period_length",
    "start_date",
    "population_represented",
    "claims",
    "plans",
    "amendments",
    "name",
    "opens",
    "refunds_contributions",
    "opening_contribution",
    "income_reference",
    "income_elasticity",
    "fairness_concern_sd",
    "ties",
    "n_neighbours",
    "rewiring",
    "homophily",
    "susceptibility",
    "initial_sentiment",
}
"""Parameters by which people and ties are drawn and accounts kept: no run can change them."""


def as_scenario(scenario: Any) -> Scenario:
    """Return a scenario, the default one for None.

    Raises
    ------
    ScenarioError
        If it is neither.
    """
    if scenario is None:
        return Scenario()
    if not isinstance(scenario, Scenario):
        raise ScenarioError(
            f"scenario = {scenario!r} is a {type(scenario).__name__}, not a Scenario; make one "
            "with Scenario(...) or take a preset's: presets.load(name).scenario"
        )
    return scenario


def refuse_fixed(changes: dict[str, Any]) -> None:
    """Refuse changes that a running simulation cannot follow.

    Raises
    ------
    ScenarioError
        A sentence for each.
    """
    fixed = sorted(FIXED & {name.rpartition(".")[2] for name in changes})
    if fixed:
        raise ScenarioError(
            [f"{name} cannot change during a run; start a new one" for name in fixed]
        )
