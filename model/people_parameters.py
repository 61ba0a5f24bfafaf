"""Parameters of the people: their ages, risks, incomes and first memberships."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict

from model.plan import OLDEST
from model.quantities import quantity, setting

PEOPLE = "people"


class PeopleParameters(BaseModel):
    """Who the people are; part of every scenario."""

    model_config = ConfigDict(extra="forbid", frozen=True, validate_default=True)

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
    family_size: int = quantity(
        1, "people", 1, 20, "people who belong to one family (consecutive rows)", group=PEOPLE
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
