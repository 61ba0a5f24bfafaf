"""A figure in the browser: drawn by plotly, with its table and its files."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import solara


@solara.component_vue("parts/figure.vue")
def FigurePart(packed: str, words: dict[str, Any], event_pick: Callable[[Any], None]) -> None:
    """Draw one picture; a click tells what was clicked."""
