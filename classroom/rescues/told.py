"""What a search for rescues found, in words."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from classroom.controls.parameter_words import choice_of
from classroom.period_words import period_key
from classroom.words import Words
from classroom.worth import worth_is_known

if TYPE_CHECKING:
    from classroom.rescues.search import Search, Trialled
    from experiments.rescue.hindrance import Hindrance
    from experiments.rescue.levers import Lever
    from experiments.rescue.moves import World


_RULES = {"what": "sharing", "whom": "subsidy_for"}
"""Whose choices stand in the gaps of reasons."""


def amount_of(lever: Lever, amount: float, world: World, words: Words) -> str:
    """Write an amount of a lever with its unit: 34 %, 12 months, 250 yuan a year."""
    if lever.unit in ("1", "1/period"):
        key = "share" if lever.unit == "1" else "share_a_period"
        return words(f"rescue.amount.{key}", n=f"{100 * amount:.3g}")
    if lever.unit == "periods":
        key = period_key(world.scenario)
        return words(f"rescue.amount.periods.{key}", n=f"{amount:.0f}")
    key = {"years": "age", "yuan/year": "yuan_a_year"}.get(lever.unit, "sentiment")
    digits = f"{float(f'{amount:.3g}'):,.12g}"
    return words(f"rescue.amount.{key}", n=digits)


def strength_of(search: Search, tested: Trialled, words: Words) -> str:
    """Say how much of a lever: 1,660 yuan a year."""
    assert tested.dose is not None
    return amount_of(tested.lever, tested.dose.amount(search.world), search.world, words)


def signed(amount: float) -> str:
    """Write a change to the nearest whole: +402, −14 or 0."""
    whole = round(amount)
    return f"{whole:+,}".replace("-", "−") if whole else "0"


def share_of(row: dict[str, Any], words: Words) -> str:
    """Write a probability of collapse with its interval."""
    low, high = row["p_collapse_low"], row["p_collapse_high"]
    return words(
        "rescue.interval",
        p=f"{100 * row['p_collapse']:.0f}",
        low=f"{100 * low:.0f}",
        high=f"{100 * high:.0f}",
    )


def without_lever(search: Search, words: Words) -> str:
    """Say how often the pool collapses if nothing is done."""
    told = words(
        "rescue.without",
        p=share_of(search.without, words),
        keep=f"{100 * search.question.keep:.0f}",
        n=search.without["n"],
    )
    if search.collapses:
        return told
    return told + words("rescue.between") + words("rescue.nothing_to_do", target=_target(search))


def _target(search: Search) -> str:
    return f"{100 * search.question.target:.0f}"


def sentence_of(search: Search, tested: Trialled, words: Words) -> str:
    """Say in a sentence what a lever does, and what it teaches."""
    name, lesson = words.of(tested.lever, "title"), words.of(tested.lever, "lesson")
    if tested.hindrance is not None:
        reason = why(tested.lever, tested.hindrance, search.world, words)
        return words("rescue.hindered", lever=name, why=reason)
    key = "works" if tested.is_rescue else "fails"
    row = tested.row
    told = words(
        f"rescue.{key}",
        lever=name,
        dose=words(
            "rescue.dose",
            what=words.of(tested.lever, "amount"),
            amount=strength_of(search, tested, words),
        ),
        before=share_of(search.without, words),
        after=share_of(row, words),
        kept=f"{100 * row['members_kept']:.0f}",
        target=_target(search),
        n=row["n"],
    )
    parts = [told, *([_price(search, tested, words)] if tested.is_rescue else [])]
    parts += [words("rescue.fails_again")] if tested.fails_again and tested.is_rescue else []
    return words("rescue.between").join([*parts, lesson])


def _price(search: Search, tested: Trialled, words: Words) -> str:
    cost, everybody = tested.row["cost"] or 0.0, everybody_of(tested)
    key = "free" if cost < 1 else "costs"
    return words(
        f"rescue.{key}",
        cost=f"{cost:,.0f}",
        welfare=words(
            f"rescue.welfare_{'known' if worth_is_known(search.world.scenario) else 'unknown'}",
            n=signed(tested.row["welfare_change"]),
        ),
        better=f"{100 * everybody['better_off']:.0f}",
        worse=f"{100 * everybody['worse_off']:.0f}",
    )


def welfare_of(search: Search, tested: Trialled, words: Words) -> str:
    """Write how welfare changes, or that nobody can say."""
    known = worth_is_known(search.world.scenario)
    return signed(tested.row["welfare_change"]) if known else words("tiles.unknown")


def everybody_of(tested: Trialled) -> dict[str, Any]:
    """Return the row of all people together."""
    kinds = tested.gains["kind"].to_list()
    return tested.gains.row(kinds.index("everybody"), named=True)


def why(lever: Lever, hindrance: Hindrance, world: World, words: Words) -> str:
    """Say why a lever cannot be pulled; faults that the model finds are told in its own words."""
    told = dict(hindrance.gaps)
    told |= {gap: choice_of(rule, told[gap], words) for gap, rule in _RULES.items() if gap in told}
    if "amount" in told:
        told["amount"] = amount_of(lever, lever.moves.start(world), world, words)
    return words(f"rescue.why.{hindrance.reason}", **told)
