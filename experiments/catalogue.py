"""The lists of stories, plans and experiments: read off the TOML files alone, so there at once."""

from __future__ import annotations

import tomllib
from typing import Any

from model.shipped import shipped_names, shipped_text

_HEADINGS = {
    "en": ("Plans of the history (deathspiral run NAME):", "Experiments (deathspiral sweep NAME):"),
    "zh": ("历史上的计划（deathspiral run 名称）：", "实验（deathspiral sweep 名称）："),
}


def catalogue(language: str = "en") -> str:
    """Return a line a story, a plan of the history and a named experiment."""
    key = "_zh" if language == "zh" else ""
    default = {"title": "The default scenario", "title_zh": "默认情景"}
    stories = {"default": default, **_about("model", "presets")}
    plans = _about("model", "plans")
    asked = _about("experiments", "named")
    headings = _HEADINGS[language]
    lines = _lines({name: about.get(f"title{key}", "") for name, about in stories.items()})
    lines += ["", headings[0]]
    lines += _lines({name: about.get(f"title{key}", "") for name, about in plans.items()})
    lines += ["", headings[1]]
    lines += _lines({name: about.get(f"question{key}", "") for name, about in asked.items()})
    return "\n".join(lines)


def _about(package: str, folder: str) -> dict[str, dict[str, Any]]:
    names = shipped_names(package, folder)
    return {name: tomllib.loads(shipped_text(package, folder, name)) for name in names}


def _lines(told: dict[str, str]) -> list[str]:
    width = max(len(name) for name in told)
    return [f"{name:{width}}  {text}".rstrip() for name, text in told.items()]
