"""The rules of a plan: what it pays, who may enter, who shares the bill and how."""

from __future__ import annotations

from typing import Annotated, Any, Literal, Self

from pydantic import BaseModel, ConfigDict, Discriminator, Field, Tag, model_validator

from model.plan_checks import problems_of
from model.quantities import Finite, quantity, setting

OLDEST = 120
"""Ages above this are not distinguished [years]."""

AgeBand = tuple[
    Annotated[int, Field(ge=0, le=OLDEST)], Annotated[float, Field(ge=0, allow_inf_nan=False)]
]
"""A step of a schedule: (from this age [years], this value)."""


def _kind(value: Any) -> str:
    return "steps" if isinstance(value, list | tuple) else "single"


Steps = Annotated[list[AgeBand], Tag("steps")]
AmountOrSteps = Annotated[Annotated[Finite, Tag("single")] | Steps, Discriminator(_kind)]
RatedOrSteps = Annotated[
    Annotated[Literal["risk_rated"], Tag("single")] | Steps, Discriminator(_kind)
]

Sharing = Literal["equal", "age_band", "expected_cost", "conditional_mean"]
Reentry = Literal["never", "waiting", "free"]
Bearer = Literal["sponsor", "claimants"]

Target = Literal["everybody", "low_risk", "low_income"]

BENEFIT, ENTRY, BILL, EXIT = "benefit", "entry", "sharing the bill", "leaving"
SPONSOR, CLOSING = "sponsor and reserve", "closing"


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
    joining_reward: float = quantity(
        0.0,
        "yuan",
        0,
        1e6,
        "cash that the sponsor pays to who joins for the first time",
        group=ENTRY,
    )
    deposit: list[AgeBand] | None = setting(
        None,
        "balance paid in at entry, for contributions to come, as steps (from age, deposit)",
        group=ENTRY,
        unit="yuan",
    )
    deposit_refunded: bool = setting(
        True, "whether who leaves gets the balance back; else the sponsor keeps it", group=EXIT
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
    case_cap: Finite | None = setting(
        None, "most that a member pays for one case", group=BILL, unit="yuan"
    )
    year_cap: AmountOrSteps | None = setting(
        None,
        "most that a member pays in a calendar year: an amount, or steps (from age, amount)",
        group=BILL,
        unit="yuan",
    )
    year_cap_years: int = quantity(
        1000, "years", 0, 1000, "calendar years for which `year_cap` is promised", group=BILL
    )
    excess_borne_by: Bearer = setting("sponsor", "who bears what the caps cut off", group=BILL)
    premium: RatedOrSteps | None = setting(
        None,
        "insurer's fixed price in the place of a shared bill: steps (from age, premium), or rated "
        "by age and sex",
        group=BILL,
        unit="yuan per year",
    )
    target_loss_ratio: float = quantity(
        0.6, "1", 0.01, 2, "expected benefits ÷ risk-rated premium", group=BILL
    )
    subsidy: float = quantity(
        0.0, "1", 0, 1, "share of a contribution that the sponsor pays", group=BILL
    )
    subsidy_for: Target = setting(
        "everybody",
        "whose: everybody's, that of the lower half by own incidence at the start, or that of "
        "incomes below the median",
        group=BILL,
    )
    reinsurance: float = quantity(
        0.0,
        "1",
        0,
        1,
        "share that the sponsor pays of the charge per head above the retention",
        group=SPONSOR,
    )
    retention: float = quantity(
        0.0, "yuan per period", 0, 1e6, "charge per head that is not reinsured", group=SPONSOR
    )
    reserve_loading: float = quantity(
        0.0, "1", 0, 10, "surcharge on the bill until the reserve fund is full", group=SPONSOR
    )
    reserve_full: float = quantity(
        0.0, "yuan", 0, 1e6, "reserve fund per member from which on it is full", group=SPONSOR
    )
    smoothing: float = quantity(
        0.0, "1", 0, 1, "share of a change in the bill that the reserve absorbs", group=SPONSOR
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
    opening_contribution: Finite | None = setting(
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
    closes: Annotated[int, Field(ge=1, le=100_000)] | None = setting(
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

    free_periods_at_closing: int = quantity(
        0, "periods", 0, 1000, "last periods up to `closes` that the sponsor pays", group=CLOSING
    )
    refunds_contributions: bool = setting(
        False, "whether the sponsor gives back all that members ever paid", group=CLOSING
    )
    claims_after_closing: Literal["sponsor", "forgone"] = setting(
        "sponsor", "who settles the claims outstanding at closing", group=CLOSING
    )

    @model_validator(mode="after")
    def _rules_agree(self) -> Self:
        problems = problems_of(self)
        if problems:
            raise ValueError("\n".join(problems))
        return self
