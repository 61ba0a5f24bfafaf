"""What a search for rescues found, in words and tables, in English and Chinese."""

from __future__ import annotations

from typing import Any

import polars as pl

from experiments.analysis.answer import Answer
from experiments.parameters import title_of
from experiments.rescue.findings import REPLICATES_OF_PEOPLE, Finding
from experiments.rescue.people import INDIFFERENT, KINDS
from experiments.rescue.search import Tried

_SHORT = (
    "levers",
    "how_little",
    "p_collapse",
    "p_collapse_low",
    "p_collapse_high",
    "n",
    "members_kept",
    "members",
    "cost",
    "penalties",
    "welfare_change",
    "of_first_best",
    "better_off",
    "worse_off",
    "dominated",
)
_GROUPS = {"age": "age", "risk": "risk quartile, 4 the highest", "income": "income tertile"}


def answer(finding: Finding, language: str = "en") -> Answer:
    """Return what was found as tables and sentences.

    Parameters
    ----------
    finding : Finding
        The outcome of a search.
    language : {"en", "zh"}
        Language of title and sentences; tables are in English.
    """
    zh = language == "zh"
    name = title_of(finding.question.preset, language)
    title = f"什么能挽救：{name}" if zh else f"What rescues: {name}"
    rescues = _with(finding.table, rescue=True)
    told = [*sentences(finding, zh=zh), *_latest(finding, zh=zh)]
    return Answer(title, rescues, told, _more(finding))


def sentences(finding: Finding, *, zh: bool = False) -> list[str]:
    """Return what there is to say of the rescues, the finding first."""
    told = [without_lever(finding, zh=zh)]
    if finding.collapses:
        told += [_cheapest(finding, zh=zh), _basis(finding, zh=zh)]
        told += [_remark(one, finding, zh=zh) for one in finding.singles.tried if _odd(one)]
        told += [_money(finding, zh=zh)] if finding.winners.height else []
    told += [_hindered(finding, zh=zh)] if finding.hindered else []
    return told


def criterion(finding: Finding, *, zh: bool = False) -> str:
    """Say what a collapse is."""
    keep = f"{100 * finding.trials.keep:.3g} %"
    if zh:
        return f"期末成员不足无手段时（相同种子）峰值的{keep}，或计划关停"
    return (
        f"fewer members at the end than {keep} of the peak that the same luck brings without a "
        "lever, or the plan closed"
    )


def without_lever(finding: Finding, *, zh: bool = False) -> str:
    """Say how often the pool collapses if nothing is done."""
    base, trials = finding.base, finding.trials
    share = interval(base)
    seed = _new_seed(finding)
    if zh:
        text = f"不采取任何手段时，崩溃（{criterion(finding, zh=True)}）的概率为{share}"
        text += f"（n = {base['n']}，种子{seed}）。"
        return text if finding.collapses else text + "它本来就不崩溃：没有什么需要挽救。"
    text = f"Without a lever the pool collapses in {share} of runs (n = {base['n']}, seed {seed}); "
    text += f"a collapse: {criterion(finding)}."
    if finding.collapses:
        return text
    aim = f"{100 * finding.question.target:.3g} %"
    return (
        f"{text} In the search it was {100 * finding.singles.without:.3g} % of "
        f"{trials.replicates} (seed {trials.seed}), at most the target of {aim}: "
        "there is nothing to rescue."
    )


def interval(row: dict[str, Any]) -> str:
    """Write a probability with its interval."""
    low, high = row["p_collapse_low"], row["p_collapse_high"]
    return f"{100 * row['p_collapse']:.3g} % [{100 * low:.3g}, {100 * high:.3g}]"


def period_of(finding: Finding, *, zh: bool = False) -> str:
    """Say when the levers are pulled, if not at the start."""
    period = finding.trials.period
    if period is None:
        return ""
    return f"自第{period}期起采用。" if zh else f" Levers are pulled in period {period}."


def _new_seed(finding: Finding) -> int:
    from experiments.rescue.confirm import next_seed

    return next_seed(finding.trials.seed)


