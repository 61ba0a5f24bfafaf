"""A scenario: every parameter of the model once, with unit, range, meaning and source."""

from __future__ import annotations

import datetime
from typing import Any, Literal, Self

import numpy as np
from pydantic import BaseModel, ConfigDict, ValidationError, model_validator

from agents.errors import ScenarioError
from model.changes import apply_changes
from model.complaints import sentences
from model.plan import OLDEST, Plan
from model.quantities import quantity, setting

RUN, PEOPLE, BELIEFS, WORTH = "run", "people", "beliefs", "worth"
FAIRNESS, CHOICE, TALK, ILLNESS, INSURER = "fairness", "choice", "talk", "illness", "insurer"

TiesKind = Literal[
    "none",
    "complete",
    "watts_strogatz",
    "barabasi_albert",
    "erdos_renyi",
    "stochastic_block",
    "given",
]


class Event(BaseModel):
    """A dated piece of news: it moves everybody's sentiment and makes people review."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    period: int = quantity(1, "periods", 1, 100_000, "period in which the news breaks", group=TALK)
    news: float = quantity(0.0, "sentiment", -1, 1, "size and sign of the news", group=TALK)
    label: str = setting("", "what happened", group=TALK)
    label_zh: str = setting("", "what happened, in Chinese", group=TALK)


class Scenario(BaseModel):
    """Everything a run is told; `Scenario()` alone is a pool that works.

    A plan's rules are parameters too: `Scenario.but(fee=0.1)` sets the fee of every plan,
    `Scenario.but(**{"generous.fee": 0.1})` that of one.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    n_people: int = quantity(10_000, "people", 1, 2_000_000_000, "people simulated", group=RUN)
    n_periods: int = quantity(72, "periods", 1, 100_000, "periods simulated", group=RUN)
    period_length: float = quantity(1 / 24, "years", 1e-4, 10, "length of a period", group=RUN)
    start_date: datetime.date | None = setting(None, "date at which period 1 begins", group=RUN)
    population_represented: float | None = setting(
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

    age_min: float = quantity(0, "years", 0, OLDEST, "youngest person at the start", group=PEOPLE)
    age_max: float = quantity(60, "years", 0, OLDEST, "oldest person at the start", group=PEOPLE)
    age_mode: float = quantity(
        30, "years", 0, OLDEST, "commonest age of the peaked part of the ages", group=PEOPLE
    )
    age_peakedness: float = quantity(
        0.0, "1", 0, 1, "share of ages drawn around `age_mode`; the rest is uniform", group=PEOPLE
    )
    female_share: float = quantity(0.5, "1", 0, 1, "share of women", group=PEOPLE)
    incidence_level: float = quantity(
        1.0, "1", 0, 100, "factor on the incidence table, for everybody", group=PEOPLE
    )
    frailty_sd: float = quantity(
        0.6, "1", 0, 5, "log standard deviation of frailty (mean 1)", group=PEOPLE
    )
    income_median: float = quantity(
        70_000,
        "yuan/year",
        1,
        1e9,
        "median income",
        group=PEOPLE,
        source="about 70 % of members earn less than 100,000 yuan: press 2018-2022",
    )
    income_sd: float = quantity(
        0.6,
        "1",
        0,
        5,
        "log standard deviation of income",
        group=PEOPLE,
        source="about 70 % of members earn less than 100,000 yuan: press 2018-2022",
    )
    risk_aversion: float = quantity(
        2.5e-6,
        "1/yuan",
        0,
        1,
        "median absolute risk aversion",
        group=PEOPLE,
        source="relative risk aversion about 2 on wealth, a = 2/W: see docs/theory.md",
    )
    risk_aversion_sd: float = quantity(
        0.3, "1", 0, 5, "log standard deviation of risk aversion", group=PEOPLE
    )
    price_sensitivity: float = quantity(
        1.0, "1", 0, 100, "median weight of a yuan of contribution", group=PEOPLE
    )
    price_sensitivity_sd: float = quantity(
        0.0, "1", 0, 5, "log standard deviation of price sensitivity", group=PEOPLE
    )
    frailty_income: float = quantity(
        0.0, "1", -0.99, 0.99, "correlation of frailty and income (copula)", group=PEOPLE
    )
    frailty_risk_aversion: float = quantity(
        0.0, "1", -0.99, 0.99, "correlation of frailty and risk aversion (copula)", group=PEOPLE
    )
    frailty_price_sensitivity: float = quantity(
        0.0, "1", -0.99, 0.99, "correlation of frailty and price sensitivity (copula)", group=PEOPLE
    )
    income_risk_aversion: float = quantity(
        0.0, "1", -0.99, 0.99, "correlation of income and risk aversion (copula)", group=PEOPLE
    )
    income_price_sensitivity: float = quantity(
        0.0, "1", -0.99, 0.99, "correlation of income and price sensitivity (copula)", group=PEOPLE
    )
    risk_aversion_price_sensitivity: float = quantity(
        0.0,
        "1",
        -0.99,
        0.99,
        "correlation of risk aversion and price sensitivity (copula)",
        group=PEOPLE,
    )
    ageing: bool = setting(True, "whether people grow older", group=PEOPLE)
    newcomers: float = quantity(
        0.0, "1/year", 0, 10, "rate at which outsiders are replaced by new people", group=PEOPLE
    )
    initial_membership: float = quantity(
        1.0, "1", 0, 1, "share of the eligible who are members at the start", group=PEOPLE
    )
    initial_tenure: int = quantity(
        24, "periods", 1, 1000, "longest membership at the start (uniform from 1)", group=PEOPLE
    )

    private_information: float = quantity(
        0.3, "1", 0, 1, "how well people know their own risk beyond age and sex", group=BELIEFS
    )
    perception_noise: float = quantity(
        0.0, "1", 0, 5, "log standard deviation of the error about the own risk", group=BELIEFS
    )
    contribution_learning: float = quantity(
        0.5,
        "1/period",
        0,
        1,
        "how fast the expected contribution follows the announced one",
        group=BELIEFS,
    )
    reference_adaptation: float = quantity(
        0.02, "1/period", 0, 1, "how fast people get used to a contribution", group=BELIEFS
    )

    willingness: Literal["cara", "proportional"] = setting(
        "cara", "how cover is valued when no willingness to pay is given", group=WORTH
    )
    risk_premium: float = quantity(
        0.5, "1", -1, 100, "surcharge on the own expected benefit when `proportional`", group=WORTH
    )
    income_reference: float = quantity(
        70_000, "yuan/year", 1, 1e9, "income at which a yuan weighs one yuan", group=WORTH
    )
    income_elasticity: float = quantity(
        0.5, "1", 0, 5, "how much heavier a yuan weighs for low incomes", group=WORTH
    )

    fairness_concern_sd: float = quantity(
        0.0,
        "1",
        0,
        5,
        "log standard deviation of the concern for fairness (mean 1)",
        group=FAIRNESS,
    )
    disadvantage_aversion: float = quantity(
        0.5,
        "1",
        0,
        20,
        "dislike of paying more than one's own expected benefit",
        group=FAIRNESS,
        source="Fehr and Schmidt 1999: mean 0.85, contested",
    )
    loss_aversion: float = quantity(
        0.3, "1", 0, 20, "dislike of paying more than the reference contribution", group=FAIRNESS
    )

    attention: float = quantity(
        0.03,
        "1/period",
        0,
        1,
        "base probability that a member reviews membership",
        group=CHOICE,
        source="13 % a year switch health plans (KFF): 0.006 per half-month as a lower bound",
    )
    attention_to_change: float = quantity(
        0.3, "1", 0, 100, "how strongly a changed contribution makes members review", group=CHOICE
    )
    attention_to_news: float = quantity(
        0.3, "1", 0, 100, "how strongly news makes members review", group=CHOICE
    )
    awareness: float = quantity(
        0.002, "1/period", 0, 1, "probability that an outsider considers joining", group=CHOICE
    )
    awareness_from_neighbours: float = quantity(
        0.12,
        "1/period",
        0,
        1,
        "addition to it when all neighbours are members",
        group=CHOICE,
        source="Bass 1969, imitation",
    )
    contagion: Literal["simple", "threshold"] = setting(
        "simple",
        "whether neighbours raise awareness smoothly or from a personal threshold on",
        group=CHOICE,
        source="Granovetter 1978",
    )
    hassle_of_leaving: float = quantity(
        2.0,
        "yuan per period",
        0,
        1e6,
        "disadvantage that members put up with (inertia)",
        group=CHOICE,
    )
    hassle_of_joining: float = quantity(
        0.0,
        "yuan per period",
        0,
        1e6,
        "advantage that outsiders want before they join",
        group=CHOICE,
    )
    choice_noise: float = quantity(
        4.0, "yuan per period", 0, 1e6, "scale of the unexplained part of a choice", group=CHOICE
    )

    ties: TiesKind = setting("watts_strogatz", "who hears from whom", group=TALK)
    n_neighbours: int = quantity(8, "people", 0, 1000, "mean number of neighbours", group=TALK)
    rewiring: float = quantity(
        0.1,
        "1",
        0,
        1,
        "share of long ties (Watts-Strogatz)",
        group=TALK,
        source="Watts and Strogatz 1998",
    )
    homophily: float = quantity(
        0.7, "1", 0, 1, "share of ties within age and income (stochastic block)", group=TALK
    )
    susceptibility: float = quantity(
        0.3, "1", 0, 1, "weight of the neighbours in one's sentiment", group=TALK
    )
    experience_weight: float = quantity(
        0.1, "1/period", 0, 1, "weight of own experience in one's sentiment", group=TALK
    )
    news_weight: float = quantity(1.0, "1", 0, 10, "factor on all news", group=TALK)
    initial_sentiment: float = quantity(
        0.0, "1", -1, 1, "sentiment at the start, and that outsiders fall back on", group=TALK
    )
    sentiment_value: float = quantity(
        3.0, "yuan per period", 0, 1e6, "what a sentiment of one is worth", group=TALK
    )

    select_start: float = quantity(
        0.15, "1", 0, 1, "incidence of a new member, relative to a long-standing one", group=ILLNESS
    )
    select_years: float = quantity(
        2.5,
        "years",
        0,
        50,
        "membership after which the effect of selection at entry is gone",
        group=ILLNESS,
    )
    case_fatality: float = quantity(0.0, "1", 0, 1, "share of the ill who die of it", group=ILLNESS)

    insurer_awareness: float = quantity(
        0.0, "1", 0, 1, "probability that a reviewer considers commercial insurance", group=INSURER
    )
    insurer_benefit: float = quantity(
        300_000, "yuan", 0, 1e9, "benefit of the commercial policy", group=INSURER
    )
    insurer_loss_ratio: float = quantity(
        0.6,
        "1",
        0.01,
        2,
        "share of the insurer's premiums paid as benefits",
        group=INSURER,
        source="about 0.3 in the traditional channel, more online: press 2018-2022",
    )
    insurer_rejects: float = quantity(
        0.2, "1", 0, 1, "share of people, the frailest, whom underwriting rejects", group=INSURER
    )

    def __init__(self, **values: Any) -> None:
        try:
            super().__init__(**values)
        except ValidationError as error:
            raise ScenarioError(sentences(error, type(self), Plan)) from None

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
        if np.linalg.eigvalsh(self.correlation()).min() < 1e-9:
            problems.append(
                "the six correlations of frailty, income, risk_aversion and price_sensitivity "
                "contradict each other (their matrix is not positive definite); lower one of them"
            )
        if problems:
            raise ValueError("\n".join(problems))
        return self

    def correlation(self) -> np.ndarray[Any, np.dtype[np.float64]]:
        """Return the copula's matrix for frailty, income, risk aversion, price sensitivity."""
        upper = np.zeros((4, 4))
        upper[np.triu_indices(4, 1)] = (
            self.frailty_income,
            self.frailty_risk_aversion,
            self.frailty_price_sensitivity,
            self.income_risk_aversion,
            self.income_price_sensitivity,
            self.risk_aversion_price_sensitivity,
        )
        return upper + upper.T + np.eye(4)

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
        return Scenario(**apply_changes(self.model_dump(), changes, type(self), Plan))

    @classmethod
    def textbook(cls, **changes: Any) -> Scenario:
        """Return the neoclassical setting: one price, sharp rational choice, nothing else.

        Members know their own risk, review every period, believe that last period's
        contribution is the next one, and stay if and only if membership is worth it. The
        loading is zero unless `fee` is given.
        """
        plans = changes.pop("plans", [Plan()])
        rules = [{**_TEXTBOOK_RULES, **plan.model_dump(exclude_unset=True)} for plan in plans]
        return cls(**_TEXTBOOK, plans=rules).but(**changes)


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
