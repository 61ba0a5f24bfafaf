"""The list of stories: read off the TOML files alone, so that it is there at once."""

from __future__ import annotations

import tomllib
from importlib import resources


def catalogue(language: str = "en") -> str:
    """Return a line a story: name and title."""
    folder = resources.files("model") / "presets"
    files = sorted((f for f in folder.iterdir() if f.name.endswith(".toml")), key=lambda f: f.name)
    titles = {"default": {"title": "The default scenario", "title_zh": "默认情景"}}
    for file in files:
        titles[file.name.removesuffix(".toml")] = tomllib.loads(file.read_text("utf-8"))
    width = max(len(name) for name in titles)
    key = "title_zh" if language == "zh" else "title"
    lines = [f"{name:{width}}  {about.get(key, '')}".rstrip() for name, about in titles.items()]
    return "\n".join(lines)
