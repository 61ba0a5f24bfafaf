"""Points of a table design from a CSV file."""

from __future__ import annotations

import csv
from pathlib import Path
from typing import Any

from agents.errors import ScenarioError
from experiments.orders import toml_or_text


def rows_of_file(name: str) -> list[dict[str, Any]]:
    """Return the changes of each point, from a CSV file with one column a parameter.

    Cells are written as in TOML, text also without quotes; an empty cell changes nothing.

    Raises
    ------
    ScenarioError
        If the file cannot be read, or a row has more cells than there are columns.
    """
    try:
        lines = Path(name).read_text("utf-8-sig").splitlines()
    except OSError as error:
        reason = error.strerror or str(error)
        raise ScenarioError(f"table of points {name} cannot be read: {reason}") from None
    except UnicodeDecodeError:
        raise ScenarioError(f"table of points {name} is not text in UTF-8") from None
    reader = csv.DictReader(lines, strict=True)
    try:
        rows = list(reader)
    except csv.Error as error:
        raise ScenarioError(f"table of points {name}, line {reader.line_num}: {error}") from None
    long = [number for number, row in enumerate(rows, 1) if None in row]
    if long:
        raise ScenarioError(
            f"table of points {name}: row {long[0]} has more cells than the first line has names"
        )
    return [{key: _value(key, text) for key, text in row.items() if text} for row in rows]


def _value(key: str, text: str) -> Any:
    return text if key == "label" else toml_or_text(text.strip())
