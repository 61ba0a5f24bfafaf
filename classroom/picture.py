"""A figure of the page: what plotly draws, the numbers that are drawn, and a caption."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import orjson

DIGITS = 6
"""Of numbers that are drawn; enough for the row of a person, which a click tells."""
Column = np.ndarray[Any, Any] | list[Any]


@dataclass(frozen=True, eq=False)
class Picture:
    """A figure that knows its numbers.

    Parameters
    ----------
    name : str
        Which figure it is: plotly keeps what a visitor did to a figure while the name stays.
    title : str
        Heading, in the visitor's language.
    note : str
        What is seen and of how many runs and people: the caption, and what a screen reader says.
    figure : dict
        ``data`` and ``layout`` of plotly; arrays may be numpy's. What a click tells the page is the
        ``customdata`` of the point, or its first entry.
    table : mapping
        Columns of the table of what is drawn, by heading with unit; all of one length.
    stem : str, optional
        Stem of the files that it is saved to; the name if left out.
    """

    name: str
    title: str
    note: str
    figure: dict[str, Any]
    table: Mapping[str, Column]
    stem: str = ""

    def saved_as(self, *parts: object) -> Picture:
        """Return a picture whose files say where it is from: the preset, the arm."""
        return replace(self, stem="_".join(str(part) for part in (*parts, self.stem or self.name)))

    def drawing(self) -> dict[str, Any]:
        """Return ``data`` and ``layout`` with as many digits as a drawing shows."""
        data = [_shortened(trace) for trace in self.figure["data"]]
        return {"data": data, "layout": self.figure["layout"]}

    def packed(self) -> str:
        """Return what is drawn as JSON, to a few digits; what is not a number becomes null."""
        content = {
            "name": self.name,
            "title": self.title,
            "note": self.note,
            **self.drawing(),
            "stem": self.stem or self.name,
        }
        return _as_json(content)

    def packed_table(self) -> str:
        """Return the numbers as they are, as JSON."""
        return _as_json(dict(self.table))


def _as_json(content: Any) -> str:
    return orjson.dumps(content, option=orjson.OPT_SERIALIZE_NUMPY, default=_as_list).decode()


def _shortened(value: Any) -> Any:
    """Return numbers of arrays to as many digits as a drawing shows: they travel every step."""
    if isinstance(value, dict):
        return {key: _shortened(part) for key, part in value.items()}
    if not isinstance(value, np.ndarray) or value.dtype.kind != "f":
        return value
    with np.errstate(divide="ignore", invalid="ignore"):
        size = 10.0 ** (DIGITS - 1 - np.floor(np.log10(np.abs(value.astype(np.float64)))))
        short = np.round(value * size) / size
    return np.where(np.isfinite(short), short, value)


def _as_list(array: Any) -> list[Any]:
    """Return a column that is not contiguous, or of texts, in a way that orjson takes."""
    if isinstance(array, np.ndarray):
        return list(array.tolist())
    raise TypeError(f"{type(array).__name__} cannot be drawn")
