"""Several stories on the same people and the same luck: what differs is what their rules do."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from experiments.memory import refuse_if_too_large
from experiments.orders import Complaints, Order, Typed, order_of
from experiments.outputs import Outbox, Writer
from experiments.parameters import period_name, shown
from experiments.progress import Ticker, say_if_compiling
from experiments.single_run import outcome_of

if TYPE_CHECKING:
    import polars as pl

    from model import Scenario, Verdict

FEWEST, MOST = 2, 8
"""Stories that are compared at once."""


@dataclass(frozen=True)
class Line:
    """One plan of one story: what came of it."""

    label: str
    """The story, and the plan if the story has several."""
    rows: pl.DataFrame
    """History of the plan, as of `model.metrics.history_of`."""
    verdict: Verdict


@dataclass(frozen=True)
class Comparison:
    """What several stories came to, the first of them as the measure of the others."""

    names: tuple[str, ...]
    orders: list[Order]
    """As carried out: with the first story's people and clock in all of them."""
    held: dict[str, dict[str, Any]]
    """Parameter that is as in the first story for all → label of another story → its own value."""
    lines: list[Line]

    @property
    def scenario(self) -> Scenario:
        """The scenario of the first story."""
        return self.orders[0].scenario


def compared(names: tuple[str, ...], typed: Typed, ticker: Ticker) -> Comparison:
    """Run stories on the same people and luck.

    Parameters
    ----------
    names : tuple of str
        Presets, plans of the history or TOML files; the first gives people, size and horizon.
    typed : Typed
        Options that hold for all of them; its name is not read.
    ticker : Ticker
        Told how far the runs are.

    Raises
    ------
    ScenarioError
        A sentence for everything that is wrong, or if the stories count in different periods.
    """
    orders = _ordered(names, typed)
    labels = labels_of(names)
    orders, held = _on_the_same_people(orders, labels)
    lines = []
    for label, order in zip(labels, orders, strict=True):
        refuse_if_too_large(order.scenario)
        outcome = outcome_of(order, ticker, with_curves=False)
        for plan, verdict in outcome.verdicts.items():
            rows = outcome.history.filter(outcome.history["plan"] == plan)
            whole = f"{label}: {plan}" if len(outcome.verdicts) > 1 else label
            lines.append(Line(whole, rows, verdict))
    return Comparison(names, orders, held, lines)


def carry_out(names: tuple[str, ...], typed: Typed, *, as_json: bool, language: str) -> None:
    """Compare, write the files that were asked for, print the outcome.

    Raises
    ------
    DeathspiralError
        If the order is wrong or a file cannot be written; nothing is left behind then.
    """
    with Outbox(typed.out) as outbox, Ticker() as ticker:
        say_if_compiling()
        comparison = compared(names, typed, ticker)
        files = outbox.fill(_writers(comparison) if typed.out is not None else {})
    from experiments.compare_words import answer_of, to_print, with_series

    if as_json:
        print(with_series(answer_of(comparison, language), comparison).json())
        return
    for answer in to_print(comparison, language):
        answer.print()
    for path in files:
        print(f"{'已写入' if language == 'zh' else 'Written:'} {path}")


def _ordered(names: tuple[str, ...], typed: Typed) -> list[Order]:
    complaints = Complaints()
    if not FEWEST <= len(names) <= MOST:
        complaints.add(
            f"{len(names)} {'story' if len(names) == 1 else 'stories'} to compare: name "
            f"{FEWEST} to {MOST} presets, plans or TOML files"
        )
    if len(names) > MOST:
        complaints.tell()
    orders = [complaints.attempt(order_of, replace(typed, name=name)) for name in names]
    complaints.sentences = list(dict.fromkeys(complaints.sentences))
    known = [order for order in orders if order is not None]
    complaints.tell()
    counted: dict[str, list[str]] = {}
    for name, order in zip(names, known, strict=True):
        counted.setdefault(period_name(order.scenario.period_length), []).append(name)
    if len(counted) > 1:
        said = "; ".join(f"{', '.join(same)}: {length}" for length, same in counted.items())
        complaints.add(
            f"rules count in periods, and these differ ({said}); compare stories whose periods "
            "have one length"
        )
    complaints.tell()
    return known


