"""A comparison as tables and sentences: what is printed, and what is written as data."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import polars as pl

from experiments.analysis.answer import Answer
from experiments.compare import held_sentences
from experiments.parameters import number, period_name

if TYPE_CHECKING:
    from experiments.compare import Comparison, Line

DIFFERING = ("members", "contribution", "contribution_year")
"""Columns whose difference to the first line is written down."""
SERIES = ("members", "contribution", "selection_ratio", "sponsor_cost")

_HEADS = {
    "en": ("story", "verdict", "members", "peak", "yuan a year", "selection", "sponsor", "welfare"),
    "zh": ("情景", "结局", "成员", "峰值", "年分摊", "选择比", "平台", "福利"),
}
_LEGEND = {
    "en": "Members at the end and at the peak{of}; contribution over the last year with members; "
    "selection: incidence of members ÷ of the eligible; sponsor: all it paid [million yuan]; "
    "welfare: worth of cover less its cost, as a share of what was possible, over the whole run.",
    "zh": "成员：期末与峰值{of}；年分摊：仍有成员的最后一年，元；"
    "选择比：成员发病率÷符合条件者发病率；平台：其全部支出，百万元；福利：全程保障价值减成本，占可能最大值的份额。",
}
_MILLIONS = {"en": " [million people]", "zh": "，百万人"}
_VERDICTS = {"collapsed": "崩溃", "spiral": "螺旋", "run": "挤兑", "eroding": "流失",
             "stable": "稳定", "growing": "增长"}  # fmt: skip


def answer_of(comparison: Comparison, language: str = "en") -> Answer:
    """Return the outcome of each line side by side, and a sentence of each."""
    chinese, n = language == "zh", comparison.scenario.n_people
    unit = 1e6 if max(line.verdict.peak_members for line in comparison.lines) >= 1e6 else 1
    cells = [_cells(line, unit, chinese=chinese) for line in comparison.lines]
    table = pl.DataFrame(cells, schema=list(_HEADS[language]), orient="row")
    sentences = [
        f"{line.label}: {line.verdict.sentence_zh if chinese else line.verdict.sentence}"
        for line in comparison.lines
    ]
    sentences.append(_LEGEND[language].format(of=_MILLIONS[language] if unit > 1 else ""))
    seed, each = comparison.orders[0].seed, number(round(comparison.scenario.persons_per_row, 2))
    sentences += held_sentences(comparison, language)
    sentences.append(
        f"同样的人、同样的运气：种子{seed}，每个情景模拟一次（n = 1），{n:,}名模拟人，"
        f"每名代表{each}人。"
        if chinese
        else f"The same people and the same luck: seed {seed}, one run of each story (n = 1), "
        f"{n:,} simulated people, each standing for {each}; "
        f"{comparison.scenario.n_periods} {period_name(comparison.scenario.period_length)}."
    )
    return Answer("并排比较" if chinese else "Side by side", table, sentences)


def with_series(answer: Answer, comparison: Comparison) -> Answer:
    """Return an answer with the main series of every line, for another program."""
    wide = histories(comparison)
    names = ["period", "story", "line", *SERIES, *(f"{name}_difference" for name in DIFFERING)]
    return replace(answer, more={"series": wide.select(names)})


def histories(comparison: Comparison) -> pl.DataFrame:
    """Return the histories of all lines with their difference to the first.

    Returns
    -------
    polars.DataFrame
        ``line`` (number, from 1), ``story`` (label), the columns of a history, and
        ``…_difference`` for each of `DIFFERING` (null where the first had ended).
    """
    first = comparison.lines[0].rows.select(
        "period", *(pl.col(name).alias(f"{name}_first") for name in DIFFERING)
    )
    differences = [
        (pl.col(name) - pl.col(f"{name}_first")).alias(f"{name}_difference") for name in DIFFERING
    ]
    return pl.concat(
        line.rows.join(first, on="period", how="left", maintain_order="left").select(
            pl.lit(place).alias("line"),
            pl.lit(line.label).alias("story"),
            *line.rows.columns,
            *differences,
        )
        for place, line in enumerate(comparison.lines, 1)
    )


def _cells(line: Line, unit: float, *, chinese: bool) -> tuple[object, ...]:
    verdict, rows = line.verdict, line.rows
    paid = rows.filter(pl.col("members") > 0)["contribution_year"]
    best = float(rows["first_best"].sum())
    return (
        line.label,
        _VERDICTS[verdict.outcome] if chinese else verdict.outcome,
        verdict.members / unit,
        verdict.peak_members / unit,
        float(paid[-1]) if paid.len() else None,
        verdict.selection_ratio,
        float(rows["sponsor_cost"].sum()) / 1e6,
        float(rows["welfare"].sum()) / best if best > 0 else None,
    )
