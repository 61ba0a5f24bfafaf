"""Levers: what a regulator or a platform can change, from not at all to as much as is sensible."""

from __future__ import annotations

import difflib
import functools
import tomllib
from collections.abc import Sequence
from dataclasses import dataclass, fields
from importlib import resources
from typing import Any

from agents.errors import ScenarioError
from experiments.parameters import number, period_name
from experiments.rescue.hindrance import Hindrance
from experiments.rescue.moves import MOVES, Moves, Rules, World, with_senior_plan
from model import Scenario

SPLIT = "split_by_age"


@dataclass(frozen=True)
class Lever:
    """A rule that can be changed, and how strongly."""

    name: str
    title: str
    title_zh: str
    lesson: str
    """What it teaches, in a line."""
    lesson_zh: str
    sort: str
    """Who can pull it: ``regulator`` or ``platform``."""
    amount: str
    """What is counted when asked how much."""
    amount_zh: str
    unit: str

    @property
    def moves(self) -> Moves:
        """Its range, and what it sets."""
        return MOVES[self.name]

    def hindrance(self, world: World) -> Hindrance | None:
        """Return why the lever cannot be pulled in a world; None if it can."""
        known = self.moves.hindrance(world)
        if known:
            return known
        start, full = self.moves.start(world), self.moves.full(world)
        falls = self.name in ("year_cap", SPLIT)
        spent = full >= start if falls else full <= start
        if spent:
            return Hindrance("spent", {"amount": self.told(start, world)})
        faults = "; ".join(_faults(world, (Dose(self, 1.0),)))
        return Hindrance("refused", {"faults": faults}) if faults else None

    def told(self, amount: float, world: World) -> str:
        """Write an amount with its unit: 34 %, 12 months, 250 yuan/year."""
        if self.unit in ("1", "1/period"):
            return f"{100 * amount:.3g} %" + (" a period" if self.unit != "1" else "")
        if self.unit == "periods":
            plural = round(amount) != 1
            return f"{amount:.0f} {period_name(world.scenario.period_length, plural=plural)}"
        if self.unit == "years":
            return f"{amount:.0f} years"
        return f"{number(float(f'{amount:.3g}'))} {self.unit}"

    def rules(self, world: World, strength: float) -> Rules:
        """Return the changes to a scenario, by ``plan.rule`` or parameter; none at strength 0.

        Parameters
        ----------
        world : World
            Where the lever is pulled.
        strength : float
            From 0 to 1.
        """
        if strength == 0:
            return {}
        found = self.moves.rules(world, self.moves.amount(world, strength))
        plans = world.own[:1] if self.name == SPLIT else world.own
        return {
            key: value
            for name, value in found.items()
            for key in ([name] if name in Scenario.model_fields else [f"{p}.{name}" for p in plans])
        }


@dataclass(frozen=True)
class Dose:
    """A lever and how strongly it is pulled."""

    lever: Lever
    strength: float

    def amount(self, world: World) -> float:
        """Return the amount in the lever's unit."""
        return self.lever.moves.amount(world, self.strength)

    def told(self, world: World) -> str:
        """Write the amount with its unit."""
        return self.lever.told(self.amount(world), world)


Mix = tuple[Dose, ...]
"""Levers pulled together; empty for none."""
NO_LEVER = "no lever"


def label_of(mix: Mix, period: int | None = None) -> str:
    """Return the name of a mix, and of the period in which it begins if that is not the start."""
    text = " + ".join(f"{dose.lever.name} {dose.strength:.6g}" for dose in mix) or NO_LEVER
    return text if period is None else f"{text} from period {period}"


def pulled(world: World, mix: Mix, period: int | None = None) -> Scenario:
    """Return the scenario with levers pulled, one after the other.

    Parameters
    ----------
    world : World
        The pool as it is.
    mix : Mix
        Which levers, how strongly; at strength 0 nothing changes.
    period : int, optional
        Period in which the rules change; from the start if left out.
    """
    changed, rules, later = world, Rules(), Rules()
    doses = sorted((d for d in mix if d.strength > 0), key=lambda d: d.lever.name != SPLIT)
    for dose in doses:
        if dose.lever.name == SPLIT:  # members move, so it can only happen during the run
            amount = dose.amount(world)
            changed = world = world.with_(with_senior_plan(world, amount, period or 1))
            later |= dose.lever.rules(changed, dose.strength)
            continue
        rules |= dose.lever.rules(changed, dose.strength)
        changed = world.with_(world.scenario.but(**rules))
    if period is not None:
        rules, later = {}, {**later, **rules}
    scenario = world.scenario.but(**rules) if rules else world.scenario
    return _amended(scenario, later, period or 1) if later else scenario


def _amended(scenario: Scenario, rules: Rules, period: int) -> Scenario:
    known: list[Any] = [one.model_dump() for one in scenario.amendments]
    return scenario.but(amendments=[*known, {"period": period, "changes": rules}])


def agree(one: Dose, other: Dose, world: World) -> bool:
    """Tell whether two levers can be pulled together: they set different rules, which fit."""
    ours, theirs = (dose.lever.rules(world, 1.0) for dose in (one, other))
    return not set(ours) & set(theirs) and not _faults(world, (one, other))


def _faults(world: World, mix: Mix) -> list[str]:
    """Return what the plan says against a mix."""
    try:
        pulled(world, mix)
    except ScenarioError as error:
        return error.sentences
    return []


@functools.cache
def levers() -> dict[str, Lever]:
    """Return all levers by name."""
    text = (resources.files("experiments.rescue") / "levers.toml").read_text("utf-8")
    names = [field.name for field in fields(Lever)]
    entries = tomllib.loads(text)["lever"]
    return {entry["name"]: Lever(**{name: entry[name] for name in names}) for entry in entries}


def chosen(names: Sequence[str] | None) -> list[Lever]:
    """Return levers by name; all of them if none is named.

    Raises
    ------
    ScenarioError
        A sentence for each name that is unknown or given twice.
    """
    known, problems = levers(), []
    for name in dict.fromkeys(names or ()):
        if name not in known:
            near = difflib.get_close_matches(name, known, n=1, cutoff=0.5)
            hint = f"did you mean {near[0]}?" if near else f"use one of {', '.join(known)}"
            problems.append(f"--levers: unknown lever {name!r}; {hint}")
        elif list(names or ()).count(name) > 1:
            problems.append(f"--levers names {name} twice; leave one out")
    if names == [] or names == ():
        problems.append(f"--levers lacks names; use some of {', '.join(known)}")
    if problems:
        raise ScenarioError(problems)
    return [known[name] for name in names or known]
