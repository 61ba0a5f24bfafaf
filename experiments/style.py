"""How figures look: the colours of Okabe and Ito, large dark type, a light grid.

Okabe and Ito (2008), Color Universal Design: eight colours that colour-blind readers tell apart.
"""

from __future__ import annotations

from typing import Any

import plotly.graph_objects as go

BLACK, ORANGE, SKY, GREEN = "#000000", "#E69F00", "#56B4E9", "#009E73"
YELLOW, BLUE, VERMILLION, PURPLE = "#F0E442", "#0072B2", "#D55E00", "#CC79A7"
INK, GRID, PAPER = "#1a1a1a", "#dcdcdc", "#ffffff"
LINES = (BLUE, VERMILLION, GREEN, ORANGE, PURPLE, SKY, BLACK, YELLOW)
"""Colours of lines that are told apart by nothing else, in their order."""
DARK_GREY, GREY, LIGHT_GREY = "#555555", "#8c8c8c", "#bdbdbd"

HOVER = "%{y:,.4~r}"
"""How a number is written under the pointer: four significant digits."""

FONT = (
    "system-ui, -apple-system, 'Segoe UI', Roboto, 'Noto Sans', 'Helvetica Neue', Arial, "
    "'PingFang SC', 'Microsoft YaHei', 'Noto Sans CJK SC', sans-serif"
)

CAUSES = {
    "price": ("contribution above worth", VERMILLION),
    "own_cost": ("unfair against own risk", ORANGE),
    "reference": ("dearer than used to", YELLOW),
    "sentiment": ("sentiment turned", PURPLE),
    "expectation": ("values cover less", SKY),
    "insurance": ("commercial insurance", BLUE),
    "chance": ("personal reasons", LIGHT_GREY),
    "switched": ("another plan", GREEN),
    "family": ("with the family", "#7fc8b0"),
    "aged_out": ("aged out", GREY),
    "aided": ("aided", DARK_GREY),
    "died": ("died", "#303030"),
    "ineligible": ("ill before covered", "#a08060"),
    "plan_closed": ("plan closed", BLACK),
}
"""Why members leave: words and colour; greys are exits that nobody chose."""

LEDGER = {
    "leavers": ("those who left", VERMILLION),
    "joiners": ("those who joined", GREEN),
    "ageing": ("ageing", ORANGE),
    "run_off": ("selection at entry wearing off", SKY),
    "luck": ("illness removed members", GREY),
}
"""What moves the members' mean expected cost: words and colour."""

AGE_BANDS = {
    "under_30": ("under 30", SKY),
    "30s": ("30 to 39", BLUE),
    "40s": ("40 to 49", GREEN),
    "50s": ("50 to 59", ORANGE),
    "60_plus": ("60 and over", VERMILLION),
}
QUARTILES = {
    "1": ("lowest risk", SKY),
    "2": ("second", BLUE),
    "3": ("third", ORANGE),
    "4": ("highest risk", VERMILLION),
}


def template() -> go.layout.Template:
    """Return the template that every figure wears."""
    axis = {
        "gridcolor": GRID,
        "linecolor": INK,
        "zerolinecolor": GREY,
        "ticks": "outside",
        "automargin": True,
        "exponentformat": "none",
        "separatethousands": True,
        "title": {"standoff": 8, "font": {"size": 15}},
        "tickfont": {"size": 14},
    }
    layout = go.Layout(
        font={"family": FONT, "size": 15, "color": INK},
        paper_bgcolor=PAPER,
        plot_bgcolor=PAPER,
        colorway=LINES,
        margin={"l": 52, "r": 14, "t": 58, "b": 44},
        hovermode="x unified",
        hoverlabel={"font": {"size": 14}},
        # Below everything, so that a long legend never covers what is drawn.
        legend={"orientation": "h", "yref": "container", "y": 0, "yanchor": "bottom",
                "x": 0, "xanchor": "left", "font": {"size": 14}},
        xaxis=axis,
        yaxis={**axis, "zeroline": True},
        barmode="relative",
        bargap=0.15,
    )  # fmt: skip
    return go.layout.Template(layout=layout)


def line(colour: str, dash: str = "solid", width: float = 3) -> dict[str, Any]:
    """Return how a line is drawn."""
    return {"color": colour, "dash": dash, "width": width}
