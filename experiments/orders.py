"""What was ordered: options as typed become a scenario, people and a seed, or complaints."""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from agents.errors import DeathspiralError, ScenarioError
from experiments.parameters import number

if TYPE_CHECKING:
    import polars as pl

    from model import Preset, Scenario

Result = TypeVar("Result")

LARGEST_SEED = 2**64 - 1
MOST_THREADS = 1024
_FLAGS = {
    "people": "--people",
    "periods": "--periods",
    "seed": "--seed",
    "threads": "--threads",
}


@dataclass(frozen=True)
class Typed:
    """The options of `deathspiral run`, as typed."""

    name: str
    people: str | None = None
    periods: str | None = None
    seed: str = "1"
    changes: tuple[str, ...] | None = None
    people_file: Path | None = None
    threads: str | None = None
    out: Path | None = None


@dataclass(frozen=True)
class Order:
    """A run that can be carried out."""

    typed: Typed
    preset: Preset
    """With the changes in its scenario."""
    people: pl.DataFrame | None
    seed: int
    threads: int | None

    @property
    def scenario(self) -> Scenario:
        """The scenario, with all changes."""
        return self.preset.scenario


class Complaints:
    """Sentences about what is wrong, gathered so that all are told at once."""

    def __init__(self) -> None:
        self.sentences: list[str] = []

    def add(self, sentence: str) -> None:
        """Note one thing that is wrong."""
        self.sentences.append(sentence)

    def attempt(self, call: Callable[..., Result], *arguments: Any, **named: Any) -> Result | None:
        """Call; note what an error says, and return None then."""
        try:
            return call(*arguments, **named)
        except DeathspiralError as error:
            self.sentences += getattr(error, "sentences", [str(error)])
            return None

    def tell(self) -> None:
        """Raise all that was noted, if anything was.

        Raises
        ------
        ScenarioError
            With the sentences.
        """
        if self.sentences:
            raise ScenarioError(self.sentences)


def order_of(typed: Typed) -> Order:
    """Return the run that was ordered.

    Raises
    ------
    ScenarioError
        A sentence for everything that is wrong with the options, all at once.
    """
    from model.presets import load

    complaints = Complaints()
    preset = complaints.attempt(load, typed.name)
    seed = complaints.attempt(whole_number, "--seed", typed.seed, 0, LARGEST_SEED)
    threads = _optional(complaints, "--threads", typed.threads, 1, MOST_THREADS)
    changes = _changes(typed, complaints)
    people = None
    if typed.people_file is not None:
        from model.people_frame import read_people

        people = complaints.attempt(read_people, typed.people_file)
    if people is not None:
        _count(typed, people.height, changes, complaints)
    if preset is not None:
        scenario = amended(preset.scenario, changes, complaints)
        preset = preset.model_copy(update={"scenario": scenario})
    complaints.tell()
    assert preset is not None
    assert seed is not None
    return Order(typed, preset, people, seed, threads)


def amended(scenario: Scenario, changes: dict[str, Any], complaints: Complaints) -> Scenario:
    """Return a scenario with changes; complain about unknown names and about known ones at once."""
    from model import Plan
    from model.changes import known_names

    known = known_names(type(scenario), Plan, [plan.name for plan in scenario.plans])
    strange = {name: value for name, value in changes.items() if name not in known}
    if strange:
        complaints.attempt(scenario.but, **strange)
    familiar = {name: value for name, value in changes.items() if name in known}
    return complaints.attempt(scenario.but, **familiar) or scenario


def _changes(typed: Typed, complaints: Complaints) -> dict[str, Any]:
    """Return everything that is to change in the scenario, by name."""
    changes: dict[str, Any] = {}
    if typed.changes == ():
        complaints.add("--set lacks what to set; write key=value, such as fee=0.1")
    for text in typed.changes or ():
        name, equals, value = text.partition("=")
        name = name.strip().replace("-", "_")
        if not equals or not name:
            complaints.add(f"--set {text} lacks a value; write key=value, such as fee=0.1")
        elif name in _FLAGS:
            complaints.add(f"--set {text}: {name} has its own option, {_FLAGS[name]} {value}")
        elif name in changes:
            complaints.add(f"--set gives {name} twice; leave one out")
        else:
            changes[name] = toml_or_text(value.strip())
    for flag, name, count_text in (
        ("--people", "n_people", typed.people),
        ("--periods", "n_periods", typed.periods),
    ):
        if count_text is not None and name in changes:
            complaints.add(f"{flag} and --set {name} say the same thing; leave one out")
        elif count_text is not None:
            count = complaints.attempt(whole_number, flag, count_text, *_range(name))
            changes |= {} if count is None else {name: count}
    return changes


def _count(typed: Typed, rows: int, changes: dict[str, Any], complaints: Complaints) -> None:
    """Let a file of people say how many there are, and nobody else say otherwise."""
    told = changes.get("n_people", rows)
    if told != rows:
        complaints.add(
            f"{number(told) if isinstance(told, int) else told} people were ordered, but "
            f"{typed.people_file} has {rows:,} rows; leave out --people"
        )
    elif rows:
        changes["n_people"] = rows


def toml_or_text(text: str) -> Any:
    """Read a value as TOML; what is not TOML is text, and nothing is None."""
    if not text:
        return None
    try:
        read = tomllib.loads(f"value = {text}")
    except tomllib.TOMLDecodeError:
        return text
    return read["value"] if list(read) == ["value"] else text


def whole_number(flag: str, text: str, low: int, high: int) -> int:
    """Read a whole number: 1000, 10_000, 10,000 or 1e6.

    Raises
    ------
    ScenarioError
        If it is none, or out of range.
    """
    try:
        value = Decimal(text.strip().replace(",", "").replace("_", ""))
    except InvalidOperation:
        value = Decimal("NaN")
    if not value.is_finite() or not low <= value <= high or value % 1:
        allowed = f"a whole number from {low:,} to {high:,}"
        raise ScenarioError(f"{flag} {text} is not allowed: use {allowed}")
    return int(value)


def _optional(
    complaints: Complaints, flag: str, text: str | None, low: int, high: int
) -> int | None:
    return None if text is None else complaints.attempt(whole_number, flag, text, low, high)


def _range(name: str) -> tuple[int, int]:
    from model import Scenario
    from model.quantities import range_of

    low, high = range_of(Scenario.model_fields[name])
    return int(low), int(high)


def bench_orders(
    people: Sequence[str] | None, periods: str, repetitions: str, threads: str | None
) -> dict[str, Any]:
    """Return the arguments of a benchmark.

    Raises
    ------
    ScenarioError
        A sentence for everything that is wrong with the options.
    """
    complaints = Complaints()
    orders: dict[str, Any] = {
        "n_periods": complaints.attempt(whole_number, "--periods", periods, *_range("n_periods")),
        "repetitions": complaints.attempt(whole_number, "--repetitions", repetitions, 1, 1000),
        "threads": _optional(complaints, "--threads", threads, 1, MOST_THREADS),
    }
    if people:
        limits = _range("n_people")
        orders["sizes"] = [
            complaints.attempt(whole_number, "--people", size, *limits) for size in people
        ]
    complaints.tell()
    return orders