def _cheapest(finding: Finding, *, zh: bool) -> str:
    aim = f"{100 * finding.question.target:.3g} %"
    if finding.table.is_empty():
        return "没有可用的手段。" if zh else "No lever can be pulled here."
    row = finding.table.row(0, named=True)
    dose = f"{row['levers']} ({row['how_little']})"
    if not row["rescue"]:
        if zh:
            return f"没有手段能保证崩溃概率不超过{aim}；最好的是{dose}：{interval(row)}。"
        return (
            f"No lever keeps the probability of collapse surely at or below {aim}; the best is "
            f"{dose}: {interval(row)} (n = {row['n']})."
        )
    names = row["levers"].split(" + ")
    used = [lever for lever in finding.question.levers if lever.name in names]
    lesson = "".join(f" {lever.lesson_zh if zh else lever.lesson}" for lever in used)
    n = int(finding.table["rescue"].sum())
    if zh:
        return f"有{n}种办法；对平台最省钱的是{dose}：崩溃概率{interval(row)}。{lesson}"
    return (
        f"{n} {'rescue keeps' if n == 1 else 'rescues keep'} it at or below {aim}; the cheapest "
        f"for the sponsor is {dose}: {interval(row)} (n = {row['n']}).{lesson}"
    )


def _basis(finding: Finding, *, zh: bool) -> str:
    trials, base = finding.trials, finding.base
    n, seed, r = finding.n_runs, trials.seed, trials.replicates
    if zh:
        return (
            f"搜索共{n:,}次运行（每个强度{r}次重复，种子{seed}，各处运气相同）；"
            f"确认用新种子（种子{_new_seed(finding)}，每项{base['n']}次），方括号为Wilson 95%区间；"
            f"区间上限不超过目标才算挽救。{period_of(finding, zh=True)}各手段的范围均为假定。"
        )
    return (
        f"The search took {n:,} runs: {r} replicates of each strength with the same luck "
        f"(seed {seed}), {finding.pairs_tried:,} doses of pairs. What is reported comes from new "
        f"seeds (seed {_new_seed(finding)}, n = {base['n']} each) with Wilson's 95 % interval; a "
        "rescue is what has its upper bound at or below the target."
        f"{period_of(finding)} The range of each lever is assumed."
    )


def _odd(tried: Tried) -> bool:
    return tried.least is not None and not tried.is_monotone


def _remark(tried: Tried, finding: Finding, *, zh: bool) -> str:
    lever, world = tried.lever, finding.trials.world
    fails = min(s for s, p in tried.outcomes.items() if s > tried.most and p > tried.target)
    dose = lever.told(lever.moves.amount(world, fails), world)
    if zh:
        return f"{lever.title_zh}并非越强越好：到{dose}时又失败。"
    return f"{lever.name} is not monotone: at {dose} it fails again."


def _money(finding: Finding, *, zh: bool) -> str:
    if zh:
        return (
            f"费用：赞助方每成员每年。福利变化：每人每年，与相同种子下无手段相比；"
            f"得失按人计算（{REPLICATES_OF_PEOPLE}次重复），保障期内保障的价值减分摊金与罚金，"
            f"每年相差{INDIFFERENT}元以内不计；不计税款来源，也不计改买保险者的得失。"
            f"罚金：无保障者每人每年所付，模型中无人收取。成员：期末；留存：占无手段时峰值。"
        )
    return (
        "Cost: the sponsor's, in yuan per member-year. Welfare change: yuan per person-year "
        "against no lever on the same seeds; of first best: welfare ÷ what would be best without "
        "a lever. Dominated: another rescue is no dearer and no worse, by these means. Better "
        "and worse off: shares of people, each against itself "
        f"with the same luck ({REPLICATES_OF_PEOPLE} replicates), by worth of cover while covered "
        f"less contributions and penalties, beyond {INDIFFERENT} yuan a year; who pays the sponsor "
        "and what people gain from insurance they buy instead is not counted. Penalties: yuan per "
        "person-year paid by people without cover; nobody receives them in the model. Members: at "
        "the end; kept: of the peak without a lever."
    )


