"""A preset as a TOML file that can be run again, every value with its unit and meaning."""

from __future__ import annotations

import datetime
import json
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

from model.quantities import unit_of

if TYPE_CHECKING:
    from pydantic import BaseModel

    from model import Preset

_ABOUT = ("name", "title", "title_zh", "story", "story_zh", "shows", "shows_zh", "outcomes",
          "sources", "assumptions", "observed")  # fmt: skip


def preset_as_toml(preset: Preset, remarks: Sequence[str] = ()) -> str:
    """Return the text of a TOML file that describes a preset completely.

    Parameters
    ----------
    preset : Preset
        What to write down; every parameter is written, so that later defaults change nothing.
    remarks : sequence of str
        Comments for the top of the file.
    """
    lines = [f"# {remark}".rstrip() for remark in remarks]
    for name in _ABOUT:
        if getattr(preset, name):
            lines.append(f"{name} = {toml_value(getattr(preset, name))}")
    lines += ["", "[scenario]", *_assignments(preset.scenario, ("plans", "events", "amendments"))]
    for plan in preset.scenario.plans:
        lines += ["", "[[plan]]", *_assignments(plan)]
    for event in preset.scenario.events:
        lines += ["", "[[event]]", *_assignments(event, remarks=False)]
    for amendment in preset.scenario.amendments:
        lines += ["", "[[amendment]]", *_assignments(amendment, remarks=False)]
    return "\n".join(lines) + "\n"


def _assignments(
    owner: BaseModel, skipped: Sequence[str] = (), *, remarks: bool = True
) -> Iterator[str]:
    for name, field in type(owner).model_fields.items():
        if name in skipped:
            continue
        value, unit = getattr(owner, name), unit_of(field)
        unit = f"[{unit}] " if unit else ""
        remark = f"  # {unit}{field.description}" if remarks else ""
        if value is None:  # TOML has no such value: leaving it out says the same
            yield f"# {name} is not set{remark}"
        else:
            yield f"{name} = {toml_value(value)}{remark}"


def toml_value(value: Any) -> str:
    """Write a value as TOML."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str):
        return _string(value)
    if isinstance(value, datetime.date):
        return value.isoformat()
    if isinstance(value, dict):
        return "{ " + ", ".join(f'"{key}" = {toml_value(v)}' for key, v in value.items()) + " }"
    if isinstance(value, list | tuple):
        items = [toml_value(item) for item in value]
        if any(isinstance(item, str) for item in value):
            return "[\n" + "".join(f"    {item},\n" for item in items) + "]"
        return f"[{', '.join(items)}]"
    return repr(value)


def _string(text: str) -> str:
    lines = [_escaped(line) for line in text.split("\n")]
    return f'"{lines[0]}"' if len(lines) == 1 else '"""\n' + "\n".join(lines) + '"""'


def _escaped(line: str) -> str:
    """Escape as JSON does; only one control character is left alone there and not in TOML."""
    return json.dumps(line, ensure_ascii=False)[1:-1].replace("\x7f", "\\u007F")
