"""Picture of a rescue: what it brings or costs each group of people."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from classroom.figures import looks
from classroom.picture import Picture
from experiments.rescue.people import KINDS
from experiments.style import BLUE, DARK_GREY, INK, VERMILLION

if TYPE_CHECKING:
    from classroom.rescues.search import Search, Trialled
    from classroom.words import Words

_SHOWN = ("age", "risk", "income")


def winners_of(search: Search, tested: Trialled, words: Words) -> Picture:
    """Draw the mean gain of each group, with the share of its people who are better off.

    Parameters
    ----------
    search : Search
        The search.
    tested : Trialled
        A lever that rescues.
    words : Words
        The visitor's.
    """
    rows = _rows(tested)
    labels = [words(f"rescue.group.{row['kind']}.{row['group']}") for row in rows]
    n, people = rows[0]["replicates"], search.world.scenario.n_people
    title = words("rescue.winners.title", lever=words.of(tested.lever, "title"))
    note = words("rescue.winners.note", n=n, people=f"{people:,}")
    return Picture(
        f"rescue_{tested.lever.name}",
        title,
        note,
        {"data": _bars(rows, labels, words), "layout": _layout(rows, labels, words)},
        _table(rows, labels, words),
    )


def _rows(tested: Trialled) -> list[dict[str, Any]]:
    known = {(row["kind"], row["group"]): row for row in tested.gains.iter_rows(named=True)}
    return [known[kind, name] for kind in _SHOWN for name in KINDS[kind] if (kind, name) in known]


def _bars(rows: list[dict[str, Any]], labels: list[str], words: Words) -> list[dict[str, Any]]:
    gains = [row["mean_gain"] for row in rows]
    low = [
        0 if row["mean_gain_low"] is None else row["mean_gain"] - row["mean_gain_low"]
        for row in rows
    ]
    told = [
        [
            f"{100 * row['better_off']:.0f}",
            f"{100 * row['worse_off']:.0f}",
            f"{row['mean_gain']:+,.0f}",
        ]
        for row in rows
    ]
    hover = words("rescue.winners.hover")
    return [
        {
            "type": "bar",
            "orientation": "h",
            "x": gains,
            "y": labels,
            "customdata": told,
            "marker": {"color": [BLUE if gain >= 0 else VERMILLION for gain in gains]},
            "error_x": {"type": "data", "array": low, "color": INK, "thickness": 1.5, "width": 4},
            "hovertemplate": hover.format(
                gain="%{customdata[2]}", better="%{customdata[0]}", worse="%{customdata[1]}"
            )
            + "<extra></extra>",
        }
    ]


def _layout(rows: list[dict[str, Any]], labels: list[str], words: Words) -> dict[str, Any]:
    reach = [
        abs(row[name] or 0.0)
        for row in rows
        for name in ("mean_gain_low", "mean_gain_high", "mean_gain")
    ]
    widest = looks.ceiling(max(reach))
    x = looks.axis(words("rescue.winners.axis"), -widest, 1.55 * widest)
    y = {"autorange": "reversed", "automargin": True, "fixedrange": True, "tickfont": {"size": 15}}
    drawn = looks.layout("rescue", x, y, showlegend=False)
    drawn["bargap"] = 0.3
    drawn["annotations"] += [
        _share_better(row, label, words) for row, label in zip(rows, labels, strict=True)
    ]
    ends = [k for k in range(1, len(rows)) if rows[k]["kind"] != rows[k - 1]["kind"]]
    drawn["shapes"] += [_between(end - 0.5) for end in ends]
    return drawn


def _share_better(row: dict[str, Any], label: str, words: Words) -> dict[str, Any]:
    told = words("rescue.winners.better", share=f"{100 * row['better_off']:.0f}")
    where = {"x": 1, "xref": "paper", "xanchor": "right", "y": label, "yref": "y"}
    return looks.writing(told, **where, font={"size": 14, "color": DARK_GREY})


def _between(place: float) -> dict[str, Any]:
    line = {"color": DARK_GREY, "width": 1, "dash": "dot"}
    where = {"xref": "paper", "x0": 0, "x1": 1, "yref": "y", "y0": place, "y1": place}
    return {"type": "line", **where, "line": line}


def _table(rows: list[dict[str, Any]], labels: list[str], words: Words) -> dict[str, list[Any]]:
    names = ("people", "mean_gain", "mean_gain_low", "mean_gain_high", "better_off", "worse_off")
    columns = {words(f"rescue.column.{name}"): [row[name] for row in rows] for name in names}
    return {words("rescue.column.group"): list(labels), **columns}
