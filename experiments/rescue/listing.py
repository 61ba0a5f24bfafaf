"""The levers as a list for reading."""

from __future__ import annotations

from experiments.rescue.levers import levers
from experiments.rescue.moves import World
from model import Scenario

_REMARK = (
    "Ranges are those of the default scenario; a lever starts from the rules that a pool has. The\n"
    "strongest amounts are assumed. Fair: expected cost, with the fee, of those whom the plan\n"
    "could take."
)
_REMARK_ZH = (
    "范围按默认情景给出；实际从该互助池现有规则开始。最强力度均为假定。\n"
    "公平分摊：可加入者含费预期成本。"
)


def list_of_levers(language: str = "en") -> str:
    """Return the levers, two lines each: name, who can pull it, lesson; what is moved, how far."""
    zh, known, world = language == "zh", levers(), World(Scenario(), fair=1.0)
    width = max(len(name) for name in known)
    lines = []
    for name, one in known.items():
        sort = {"regulator": "监管", "platform": "平台"}[one.sort] if zh else one.sort
        title, lesson = (one.title_zh, one.lesson_zh) if zh else (one.title, one.lesson)
        lines.append(f"{name:{width}}  {title} ({sort}). {lesson}")
        ends = [one.moves.start(world), one.moves.full(world)]
        if one.unit.startswith("yuan"):
            told = [f"{end:g} × {'公平分摊／年' if zh else 'fair a year'}" for end in ends]
        elif one.unit == "sentiment/period":
            told = [f"{end:g}" for end in ends]
        else:
            told = [one.told(end, world) for end in ends]
        moved = f"{one.amount_zh}：" if zh else f"{one.amount}: "
        lines.append(" " * (width + 2) + moved + (" 至 " if zh else " to ").join(told))
    lines.append(_REMARK_ZH if zh else _REMARK)
    return "\n".join(lines)
