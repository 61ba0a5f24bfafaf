"""Idle controls: what moves nothing as long as something else is off."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from classroom.controls.parameter_words import label_of, shown

if TYPE_CHECKING:
    from classroom.words import Words
    from model import Scenario

Values = tuple[Any, ...]
NOT_SMALL_WORLDS = (
    "none",
    "complete",
    "barabasi_albert",
    "erdos_renyi",
    "stochastic_block",
    "given",
)
NOT_BLOCKS = (
    "none",
    "complete",
    "barabasi_albert",
    "erdos_renyi",
    "watts_strogatz",
    "computed",
    "given",
)
NO_INSURER: dict[str, Values] = {
    "insurer_awareness": (0,),
    "insurer_awareness_of_members": (0, None),
}
NEVER_CLOSED: dict[str, Values] = {"closes": (None,), "closes_below": (0,)}
IDLE_WHILE: dict[str, dict[str, Values]] = {
    "age_mode": {"age_peakedness": (0,)},
    "age_relativity": {"sharing": ("equal", "expected_cost", "conditional_mean")},
    "awareness_from_neighbours": {"ties": ("none",)},
    "bad_risk_share": {"screening": (0,)},
    "claims_after_closing": NEVER_CLOSED,
    "deposit_refunded": {"deposit": (None,)},
    "excess_borne_by": {"case_cap": (None,), "year_cap": (None,)},
    "fairness_concern_sd": {"disadvantage_aversion": (0,), "loss_aversion": (0,)},
    "families_leave_together": {"family_size": (1,)},
    "family_size": {"families_leave_together": (False,)},
    "free_periods_at_closing": {"closes": (None,)},
    "homophily": {"ties": NOT_BLOCKS},
    "income_reference": {"income_elasticity": (0,)},
    "insurer_benefit": NO_INSURER,
    "insurer_loss_ratio": NO_INSURER,
    "insurer_rejects": NO_INSURER,
    "loyalty_years": {"loyalty": (0,)},
    "marketing": {"marketing_periods": (0,)},
    "marketing_periods": {"marketing": (0,)},
    "n_neighbours": {"ties": ("none", "complete")},
    "one_off_weight": {"deposit": (None,), "joining_reward": (0,)},
    "private_information": {"frailty_sd": (0,)},
    "refunds_contributions": NEVER_CLOSED,
    "reserve_full": {"reserve_loading": (0,)},
    "reserve_loading": {"reserve_full": (0,)},
    "retention": {"reinsurance": (0,)},
    "rewiring": {"ties": NOT_SMALL_WORLDS},
    "risk_aversion": {"willingness": ("proportional",)},
    "risk_aversion_sd": {"willingness": ("proportional",)},
    "risk_premium": {"willingness": ("cara",)},
    "select_start": {"select_years": (0,)},
    "select_years": {"select_start": (1,)},
    "sharing_mix": {"sharing": ("equal",)},
    "subsidy_for": {"subsidy": (0,)},
    "target_loss_ratio": {"premium": (None,)},
    "year_cap_years": {"year_cap": (None,)},
    **{
        f"{one}_{other}": {f"{trait}_sd": (0,)}
        for one, other, trait in (
            ("frailty", "price_sensitivity", "price_sensitivity"),
            ("income", "price_sensitivity", "price_sensitivity"),
            ("risk_aversion", "price_sensitivity", "price_sensitivity"),
            ("frailty", "income", "frailty"),
            ("frailty", "risk_aversion", "frailty"),
        )
    },
}
"""All of these values together make a parameter idle."""
NEED_NEWS = ("attention_to_news", "news_weight")
NEED_PLANS = ("difference_subsidy", "successor")


def idle_because(scenario: Scenario, name: str, words: Words) -> str:
    """Return why a parameter moves nothing in a scenario, empty if it may move something."""
    if name in NEED_NEWS and not scenario.events:
        return words("settings.idle", why=words("settings.no_news"))
    if name in NEED_PLANS and len(scenario.plans) == 1:
        return words("settings.idle", why=words("settings.one_plan"))
    reasons = IDLE_WHILE.get(name, {})
    if not reasons or not all(_has(scenario, other, off) for other, off in reasons.items()):
        return ""
    off = [
        words(
            "settings.needs",
            label=label_of(other, words),
            value=shown(other, _values(scenario, other)[0], words),
        )
        for other in reasons
    ]
    return words("settings.idle", why=words("settings.between_reasons").join(off))


def _has(scenario: Scenario, name: str, values: Values) -> bool:
    return all(value in values for value in _values(scenario, name))


def _values(scenario: Scenario, name: str) -> list[Any]:
    """Return a parameter's value, or those of a rule in all plans."""
    if name in type(scenario).model_fields:
        return [getattr(scenario, name)]
    return [getattr(plan, name) for plan in scenario.plans]
