"""A figure in the browser: drawn by plotly, with its table and its files."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import solara

from classroom.picture import Picture
from classroom.words import Words


@solara.component_vue("parts/figure.vue")
def FigurePart(
    packed: str,
    table: str,
    words: dict[str, Any],
    clicks: bool,
    event_table: Callable[[bool], None],
    event_pick: Callable[[Any], None],
    event_click: Callable[[dict[str, float]], None],
) -> None:
    """Draw one picture; tell which of its points was picked, and where it was clicked."""


@solara.component
def Figure(
    picture: Picture,
    words: Words,
    pick: Callable[[Any], None] | None = None,
    click: Callable[[dict[str, float]], None] | None = None,
) -> None:
    """Show one picture; its numbers travel once somebody asks for them.

    Parameters
    ----------
    picture : Picture
        What is drawn.
    words : Words
        The visitor's language.
    pick : callable, optional
        Is told the ``customdata`` of a point that can be picked.
    click : callable, optional
        Is told ``x`` and ``y`` of whatever was clicked.
    """
    wanted, set_wanted = solara.use_state(False)
    FigurePart(
        packed=picture.packed(),
        table=picture.packed_table() if wanted else "",
        words=words.room("figure"),
        clicks=click is not None,
        event_table=set_wanted,
        event_pick=pick or _nobody,
        event_click=click or _nobody,
    )


def _nobody(_: Any) -> None:
    """Take what nobody asked for."""
