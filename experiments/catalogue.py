"""The lists of stories and experiments: read off the TOML files alone, so there at once."""

from __future__ import annotations

import tomllib
from typing import Any

from model.shipped import shipped_names, shipped_text


def catalogue(language: str = "en") -> str:
    """Return a line a story and a line a named experiment: name and title, or question."""
    key = "_zh" if language == "zh" else ""
    default = {"title": "The default scenario", "title_zh": "默认情景"}
    stories = {"default": default, **_about("model", "presets")}
    lines = _lines({name: about.get(f"title{key}", "") for name, about in stories.items()})
    asked = _about("experiments", "named")
    heading = "实验（deathspiral sweep 名称）：" if key else "Experiments (deathspiral sweep NAME):"
    lines += ["", heading]
    lines += _lines({name: about.get(f"question{key}", "") for name, about in asked.items()})
    return "\n".join(lines)


def _about(package: str, folder: str) -> dict[str, dict[str, Any]]:
    names = shipped_names(package, folder)
    return {name: tomllib.loads(shipped_text(package, folder, name)) for name in names}


def _lines(told: dict[str, str]) -> list[str]:
    width = max(len(name) for name in told)
    return [f"{name:{width}}  {text}".rstrip() for name, text in told.items()]
