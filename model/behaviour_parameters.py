"""Parameters of behaviour: beliefs, worth, fairness, choice, talk, illness, the outside option."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from model.quantities import quantity, setting

BELIEFS, WORTH, FAIRNESS, CHOICE = "beliefs", "worth", "fairness", "choice"
TALK, ILLNESS, INSURER = "talk", "illness", "insurer"

TiesKind = Literal[
    "none",
    "complete",
    "watts_strogatz",
    "barabasi_albert",
    "erdos_renyi",
    "stochastic_block",
    "computed",
    "given",
]


class BehaviourParameters(BaseModel):
    """How people believe, value, choose, talk and fall ill; part of every scenario."""

    model_config = ConfigDict(extra="forbid", frozen=True, validate_default=True)

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

    one_off_weight: float = quantity(
        1 / 24,
        "1/period",
        0,
        1,
        "weight of a payment made once, a deposit or a reward, in the choice of a period",
        group=CHOICE,
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
    insurer_awareness_of_members: Annotated[float, Field(ge=0, le=1)] | None = setting(
        None,
        "the same of a member, whom belonging reminds of insurance; empty: as everybody",
        group=INSURER,
        unit="1",
        source="51.5 % of members and 20 % of others would consider it: press 2018-2022",
    )
    penalty_for_none: float = quantity(
        0.0,
        "yuan per period",
        0,
        1e6,
        "what a mandate takes from those who are in no plan and not insured",
        group=INSURER,
        source="Hackmann, Kolstad and Kowalski 2015",
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