def _hindered(finding: Finding, *, zh: bool) -> str:
    told = "; ".join(f"{name}: {why}" for name, why in finding.hindered.items())
    return f"未试：{told}。" if zh else f"Not tried: {told}."


def _latest(finding: Finding, *, zh: bool) -> list[str]:
    return [_in_time(row, zh=zh) for row in latest_table(finding).iter_rows(named=True)]


def _in_time(row: dict[str, Any], *, zh: bool) -> str:
    name, last = f"{row['levers']} ({row['how_much']})", row["of"]
    if row["latest_period"] is None:
        told = f"{100 * row['in_search']:.3g} %"
        if zh:
            return f"{name}：第1期采用已太晚（搜索中{told}崩溃）。"
        return f"{name}: too late even in period 1 ({told} collapse in the search)."
    share = f"{interval(row)} (n = {row['n']})"
    if not row["in_time"]:
        if zh:
            return f"{name}：第{row['latest_period']}期采用也不能保证及时：{share}。"
        return f"{name}: not surely in time even in period {row['latest_period']}: {share}."
    if zh:
        return f"{name}：最迟第{row['latest_period']}期（共{last}期）：{share}。"
    return f"{name}: in time until period {row['latest_period']} of {last}: {share}."


def latest_table(finding: Finding) -> pl.DataFrame:
    """Return a row a dose: the latest period in time, with the probability on new seeds.

    ``in_search`` is the share of collapses in period 1 in the search.
    """
    if not finding.delays:
        return pl.DataFrame()
    doses = [
        {
            "levers": " + ".join(dose.lever.name for dose in delay.mix),
            "how_much": " + ".join(dose.told(finding.trials.world) for dose in delay.mix),
            "of": delay.last,
            "in_search": delay.outcomes[1],
        }
        for delay in finding.delays
    ]
    found = finding.latest.rename({"period": "latest_period"}).drop("mix")
    return pl.concat([pl.DataFrame(doses), found], how="horizontal").select(
        "levers", "how_much", "latest_period", "of", "in_time",
        "p_collapse", "p_collapse_low", "p_collapse_high", "n", "in_search",
    )  # fmt: skip


def _more(finding: Finding) -> dict[str, pl.DataFrame]:
    more = {"What does not rescue: fewest collapses": _with(finding.table, rescue=False)}
    for kind, words in _GROUPS.items():
        more[f"Mean gain [yuan/year] (share better off) by {words}"] = gains(finding, kind)
    if finding.delays:
        more["Until when"] = latest_table(finding).drop("in_search")
    return more


def _with(table: pl.DataFrame, *, rescue: bool) -> pl.DataFrame:
    if table.is_empty():
        return table
    rows = table.filter(pl.col("rescue") == rescue)
    left_out = () if rescue else ("better_off", "worse_off", "penalties", "dominated")
    return rows.select(name for name in _SHORT if name in rows.columns and name not in left_out)


def gains(finding: Finding, kind: str) -> pl.DataFrame:
    """Return mean gain and share better off as text, a row a rescue and a column a group."""
    if finding.winners.is_empty():
        return pl.DataFrame()
    rows = finding.winners.filter(pl.col("kind") == kind)
    doses = finding.table.filter("rescue").select("label", "levers", "how_little")
    table: list[dict[str, str]] = []
    for dose in doses.iter_rows(named=True):
        mine = rows.filter(pl.col("label") == dose["label"])
        known = {row["group"]: row for row in mine.iter_rows(named=True)}
        table.append(
            {"levers": dose["levers"], "how_little": dose["how_little"]}
            | {g: _gain(known[g]) for g in KINDS[kind] if g in known}
        )
    return pl.DataFrame(table)


def _gain(row: dict[str, Any]) -> str:
    return f"{row['mean_gain']:+,.0f} ({100 * row['better_off']:.0f} %)"
