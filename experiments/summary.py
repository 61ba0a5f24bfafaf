"""An outcome in a few lines, or as one object for other programs."""

from __future__ import annotations

import json
import math
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from experiments.parameters import number, period_name, title_of
from model.sentences import money, people_en, people_zh

if TYPE_CHECKING:
    import polars as pl

    from experiments.single_run import Outcome
    from model import Verdict

SERIES = ("members", "contribution", "selection_ratio")


def in_words(outcome: Outcome, language: str = "en", files: Sequence[Path] = ()) -> str:
    """Return the sentence and four numbers, with seed and size, a block a plan."""
    scenario, order = outcome.order.scenario, outcome.order
    lines = [title_of(order.preset, language)]
    for name, verdict in outcome.verdicts.items():
        sentence = verdict.sentence_zh if language == "zh" else verdict.sentence
        label = {"en": f"Plan {name}. ", "zh": f"计划 {name}："}[language]
        lines.append((label if len(outcome.verdicts) > 1 else "") + sentence)
        rows = _rows(verdict, language, period_name(scenario.period_length))
        lines += [_row(*row, language) for row in rows]
    shows = order.preset.shows_zh if language == "zh" else order.preset.shows
    lines += [f"{'这表明：' if language == 'zh' else 'What it shows: '}{shows}"] if shows else []
    each = number(round(scenario.persons_per_row, 2))
    n, seed = scenario.n_people, order.seed
    lines.append(
        f"种子{seed}；一次模拟（n = 1），{n:,}名模拟人，每名代表{each}人"
        if language == "zh"
        else f"Seed {seed}; one run (n = 1) of {n:,} simulated people, each standing for {each}."
    )
    lines += [f"{'已写入' if language == 'zh' else 'Written:'} {path}" for path in files]
    return "\n".join(lines)


def _rows(v: Verdict, language: str, periods: str) -> list[tuple[str, str, str]]:
    """Return label, value and explanation of the four numbers."""
    ratio = "–" if math.isnan(v.selection_ratio) else f"{v.selection_ratio:.2f}"
    paid = money(v.contribution) if v.peak_members else "–"
    if language == "zh":
        tipping = "" if v.tipping_period is None else f"；第{v.tipping_period}期越过临界点"
        return [
            ("成员", people_zh(v.members), f"峰值{people_zh(v.peak_members)}"),
            ("分摊金", paid, "元，每名成员最后一期"),
            ("选择比", ratio, "成员发病率 ÷ 符合条件者发病率"),
            ("期数", f"{v.periods:,}", tipping.removeprefix("；")),
        ]
    tipping = "" if v.tipping_period is None else f"; tipped in period {v.tipping_period}"
    return [
        ("Members", people_en(v.members), f"of {people_en(v.peak_members)} at the peak"),
        ("Contribution", paid, "yuan per member in the last period"),
        ("Selection ratio", ratio, "incidence of members ÷ of the eligible"),
        ("Periods", f"{v.periods:,}", f"{periods}{tipping}"),
    ]


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
