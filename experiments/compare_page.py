"""The page of a comparison: one HTML file that needs no network."""

from __future__ import annotations

import base64
import shlex
from typing import TYPE_CHECKING, Any

from experiments.compare import labels_of, people_sentences
from experiments.compare_words import histories, readable, remarks_of, while_open
from experiments.pages import page
from experiments.parameters import number, period_name, title_of
from experiments.provenance import versions
from experiments.report_blocks import Block, Panel
from experiments.tables import MOST_ROWS, every_so_many, periods_in_a_point, thinned

if TYPE_CHECKING:
    import polars as pl

    from experiments.compare import Comparison

_DRAWN = (
    ("members", "Members", "people"),
    ("contribution_year", "Contribution, trailing year", "yuan per member per year"),
)


def page_of(comparison: Comparison) -> str:
    """Return the page of a comparison as the text of an HTML file."""
    table = histories(comparison)
    data = every_so_many(table.drop("date") if table["date"].null_count() else table, MOST_ROWS)
    numbers = readable(comparison)
    labels = [line.label for line in comparison.lines]
    return page(
        "compare.html.j2",
        title=f"{labels[0]} against {len(labels) - 1} more" if len(labels) > 2 else
        f"{labels[0]} and {labels[1]}",
        stories=_stories(comparison),
        notes=people_sentences(comparison),
        heads=numbers.columns,
        rows=[[_cell(value) for value in row] for row in numbers.iter_rows()],
        remarks=remarks_of(comparison)[len(labels) : -1],
        blocks=_blocks(comparison, table),
        facts=_facts(comparison),
        command=command_of(comparison),
        versions=versions(),
        csv=base64.b64encode(data.write_csv().encode()).decode(),
        csv_rows=data.height,
        all_rows=table.height,
    )  # fmt: skip


def command_of(comparison: Comparison) -> str:
    """Write the command that repeats a comparison."""
    typed = comparison.orders[0].typed
    words = ["deathspiral", "compare", *comparison.names]
    for flag, value in (("--people", typed.people), ("--periods", typed.periods)):
        words += [] if value is None else [flag, value]
    words += ["--seed", typed.seed]
    words += ["--set", *typed.changes] if typed.changes else []
    return shlex.join(words)


def _stories(comparison: Comparison) -> list[dict[str, Any]]:
    """Return each story with its titles, what it shows, and the verdict on each of its plans."""
    stories: dict[str, dict[str, Any]] = {
        label: {"label": label, "preset": order.preset, "title": title_of(order.preset, "en"),
                "title_zh": title_of(order.preset, "zh"), "lines": []}
        for label, order in zip(labels_of(comparison.names), comparison.orders, strict=True)
    }  # fmt: skip
    for line in comparison.lines:
        label, _, plan = line.label.partition(": ")
        stories[label]["lines"].append((plan, line.verdict))
    return list(stories.values())


def _blocks(comparison: Comparison, table: pl.DataFrame) -> list[Block]:
    clock = period_name(comparison.scenario.period_length)
    lines = {
        line.label: thinned(while_open(table.filter(table["line"] == place)))
        for place, line in enumerate(comparison.lines, 1)
    }
    first = comparison.lines[0].label
    return [
        Block(
            "Members and contribution",
            "One line a story, or a plan of a story with several. A line ends when its plan "
            "closes, a contribution with the last member.",
            _panels(lines, "", clock),
        ),
        Block(
            f"Difference to {first}",
            f"Each line less that of {first}, period by period. People and luck are the same, so "
            "what differs is what rules, behaviour and news do.",
            _panels(lines, "_difference", clock),
        ),
    ]


def _panels(lines: dict[str, pl.DataFrame], ending: str, clock: str) -> list[Panel]:
    from experiments.figures_compare import side_by_side

    more = ", difference" if ending else ""
    return [
        Panel(
            f"{column}{ending}",
            f"{what}{more}",
            side_by_side(lines, f"{column}{ending}", f"{what}{more}", unit, clock),
            "half",
        )
        for column, what, unit in _DRAWN
    ]


def _facts(comparison: Comparison) -> str:
    scenario = comparison.scenario
    together = periods_in_a_point(comparison.lines[0].rows)
    point = f" One point stands for {together} periods." if together > 1 else ""
    return (
        f"One run of each (n = 1), seed {comparison.orders[0].seed}; the same "
        f"{scenario.n_people:,} simulated people in all, each standing for "
        f"{number(round(scenario.persons_per_row, 1))}; a period is a "
        f"{period_name(scenario.period_length, plural=False)}.{point}"
    )


def _cell(value: Any) -> str:
    from experiments.analysis.answer import shown

    return shown(value)
