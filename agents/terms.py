"""What a sweep is told: the rules of the plans, the rates of behaviour, the quotes of a period."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

Array = np.ndarray[Any, Any]

N_AGES = 121
EQUAL, AGE_BAND, EXPECTED_COST, CONDITIONAL_MEAN = range(4)
NEVER, WITH_WAITING, FREELY = range(3)
BY_COST, BY_AGE, BY_PREMIUM, BY_RISK = range(4)
EVERYBODY, LOW_RISK, LOW_INCOME = range(3)
N_STEPS = 8
"""Steps that a yearly cap by age may have."""
CARA, PROPORTIONAL, GIVEN = range(3)


class Terms(NamedTuple):
    """Rules of the plans, an entry a plan; schedules have a column for each age."""

    benefit: Array
    """float64 (plans, ages) [yuan]."""
    relativity: Array
    """float64 (plans, ages): weight of an age when it decides the share: by age band, or by what a
    yearly cap leaves; the pools' own array, which changes during a run."""
    index_kind: Array
    """int64: what the share index is."""
    premium: Array
    """float64 (plans, ages) [yuan per year]."""
    has_premium: Array
    target_loss_ratio: Array
    entry_age_min: Array
    entry_age_max: Array
    exit_age: Array
    waiting_period: Array
    """int64 [periods]."""
    fee: Array
    """float64: loading on the benefits paid."""
    screening: Array
    screening_frailty: Array
    """float64: frailty above which a person is a bad risk."""
    sharing: Array
    waiting_members_owe: Array
    leavers_owe: Array
    leaves_after_aid: Array
    term: Array
    reentry: Array
    sharing_mix: Array
    """float64: share of the bill split by the index; 0 where everybody pays the same."""
    settlement_rate: Array
    case_cap: Array
    year_cap: Array
    """float64 [yuan]; infinite for no cap."""
    year_cap_years: Array
    caps_by_age: Array
    year_caps: Array
    """float64 (plans, N_STEPS) [yuan]: yearly cap of each step of ages."""
    cap_step: Array
    """int64 (plans, ages): the step that an age belongs to."""
    claimants_bear_excess: Array
    subsidy: Array
    subsidy_for: Array
    difference_subsidy: Array
    reinsurance: Array
    retention: Array
    reserve_loading: Array
    reserve_full: Array
    smoothing: Array
    joining_reward: Array
    deposit: Array
    """float64 (plans, ages) [yuan]."""
    takes_deposits: Array
    deposit_refunded: Array
    has_one_offs: Array
    """bool: whether entering or leaving the plan moves money at once."""
    free_periods_at_closing: Array
    refunds_contributions: Array
    forgoes_claims_at_closing: Array
    closes_below: Array
    marketing: Array
    marketing_periods: Array
    opens: Array
    closes: Array
    """int64: first and last period; a huge one for a plan that goes on."""
    reach: Array
    auto_enrolment: Array
    successor: Array
    """int64: plan that members move to when they are too old, −1 for none."""
    families_leave_together: Array
    loyalty: Array
    loyalty_years: Array
    transparency: Array
    open: Array
    """bool: whether the plan exists now; the pools' own array, which changes during a run."""


class Rates(NamedTuple):
    """How people believe, value, choose and fall ill; scalars, the same for everybody."""

    incidence: Array
    """float64 (2, ages): table by sex (0 man, 1 woman) and age, times the level [1/year]."""
    select: Array
    """float64 (tenures,): incidence of a member relative to a long-standing one."""
    period_length: float
    ageing: bool
    cost_given: bool
    income_median: float
    willingness: int
    risk_premium: float
    private_information: float
    perception_noise: float
    contribution_learning: float
    reference_adaptation: float
    disadvantage_aversion: float
    loss_aversion: float
    awareness: float
    awareness_from_neighbours: float
    threshold_rule: bool
    hassle_of_leaving: float
    hassle_of_joining: float
    choice_noise: float
    experience_weight: float
    sentiment_value: float
    expected_claims: bool
    case_fatality: float
    newcomers: float
    insurer_awareness: float
    insurer_awareness_of_members: float
    penalty_for_none: float
    one_off_weight: float
    family_size: int
    insurer_benefit: float
    insurer_loss_ratio: float
    insurer_frailty: float
    """Frailty above which underwriting rejects."""
    risk_quartiles: Array
    """float64 (3,): own incidence that separates the quartiles [1/year]."""
    attention: float
    attention_to_change: float
    attention_to_news: float
    persons_per_row: float


class Quotes(NamedTuple):
    """What everybody hears at the start of a period."""

    period: int
    flat: Array
    """float64 (plans,): part of the contribution that all members pay alike [yuan]."""
    slope: Array
    """float64 (plans,): contribution per unit of a member's share index [yuan]."""
    attention: Array
    """float64 (plans,): probability that a member reviews."""
    marketing: Array
    """float64 (plans,): added awareness of outsiders."""
    news: float
    chorus: float
    """Sum of everybody's heard sentiment, for complete ties."""
    crowd: float
    """Number of members among everybody, for complete ties."""
    told: Array
    """float64 (plans,): what published claims do to the sentiment of members."""


class Ties(NamedTuple):
    """Who hears from whom: none, everybody, the neighbours start[i] … start[i + 1], or a rule."""

    kind: int
    start: Array
    """int64 (n + 1,)."""
    neighbour: Array
    """uint32 (ties,): row of a neighbour."""
    reach: int
    """Neighbours on each side of a ring that is computed."""
    keys: Array
    """uint32 (matchings,): of the matchings that are computed."""


NO_TIES, COMPLETE_TIES, LISTED_TIES, COMPUTED_TIES = range(4)


class Luck(NamedTuple):
    """The seed, as the two words of a Philox key."""

    low: np.uint32
    high: np.uint32


class Scratch(NamedTuple):
    """Working space of one tile, reused from tile to tile."""

    words: Array
    """uint32 (4, tile): draws."""
    rows: Array
    """uint64 (tile,): rows of the tile that something happens to."""
    ends: Array
    """float64 (tile,): number of neighbours."""
    heard: Array
    """float64 (tile,): sentiment of the neighbours, first its sum and then its mean."""
    members: Array
    """float64 (tile,): members among the neighbours."""
    views: Array
    """float64 (tile,): sentiment before anybody else is heard."""
    values: Array
    """float64 (plans + 2,): value of each option of one person."""
    wants: Array
    """float64 (tile,): how likely each wants a plan."""
    slope: Array
    """float64 (tile,): how fast that changes with the contribution."""
