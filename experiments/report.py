"""The report: one HTML file with everything in it, readable without a network."""

from __future__ import annotations

import base64
import math
from typing import TYPE_CHECKING, Any

from experiments.observations import LAST_USED, observed
from experiments.pages import changed_rows, page
from experiments.parameters import (
    Parameter,
    amendments_of,
    number,
    period_name,
    plan_rules,
    scenario_parameters,
    title_of,
)
from experiments.provenance import command_of, versions
from experiments.report_blocks import blocks_of, facts_of, together_of
from experiments.tables import MOST_ROWS, every_so_many, plan_rows
from model.sentences import money, people_en

if TYPE_CHECKING:
    from experiments.single_run import Outcome
    from model import Verdict

MOST_PLANS = 4
"""Plans with figures of their own; all are in the data."""
_PREVIEW = ("period", "date", "members", "joined", "lapsed", "contribution", "contribution_year",
            "claims", "selection_ratio", "sentiment")  # fmt: skip


def report_of(outcome: Outcome) -> str:
    """Return the report of a run as the text of an HTML file."""
    return page("report.html.j2", **_context(outcome))


def _context(outcome: Outcome) -> dict[str, Any]:
    order, scenario = outcome.order, outcome.order.scenario
    drawn = outcome.plans[:MOST_PLANS]
    points = observed(order.preset.observed, scenario)
    return {
        "preset": order.preset,
        "title": title_of(order.preset, "en"),
        "facts": facts_of(outcome),
        "plans": [_plan(outcome, name) for name in drawn],
        "together": together_of(outcome),
        "left_out": outcome.plans[MOST_PLANS:],
        "events": _events(outcome),
        "amendments": amendments_of(scenario),
        "observed": points.to_dicts(),
        "last_used": f"{LAST_USED.day} {LAST_USED:%B %Y}",
        "parameters": _changed(outcome, scenario_parameters(scenario)),
        "rules": [(plan.name, _changed(outcome, plan_rules(plan))) for plan in scenario.plans],
        "command": command_of(order.typed),
        "command_here": command_of(order.typed, "scenario.toml"),
        "versions": versions(),
        **_data(outcome),
    }


def _plan(outcome: Outcome, name: str) -> dict[str, Any]:
    verdict = outcome.verdicts[name]
    return {
        "name": name,
        "verdict": verdict,
        "facts": facts_of(outcome, name),
        "tiles": _tiles(verdict, outcome.order.scenario.period_length),
        "blocks": blocks_of(outcome, name),
    }


def _tiles(v: Verdict, period_length: float) -> list[tuple[str, str, str]]:
    """Return the four numbers: label, value, and what it is with its unit."""
    ratio = "–" if math.isnan(v.selection_ratio) else f"{v.selection_ratio:.2f}"
    tipping = "" if v.tipping_period is None else f"; tipped in period {v.tipping_period}"
    paid = f"{money(v.contribution)} yuan" if v.peak_members else "–"
    peak = f"{people_en(v.peak_members)} at the peak (period {v.peak_period})"
    return [
        ("Members", people_en(v.members), f"people at the end, of {peak}"),
        ("Contribution", paid, "per member in the last period"),
        ("Selection ratio", ratio, "incidence of members ÷ of the eligible; 1 is no selection"),
        ("Periods", f"{v.periods:,}", f"{period_name(period_length)}{tipping}"),
    ]


def _changed(outcome: Outcome, parameters: list[Parameter]) -> list[dict[str, str]]:
    """Return parameters that are not at their default, as cells of a table."""
    typed = outcome.order.typed
    ordered = {change.partition("=")[0].strip().split(".")[-1] for change in typed.changes or ()}
    ordered |= {"n_people"} if typed.people or typed.people_file else set()
    ordered |= {"n_periods"} if typed.periods else set()
    return changed_rows(parameters, ordered, "the command line")


def _events(outcome: Outcome) -> list[dict[str, Any]]:
    rows = plan_rows(outcome.history, outcome.plans[0])
    days = dict(zip(rows["period"].to_list(), rows["date"].to_list(), strict=True))
    return [
        {
            "period": event.period,
            "day": days.get(event.period),
            "news": f"{event.news:+g}",
            "label": event.label,
            "label_zh": event.label_zh,
        }
        for event in outcome.order.scenario.events
    ]


def _data(outcome: Outcome) -> dict[str, Any]:
    """Return the table that travels with the report, a preview, and what its columns mean."""
    from model.metrics import COLUMNS

    rows = every_so_many(outcome.history, MOST_ROWS)
    if rows["date"].null_count():
        rows = rows.drop("date")
    text = rows.write_csv()
    first = every_so_many(plan_rows(outcome.history, outcome.plans[0]), 25)
    names = [name for name in _PREVIEW if name in rows.columns]
    return {
        "csv": base64.b64encode(text.encode()).decode(),
        "csv_rows": rows.height,
        "all_rows": outcome.history.height,
        "columns": [(name, *COLUMNS[name]) for name in rows.columns],
        "preview_head": [(name, COLUMNS[name][0]) for name in names],
        "preview": [[_cell(row[name]) for name in names] for row in first.iter_rows(named=True)],
    }


def _cell(value: Any) -> str:
    if value is None or (isinstance(value, float) and not math.isfinite(value)):
        return "–"
    if isinstance(value, float):
        return number(value) if abs(value) >= 1000 else f"{value:.3g}"
    return str(value)
