"""The rules of a plan: what it pays, who may enter, who shares the bill and how."""

from __future__ import annotations

from typing import Annotated, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from model.quantities import quantity, setting

OLDEST = 120
"""Ages above this are not distinguished [years]."""

AgeBand = tuple[
    Annotated[int, Field(ge=0, le=OLDEST)], Annotated[float, Field(ge=0, allow_inf_nan=False)]
]
"""A step of a schedule: (from this age [years], this value)."""

Sharing = Literal["equal", "age_band", "expected_cost", "conditional_mean"]
Reentry = Literal["never", "waiting", "free"]
Bearer = Literal["sponsor", "claimants"]

BENEFIT, ENTRY, BILL, EXIT = "benefit", "entry", "sharing the bill", "leaving"


class Plan(BaseModel):
    """Rules of one plan; every rule is also a parameter of a scenario."""

    model_config = ConfigDict(extra="forbid", frozen=True, validate_default=True)

    name: Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*$")] = setting(
        "pool", "name of the plan, in lower case", group=BENEFIT
    )
    benefit: list[AgeBand] = setting(
        [(0, 300_000.0)],
        "benefit paid on a first critical illness, as steps (from age, benefit)",
        group=BENEFIT,
        unit="yuan",
        source="Xiang Hu Bao, under 40: press 2018-2022",
    )
    waiting_period: int = quantity(
        0, "periods", 0, 1000, "membership before a claim is paid", group=BENEFIT
    )
    leaves_after_aid: bool = setting(
        True, "whether a member who was aided leaves the plan", group=BENEFIT
    )

    loyalty: float = quantity(
        0.0, "1", 0, 10, "growth of the benefit by loyal membership, as a share", group=BENEFIT
    )
    loyalty_years: float = quantity(
        5.0, "years", 0.01, 100, "membership after which that growth is complete", group=BENEFIT
    )

    opens: int = quantity(
        0, "periods", 0, 100_000, "period in which the plan opens; 0: before the start", group=ENTRY
    )
    reach: float = quantity(
        1.0,
        "1",
        0,
        1,
        "share of people whom the plan can reach, the users of its platform",
        group=ENTRY,
    )
    auto_enrolment: float = quantity(
        0.0,
        "1/period",
        0,
        1,
        "probability that an eligible outsider who never left is enrolled without being asked",
        group=ENTRY,
    )
    entry_age_min: int = quantity(0, "years", 0, OLDEST, "youngest age at entry", group=ENTRY)
    entry_age_max: int = quantity(59, "years", 0, OLDEST, "oldest age at entry", group=ENTRY)
    exit_age: int = quantity(
        OLDEST + 1, "years", 0, OLDEST + 1, "age at which membership ends", group=EXIT
    )
    screening: float = quantity(
        0.0, "1", 0, 1, "probability that a bad risk is detected at entry", group=ENTRY
    )
    bad_risk_share: float = quantity(
        0.1, "1", 0, 1, "share of people, the frailest, who count as bad risks", group=ENTRY
    )
    marketing: float = quantity(
        0.0, "1/period", 0, 1, "extra share of outsiders who consider joining", group=ENTRY
    )
    marketing_periods: int = quantity(
        0, "periods", 0, 100_000, "how long the marketing lasts", group=ENTRY
    )

    fee: float = quantity(
        0.08,
        "1",
        0,
        10,
        "management fee, as a share of the benefits paid (the loading)",
        group=BILL,
        source="Xiang Hu Bao after 2018-11-27: press 2018-2022",
    )
    sharing: Sharing = setting(
        "equal", "what a member's contribution is in proportion to", group=BILL
    )
    sharing_mix: float = quantity(
        1.0,
        "1",
        0,
        1,
        "share of the bill split by `sharing`; the rest is split equally",
        group=BILL,
    )
    age_relativity: list[AgeBand] = setting(
        [(0, 0.2), (30, 0.6), (40, 1.5), (50, 3.5), (60, 8.0)],
        "weights of the ages when sharing is by age band, as steps (from age, weight)",
        group=BILL,
        unit="1",
    )
    waiting_members_owe: bool = setting(
        True, "whether members in their waiting period pay contributions", group=BILL
    )
    leavers_owe: bool = setting(
        False, "whether those who leave in a period still owe its contribution", group=BILL
    )
    settlement_rate: float = quantity(
        1.0, "1/period", 0.001, 1, "share of the outstanding claims that is settled", group=BILL
    )
    case_cap: float | None = setting(
        None, "most that a member pays for one case", group=BILL, unit="yuan"
    )
    year_cap: float | None = setting(
        None, "most that a member pays in a calendar year", group=BILL, unit="yuan"
    )
    year_cap_years: int = quantity(
        1000, "years", 0, 1000, "calendar years for which `year_cap` is promised", group=BILL
    )
    excess_borne_by: Bearer = setting("sponsor", "who bears what the caps cut off", group=BILL)
    subsidy: float = quantity(
        0.0, "1", 0, 1, "share of every contribution that the sponsor pays", group=BILL
    )
    difference_subsidy: float = quantity(
        0.0,
        "1",
        0,
        1,
        "share that the sponsor pays of the excess over the cheapest plan's contribution",
        group=BILL,
        source="Cutler and Reber 1998",
    )
    opening_contribution: float | None = setting(
        None,
        "contribution announced at the start; empty: expected cost of the first members",
        group=BILL,
        unit="yuan per period",
    )

    transparency: float = quantity(
        0.0,
        "sentiment per period",
        0,
        1,
        "rise of members' sentiment when all claims are published as paid, and fall if none is",
        group=BILL,
    )

    successor: str = setting(
        "",
        "plan that takes over members who grow too old, without a waiting period, if they want",
        group=EXIT,
    )
    families_leave_together: bool = setting(
        False, "whether a family leaves as soon as one of them chooses to", group=EXIT
    )
    closes: int | None = setting(
        None,
        "last period of the plan, set by its platform or a regulator",
        group=EXIT,
        unit="periods",
    )
    term: int = quantity(
        1, "periods", 1, 1000, "members may leave only at the end of each term", group=EXIT
    )
    reentry: Reentry = setting("waiting", "whether those who left may come back", group=EXIT)
    closes_below: float = quantity(
        0.0, "people", 0, 1e10, "the plan closes when it has fewer members", group=EXIT
    )

    @model_validator(mode="after")
    def _rules_agree(self) -> Self:
        problems = [
            *_steps_problem("benefit", self.benefit),
            *_steps_problem("age_relativity", self.age_relativity),
            *_life_problem(self.opens, self.closes),
        ]
        if self.entry_age_min > self.entry_age_max:
            problems.append(
                f"entry_age_min = {self.entry_age_min} years is above entry_age_max = "
                f"{self.entry_age_max} years; nobody could enter"
            )
        if self.exit_age <= self.entry_age_max:
            problems.append(
                f"exit_age = {self.exit_age} years must be above entry_age_max = "
                f"{self.entry_age_max} years"
            )
        problems += [
            f"{name} = {value} yuan must be positive; leave it out for no cap"
            for name, value in (("case_cap", self.case_cap), ("year_cap", self.year_cap))
            if value is not None and not value > 0
        ]
        if self.opening_contribution is not None and self.opening_contribution < 0:
            problems.append(
                f"opening_contribution = {self.opening_contribution} yuan must not be negative"
            )
        if problems:
            raise ValueError("\n".join(problems))
        return self


def _steps_problem(name: str, steps: list[AgeBand]) -> list[str]:
    ages = [age for age, _ in steps]
    if not ages or ages[0] != 0 or ages != sorted(set(ages)):
        return [f"{name} must be steps (from age, value) that begin at age 0 and rise; got {steps}"]
    return []


def _life_problem(opens: int, closes: int | None) -> list[str]:
    if closes is None or closes > opens:
        return []
    return [
        f"closes = {closes} periods must be above opens = {opens} periods; leave it out for a plan "
        "that goes on"
    ]
