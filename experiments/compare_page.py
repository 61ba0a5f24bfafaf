"""The page of a comparison: one HTML file that needs no network."""

from __future__ import annotations

import base64
import shlex
from typing import TYPE_CHECKING, Any

from experiments.compare_words import answer_of, histories
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
    ("contribution", "Contribution", "yuan per member per period"),
)


def page_of(comparison: Comparison) -> str:
    """Return the page of a comparison as the text of an HTML file."""
    table = histories(comparison)
    data = every_so_many(table.drop("date") if table["date"].null_count() else table, MOST_ROWS)
    answer = answer_of(comparison)
    labels = [line.label for line in comparison.lines]
    return page(
        "compare.html.j2",
        title=f"{labels[0]} against {len(labels) - 1} more" if len(labels) > 2 else
        f"{labels[0]} and {labels[1]}",
        stories=_stories(comparison),
        heads=answer.table.columns,
        rows=[[_cell(value) for value in row] for row in answer.table.iter_rows()],
        remarks=answer.sentences[len(labels) : -1],
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
    """Return each line with its title and its sentences; a title once a story."""
    stories, titles = [], {}
    for label, order in zip(_first_words(comparison), comparison.orders, strict=True):
        titles[label] = title_of(order.preset, "en"), title_of(order.preset, "zh")
    for line in comparison.lines:
        title, title_zh = titles[line.label.partition(": ")[0]]
        stories.append({"label": line.label, "title": title, "title_zh": title_zh,
                        "verdict": line.verdict})  # fmt: skip
    return stories


def _first_words(comparison: Comparison) -> list[str]:
    return list(dict.fromkeys(line.label.partition(": ")[0] for line in comparison.lines))


def _blocks(comparison: Comparison, table: pl.DataFrame) -> list[Block]:
    clock = period_name(comparison.scenario.period_length)
    lines = {
        line.label: thinned(table.filter(table["line"] == place))
        for place, line in enumerate(comparison.lines, 1)
    }
    first = comparison.lines[0].label
    return [
        Block(
            "Members and contribution",
            "One line a story, or a plan of a story with several. A contribution ends with the "
            "last member.",
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

    return [
        Panel(
            f"{column}{ending}",
            what,
            side_by_side(lines, f"{column}{ending}", what, unit, clock),
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
