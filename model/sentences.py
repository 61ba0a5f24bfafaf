"""The verdict as a sentence, in English and in Chinese."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from model.verdict import Verdict

_CAUSES_EN = {
    "price": "the contribution outgrew what cover is worth",
    "own_cost": "it felt unfair against the own risk",
    "reference": "it rose above what people were used to",
    "sentiment": "sentiment turned",
    "expectation": "people valued their cover less",
    "insurance": "commercial insurance looked better",
    "chance": "personal reasons",
    "switched": "another plan looked better",
    "family": "families left together",
    "aged_out": "members grew too old",
    "aided": "members were aided and left",
    "died": "members died",
    "ineligible": "members fell ill before they were covered",
    "plan_closed": "the plan closed",
}
_CAUSES_ZH = {
    "price": "分摊金超过了保障的价值",
    "own_cost": "相对自身风险觉得不公平",
    "reference": "分摊金高于习惯的水平",
    "sentiment": "情绪转向",
    "expectation": "对保障的评价下降",
    "insurance": "商业保险更有吸引力",
    "chance": "个人原因",
    "switched": "转向其他计划",
    "family": "与家人一同退出",
    "aged_out": "超过年龄上限",
    "aided": "获得救助后退出",
    "died": "去世",
    "ineligible": "等待期内患病",
    "plan_closed": "计划关闭",
}


def people_en(count: float) -> str:
    """Write a number of people for reading: 87, 12,300 or 105.8 million."""
    return f"{count / 1e6:,.1f} million" if count >= 1e6 else f"{count:,.0f}"


def people_zh(count: float) -> str:
    """Write a number of people in Chinese: 87, 1.23万 or 1.058亿."""
    if count >= 1e8:
        return f"{count / 1e8:,.3f}亿"
    if count >= 1e6:
        return f"{count / 1e4:,.0f}万"
    return f"{count / 1e4:,.2f}万" if count >= 1e4 else f"{count:,.0f}"


def money(amount: float) -> str:
    """Write an amount of yuan with as many digits as a reader needs."""
    return f"{amount:,.0f}" if abs(amount) >= 99.95 else f"{amount:,.3g}"


def _periods(v: Verdict) -> str:
    return "1 period" if v.periods == 1 else f"{v.periods:,} periods"


def sentence_en(v: Verdict, *, insurer: bool = False) -> str:
    """Say what became of the pool, or of an insurer's plan with a fixed price, in English."""
    fate = _fate_en(v)
    if insurer:
        fate = fate.replace(" pool", " plan").replace("contribution", "premium")
    return fate if v.ended is None else f"{fate} Its platform closed it in period {v.ended}."


def _fate_en(v: Verdict) -> str:
    if v.peak_members == 0:
        return f"Nobody ever joined: the pool stayed empty for {_periods(v)}."
    if v.outcome == "growing":
        return (
            f"The pool grew: {people_en(v.members)} members after {_periods(v)}, the most "
            f"it ever had, at {money(v.contribution)} yuan per member in the last period."
        )
    left = (
        f"{people_en(v.members)} of {people_en(v.peak_members)} members "
        f"({1 - v.members_lost:.0%}) were left after {_periods(v)}"
    )
    if v.outcome == "stable":
        return (
            f"The pool was stable: {left}, at {money(v.contribution)} yuan per member in the "
            f"last period."
        )
    opening = {
        "collapsed": "The pool collapsed",
        "spiral": "The pool spiralled down",
        "run": "Members ran from the pool",
        "eroding": "The pool eroded",
    }[v.outcome]
    closed = " and it closed by its own minimum size" if v.closed else ""
    return (
        f"{opening}: {left}{closed}; the contribution {_rise_en(v)}, {_selection_en(v)}; "
        f"the commonest reason to go: {_CAUSES_EN.get(v.commonest_cause, 'none')}."
    )


def _rise_en(v: Verdict) -> str:
    if math.isinf(v.contribution_rise):
        return "rose from nothing"
    verb = "rose" if v.contribution_rise >= 0 else "fell"
    return f"{verb} {abs(v.contribution_rise):.0%} from the peak on"


def _selection_en(v: Verdict) -> str:
    if math.isnan(v.selection_share):
        return "while the members' mean expected cost did not rise"
    if v.selection_share < 0:
        return "and the members' expected cost rose although leavers lowered it"
    part = "all" if v.selection_share >= 1 else f"{v.selection_share:.0%}"
    return f"and leavers explain {part} of the rise in the members' expected cost"


def sentence_zh(v: Verdict, *, insurer: bool = False) -> str:
    """Say what became of the pool, or of an insurer's plan with a fixed price, in Chinese."""
    fate = _fate_zh(v)
    if insurer:
        for pooled, insured in (("互助池", "计划"), ("分摊金", "保费"), ("分摊", "保费")):
            fate = fate.replace(pooled, insured)
    return fate + ("" if v.ended is None else f"平台于第{v.ended}期关停。")


def _fate_zh(v: Verdict) -> str:
    if v.peak_members == 0:
        return f"无人加入：{v.periods}期内互助池始终为空。"
    if v.outcome == "growing":
        return (
            f"互助池在增长：{v.periods}期后有{people_zh(v.members)}名成员，为历史最高，"
            f"最后一期每人分摊{money(v.contribution)}元。"
        )
    left = (
        f"{v.periods}期后，{people_zh(v.peak_members)}名成员中还剩{people_zh(v.members)}名"
        f"（{1 - v.members_lost:.0%}）"
    )
    if v.outcome == "stable":
        return f"互助池保持稳定：{left}，最后一期每人分摊{money(v.contribution)}元。"
    opening = {
        "collapsed": "互助池崩溃",
        "spiral": "互助池陷入死亡螺旋",
        "run": "成员挤兑式退出",
        "eroding": "互助池缓慢流失",
    }[v.outcome]
    closed = "，并因低于最低人数而关闭" if v.closed else ""
    return (
        f"{opening}：{left}{closed}；分摊金自高峰期起{_rise_zh(v)}，{_selection_zh(v)}；"
        f"最常见的退出原因：{_CAUSES_ZH.get(v.commonest_cause, '无')}。"
    )


def _rise_zh(v: Verdict) -> str:
    if math.isinf(v.contribution_rise):
        return "从零上升"
    return f"{'上升' if v.contribution_rise >= 0 else '下降'}{abs(v.contribution_rise):.0%}"


def _selection_zh(v: Verdict) -> str:
    if math.isnan(v.selection_share):
        return "成员的平均预期成本没有上升"
    if v.selection_share < 0:
        return "退出者降低了成员的平均预期成本，但它仍然上升"
    part = "全部" if v.selection_share >= 1 else f"{v.selection_share:.0%}"
    return f"其中退出者的选择解释了成员平均预期成本上升的{part}"
