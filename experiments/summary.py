"""An outcome in a few lines, or as one object for other programs."""

from __future__ import annotations

import json
import math
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from experiments.parameters import number, period_name, title_of
from experiments.tables import plan_rows
from model.sentences import money, people_en, people_zh

if TYPE_CHECKING:
    import polars as pl

    from experiments.single_run import Outcome
    from model import Plan, Verdict

SERIES = ("members", "contribution", "selection_ratio")


def in_words(outcome: Outcome, language: str = "en", files: Sequence[Path] = ()) -> str:
    """Return the sentence and four numbers, with seed and size, a block a plan."""
    scenario, order = outcome.order.scenario, outcome.order
    lines = [title_of(order.preset, language)]
    for plan in scenario.plans:
        verdict = outcome.verdicts[plan.name]
        sentence = verdict.sentence_zh if language == "zh" else verdict.sentence
        label = {"en": f"Plan {plan.name}. ", "zh": f"计划 {plan.name}："}[language]
        lines.append((label if len(outcome.verdicts) > 1 else "") + sentence)
        lines += [_row(*row, language) for row in _rows(outcome, plan, language)]
    shows = order.preset.shows_zh if language == "zh" else order.preset.shows
    lines += [f"{'这表明：' if language == 'zh' else 'What it shows: '}{shows}"] if shows else []
    lines += _basis(outcome, language)
    lines += [f"{'已写入' if language == 'zh' else 'Written:'} {path}" for path in files]
    return "\n".join(lines)


def _basis(outcome: Outcome, language: str) -> list[str]:
    """Say what a run rests on, and if one case counts for several."""
    scenario, seed = outcome.order.scenario, outcome.order.seed
    n, weight = scenario.n_people, scenario.persons_per_row
    each, chinese = number(round(weight, 2)), language == "zh"
    lines = [
        f"种子{seed}；一次模拟（n = 1），{n:,}名模拟人，每名代表{each}人"
        if chinese
        else f"Seed {seed}; one run (n = 1) of {n:,} simulated people, each standing for {each}."
    ]
    if scenario.claims == "drawn" and weight > 1:
        real = round(scenario.population_represented or n)
        lines.append(
            f"病例逐一抽取，一个模拟病例按{each}例计，波动被放大；--people {real}则每人各计一次。"
            if chinese
            else f"Claims are drawn: one simulated case counts {each} times, so chance looms "
            f"larger than it was; --people {real} simulates each person."
        )
    return lines


def _rows(outcome: Outcome, plan: Plan, language: str) -> list[tuple[str, str, str]]:
    """Return label, value and explanation of the four numbers, and of a sponsor's cost."""
    v, rows = outcome.verdicts[plan.name], plan_rows(outcome.history, plan.name)
    ratio = "–" if math.isnan(v.selection_ratio) else f"{v.selection_ratio:.2f}"
    paid = money(v.contribution) if v.peak_members else "–"
    day, priced = _closed_on(rows), plan.premium is not None
    if language == "zh":
        tipping = "" if v.tipping_period is None else f"第{v.tipping_period}期越过临界点"
        closed = f"{day}关停" if day else ""
        return [
            ("成员", people_zh(v.members), f"峰值{people_zh(v.peak_members)}"),
            ("保费" if priced else "分摊金", paid, "元，每名成员最后一期"),
            ("选择比", ratio, "成员发病率 ÷ 符合条件者发病率"),
            ("期数", f"{v.periods:,}", "；".join(filter(None, (tipping, closed)))),
            *_sponsor(rows, v, language),
        ]
    tipping = "" if v.tipping_period is None else f"; tipped in period {v.tipping_period}"
    periods = period_name(outcome.order.scenario.period_length)
    closed = f"; closed in the period to {day}" if day else ""
    return [
        ("Members", people_en(v.members), f"of {people_en(v.peak_members)} at the peak"),
        ("Premium" if priced else "Contribution", paid, "yuan per member in the last period"),
        ("Selection ratio", ratio, "incidence of members ÷ of the eligible"),
        ("Periods", f"{v.periods:,}", f"{periods}{tipping}{closed}"),
        *_sponsor(rows, v, language),
    ]


def _closed_on(rows: pl.DataFrame) -> str:
    """Return the day on which a plan's last period ended, empty if it is open or has no dates."""
    open_ = rows["open"].to_list()
    if open_[-1] or True not in open_:
        return ""
    day = rows["date"][len(open_) - open_[::-1].index(True)]
    return "" if day is None else day.isoformat()


def _sponsor(rows: pl.DataFrame, v: Verdict, language: str) -> list[tuple[str, str, str]]:
    """Return a row for what a sponsor paid and one for what members got back, if anything."""
    cost, back = float(rows["sponsor_cost"].sum()), float(rows["refunds"].sum())
    size, zh = people_zh if language == "zh" else people_en, language == "zh"
    found = []
    if v.peak_members and abs(cost) >= 1:
        each = money(cost / v.peak_members)
        said = f"元，合峰值成员每人{each}元" if zh else f"yuan in all, {each} a member at the peak"
        found.append(("平台" if zh else "Sponsor", size(cost), said))
    if v.peak_members and back >= 1:
        said = "元，预存余额与关停退款" if zh else "yuan given back: deposits, and at closing"
        found.append(("退还" if zh else "Refunds", size(back), said))
    return found


def _row(label: str, value: str, remark: str, language: str) -> str:
    # A Chinese character is two columns wide.
    width = 17 if language == "en" else 17 - len(label)
    return f"  {label:{width}}{value:>14}  {remark}".rstrip()


def as_object(outcome: Outcome) -> str:
    """Return the outcome as a JSON object: facts, and series by period (row 0: the opening).

    The series at the top are those of the first plan; with several plans each has its own under
    ``plans``. What is not a number (nobody to divide by) is null.
    """
    order, scenario = outcome.order, outcome.order.scenario
    reports = [_plan_object(outcome, name) for name in outcome.plans]
    content: dict[str, Any] = {
        "name": order.preset.name,
        "seed": order.seed,
        "people": scenario.n_people,
        "people_each_stands_for": scenario.persons_per_row,
        "period_length_years": scenario.period_length,
        **reports[0],
    }
    if len(reports) > 1:
        content["plans"] = reports
    return json.dumps(content, ensure_ascii=False, allow_nan=False)


def _plan_object(outcome: Outcome, plan: str) -> dict[str, Any]:
    verdict = outcome.verdicts[plan]
    rows = outcome.history.filter(outcome.history["plan"] == plan)
    return {
        "plan": plan,
        "verdict": verdict.outcome,
        "sentence": verdict.sentence,
        "sentence_zh": verdict.sentence_zh,
        "tipping_period": verdict.tipping_period,
        "periods": verdict.periods,
        **{name: _numbers(rows[name]) for name in SERIES},
    }


def _numbers(column: pl.Series) -> list[float | None]:
    return [value if value is not None and math.isfinite(value) else None for value in column]
