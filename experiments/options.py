"""Options that several commands have: how they are typed, and what help says of them."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

from cyclopts import Parameter

Flag = Parameter(negative=())
Words = Parameter(consume_multiple=True, negative_iterable=())
Switch = Annotated[bool, Flag]
Changes = Annotated[list[str] | None, Parameter(name="--set"), Words]
AsJson = Annotated[bool, Flag, Parameter(help="Print one JSON object, and nothing else.")]
TableFile = Annotated[Path | None, Parameter(help="File for the table, .parquet or .csv.")]
