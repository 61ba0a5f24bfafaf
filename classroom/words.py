"""Words of the page: one file a language, looked up by dotted names."""

from __future__ import annotations

import functools
import tomllib
from pathlib import Path
from typing import Any

LANGUAGES = {"en": "English", "zh": "中文"}
_FOLDER = Path(__file__).with_name("words")


class Words:
    """The page's words in one language.

    Parameters
    ----------
    language : str
        One of `LANGUAGES`.
    """

    def __init__(self, language: str) -> None:
        self.language = language
        self._table = _read(language)

    def __call__(self, name: str, /, **values: object) -> str:
        """Return a text, with its gaps filled.

        Raises
        ------
        KeyError
            If there is no text of that name: a slip of ours, which a test finds.
        """
        text = self._table
        for part in name.split("."):
            text = text[part]
        if not isinstance(text, str):
            raise KeyError(name)
        return text.format(**values) if values else text

    def room(self, name: str) -> dict[str, Any]:
        """Return all texts of a table of the file, as a part of the page takes them."""
        table = self._table
        for part in name.split("."):
            table = table[part]
        return table

    def of(self, texts: Any, field: str) -> str:
        """Return a text that a preset or a verdict brings in both languages: x or x_zh."""
        wanted = getattr(texts, f"{field}_zh") if self.language == "zh" else ""
        return str(wanted or getattr(texts, field))


@functools.cache
def _read(language: str) -> dict[str, Any]:
    return tomllib.loads((_FOLDER / f"{language}.toml").read_text("utf-8"))
