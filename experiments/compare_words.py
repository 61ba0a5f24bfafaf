"""A comparison as tables and sentences: what is printed, and what is written as data."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import polars as pl

from experiments.analysis.answer import Answer
from experiments.compare import held_sentences, people_sentences
from experiments.parameters import number, period_name

if TYPE_CHECKING:
    from experiments.compare import Comparison, Line

DIFFERING = ("members", "contribution", "contribution_year")
"""Columns whose difference to the first line is written down."""
SERIES = ("members", "contribution", "contribution_year", "selection_ratio", "sponsor_cost")

NUMBERS = ("members", "peak_members", "contribution_year", "selection_ratio", "sponsor_cost",
           "welfare_per_person_year")  # fmt: skip
_HEADS = {
    "en": ("story", "verdict", "members\n({of})", "peak\n({of})", "{paid}\n(yuan a year)",
           "selection\nratio", "sponsor\n(million yuan)", "welfare\n(yuan per\nperson-year)"),
    "zh": ("情景", "结局", "成员\n（{of}）", "峰值\n（{of}）", "{paid}\n（元／年）", "选择比",
           "平台支出\n（百万元）", "福利\n（元／人年）"),
}  # fmt: skip
"""Broken into lines, so that names have room on a terminal."""
_TITLES = {
    "en": ("Side by side: members and contribution", "Side by side: selection, sponsor, welfare"),
    "zh": ("并排比较：成员与分摊", "并排比较：选择、平台与福利"),
}
_OF = {"en": {1: "people", 1e6: "million"}, "zh": {1: "人", 1e6: "百万人"}}
_LEGEND = {
    "en": "Members: at the end, or before the plan closed. {paid}: over the last year with "
    "members. Selection ratio: incidence of members ÷ of the eligible. Sponsor: all it paid, less "
    "what it kept. Welfare: worth of cover less its cost, per year and simulated person, member "
    "or not",
    "zh": "成员：期末，或计划关停前。{paid}：仍有成员的最后一年。"
    "选择比：成员发病率÷符合条件者发病率。平台支出：其全部支出减去留存。福利：保障价值减成本，按每个模拟人（无论是否成员）每年计",
}
_NEGATIVE = {
    "en": "; negative: cover was worth less to members than it cost.",
    "zh": "；负值：保障对成员的价值低于其成本。",
}
_PAID = {"en": ("contribution", "premium", "contribution\nor premium"),
         "zh": ("分摊金", "保费", "分摊金或保费")}  # fmt: skip
_VERDICTS = {"collapsed": "崩溃", "spiral": "螺旋", "run": "挤兑", "eroding": "流失",
             "stable": "稳定", "growing": "增长", "empty": "空"}  # fmt: skip


def answer_of(comparison: Comparison, language: str = "en") -> Answer:
    """Return the outcome of each line side by side, and all that there is to say of it."""
    cells = [_cells(line, comparison) for line in comparison.lines]
    table = pl.DataFrame(cells, schema=["story", "verdict", *NUMBERS], orient="row")
    told = [*people_sentences(comparison, language), *remarks_of(comparison, language)]
    return Answer("并排比较" if language == "zh" else "Side by side", table, told)


def to_print(comparison: Comparison, language: str = "en") -> list[Answer]:
    """Return what is printed, in parts: a warning, tables that fit on a terminal, remarks."""
    table, (size, rest) = readable(comparison, language), _TITLES[language]
    wide, story = table.columns, table.columns[0]
    parts = [Answer("", pl.DataFrame(), people_sentences(comparison, language))]
    parts += [Answer(size, table.select(wide[:5]), [])]
    parts += [Answer(rest, table.select(story, *wide[5:]), remarks_of(comparison, language))]
    return parts


def readable(comparison: Comparison, language: str = "en") -> pl.DataFrame:
    """Return the table with headings for people, and sizes in millions where they ask for it."""
    table = answer_of(comparison, language).table
    largest = max(line.verdict.peak_members for line in comparison.lines)
    unit = 1e6 if largest >= 1e6 else 1
    if language == "zh":
        table = table.with_columns(pl.col("verdict").replace_strict(_VERDICTS))
    words = {"of": _OF[language][unit], "paid": _paid(comparison, language)}
    heads = [head.format(**words) for head in _HEADS[language]]
    scaled = table.with_columns(
        pl.col("members", "peak_members") / unit,
        (pl.col("sponsor_cost") / 1e6).round(3) + 0.0,  # never minus nothing
        pl.col("welfare_per_person_year").round(2) + 0.0,
    )
    return scaled.rename(dict(zip(table.columns, heads, strict=True)))


def remarks_of(comparison: Comparison, language: str = "en") -> list[str]:
    """Return a sentence of each line, what the columns mean, and what all lines share."""
    chinese, paid = language == "zh", _paid(comparison, language).replace("\n", " ")
    sentences = [
        f"{line.label}: {line.verdict.sentence_zh if chinese else line.verdict.sentence}"
        for line in comparison.lines
    ]
    lost = any(line.rows["welfare"].sum() < 0 for line in comparison.lines)
    end = _NEGATIVE[language] if lost else "。" if chinese else "."
    legend = _LEGEND[language].format(paid=paid if chinese else paid.capitalize())
    return [*sentences, legend + end, *held_sentences(comparison, language),
            _facts(comparison, chinese=chinese)]  # fmt: skip


def _facts(comparison: Comparison, *, chinese: bool) -> str:
    scenario, seed = comparison.scenario, comparison.orders[0].seed
    n, each = scenario.n_people, number(round(scenario.persons_per_row, 2))
    if chinese:
        return (
            f"同样的人、同样的运气：种子{seed}，每个情景模拟一次（n = 1），{n:,}名模拟人，"
            f"每名代表{each}人。"
        )
    return (
        f"The same people and the same luck: seed {seed}, one run of each story (n = 1), "
        f"{n:,} simulated people, each standing for {each}; "
        f"{scenario.n_periods} {period_name(scenario.period_length)}."
    )


def _paid(comparison: Comparison, language: str) -> str:
    """Name what members pay: contribution, premium or either."""
    plans = [plan for order in comparison.orders for plan in order.scenario.plans]
    kinds = {plan.premium is not None for plan in plans}
    return _PAID[language][2 if len(kinds) > 1 else int(kinds.pop())]


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


def while_open(rows: pl.DataFrame) -> pl.DataFrame:
    """Return a plan's rows until it closed."""
    last = rows.filter(pl.col("open"))["period"].max()
    return rows if last is None else rows.filter(pl.col("period") <= last)


def _cells(line: Line, comparison: Comparison) -> tuple[object, ...]:
    verdict, rows, scenario = line.verdict, line.rows, comparison.scenario
    paid = rows.filter(pl.col("members") > 0)["contribution_year"]
    years = scenario.n_periods * scenario.period_length
    return (
        line.label,
        verdict.outcome if verdict.peak_members else "empty",
        float(while_open(rows)["members"][-1]),
        verdict.peak_members,
        float(paid[-1]) if paid.len() else None,
        verdict.selection_ratio,
        float(rows["sponsor_cost"].sum()),
        float(rows["welfare"].sum()) / (scenario.n_people * scenario.persons_per_row * years),
    )