def labels_of(names: tuple[str, ...]) -> list[str]:
    """Return a label a story; one that is named again gets a number."""
    seen: Counter[str] = Counter()
    labels = []
    for name in names:
        stem = Path(name).stem if name.endswith(".toml") else name
        seen[stem] += 1
        labels.append(stem if seen[stem] == 1 else f"{stem} ({seen[stem]})")
    return labels


def _on_the_same_people(
    orders: list[Order], labels: list[str]
) -> tuple[list[Order], dict[str, dict[str, Any]]]:
    """Return the orders with the first one's people and clock, and what was replaced for it."""
    from model.people_parameters import PeopleParameters

    clock = ("n_people", "n_periods", "period_length", "population_represented")
    first, held = orders[0].scenario, dict[str, dict[str, Any]]()
    days = {order.scenario.start_date for order in orders}
    alike = {name: getattr(first, name) for name in (*clock, *PeopleParameters.model_fields)}
    alike["start_date"] = first.start_date if len(days) == 1 else None  # each from its own opening
    complaints, changed = Complaints(), []
    for label, order in zip(labels, orders, strict=True):
        changes = {}
        for name, common in alike.items():
            own = getattr(order.scenario, name)
            if own != common:
                changes[name] = common
                held.setdefault(name, {})[label] = own
        scenario = complaints.attempt(order.scenario.but, **changes) or first
        preset = order.preset.model_copy(update={"scenario": scenario})
        changed.append(replace(order, preset=preset))
    complaints.tell()
    return changed, held


def people_sentences(comparison: Comparison, language: str = "en") -> list[str]:
    """Say which stories are run with another's people, size or horizon."""
    names, labels = comparison.names, labels_of(comparison.names)
    by_label = dict(zip(labels, names, strict=True))
    own = [values for name, values in comparison.held.items() if name != "start_date"]
    guests = [label for label in labels if any(label in values for values in own)]
    if not guests:
        return []
    first, commands = labels[0], [f"deathspiral run {by_label[label]}" for label in guests]
    if language == "zh":
        return [
            f"注意：{'、'.join(guests)}在此用的是{first}的人群、规模与期数；"
            f"单独运行结局可能不同：{'；'.join(commands)}"
        ]
    one = len(guests) == 1
    return [
        f"Note: {', '.join(guests)} {'is' if one else 'are'} run here with the people, size and "
        f"horizon of {first}; alone {'it' if one else 'each'} may end otherwise: "
        f"{'; '.join(commands)}"
    ]


def held_sentences(comparison: Comparison, language: str = "en") -> list[str]:
    """Say which parameters of the first story hold for all, and which story is named again."""
    labels, scenario = labels_of(comparison.names), comparison.scenario
    said = [
        f"{name} = {shown(getattr(scenario, name))} "
        f"({', '.join(f'{label}: {shown(value)}' for label, value in own.items())})"
        for name, own in comparison.held.items()
    ]
    names = comparison.names
    again = [label for place, label in enumerate(labels) if names[place] in names[:place]]
    if language == "zh":
        held = [f"全部相同，取{labels[0]}的值：{'；'.join(said)}。"] if said else []
        return held + [f"重复的情景，与前一个毫无差别：{'、'.join(again)}。" for _ in again[:1]]
    held = [f"The same for all, as in {labels[0]}: {'; '.join(said)}."] if said else []
    return held + [
        f"Named twice, so exactly like the first of the name: {', '.join(again)}."
        for _ in again[:1]
    ]


def _writers(comparison: Comparison) -> dict[str, Writer]:
    from experiments.compare_page import page_of
    from experiments.compare_words import histories

    table, text = histories(comparison), page_of(comparison)
    return {
        "compare.parquet": lambda path: table.write_parquet(path),
        "compare.html": lambda path: _write_text(path, text),
    }


def _write_text(path: Path, text: str) -> None:
    path.write_text(text, encoding="utf-8")
