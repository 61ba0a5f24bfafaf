"""The takeaway: a whole run as one HTML file, for a class without a server or a network."""

from __future__ import annotations

import base64
import functools
import gzip
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import numpy as np
import orjson

from classroom.arm import Arm
from classroom.controls.listing import value_of
from classroom.controls.parameter_words import label_of, shown
from classroom.drawing import drawn, drawn_difference
from classroom.figures import FIGURES
from classroom.links.link import query_of
from classroom.outcome import sentence_of, tiles_of
from classroom.period_words import moment_of
from classroom.setup import A, B
from classroom.sharing.snippet import command_of, python_of
from experiments.figures_parts import plotly_js
from experiments.pages import page
from experiments.parameters import title_of
from experiments.provenance import versions

if TYPE_CHECKING:
    from classroom.picture import Picture
    from classroom.setup import Setup
    from classroom.view import View
    from classroom.words import Words

MOST_MOMENTS = 41
"""Periods that are drawn, evenly spaced if there are more."""


def takeaway(setup: Setup, words: Words) -> str:
    """Return the text of an HTML file that shows the runs of a setup from opening to end."""
    setup = setup.but(stop=None)
    lives = list(_lives(setup))
    views = lives[-1]
    rows = _pictures(setup, views, views, words)
    frames = [_frame(setup, moment, views, words) for moment in lives]
    return page(
        "takeaway.html.j2",
        "classroom.sharing",
        language={"zh": "zh-CN"}.get(words.language, words.language),
        title=title_of(setup.story, words.language),
        story=words.of(setup.story, "story").strip(),
        facts=words("takeaway.facts", people=f"{views[0].scenario.n_people:,}", seed=setup.seed),
        words=words.room("takeaway") | {key: words(f"bar.{key}") for key in ("play", "pause")},
        moments=len(lives),
        clock=frames[-1]["clock"],
        arms=[_arm(arm, view, words) for arm, view in zip(setup.arms, views, strict=True)],
        figures=[[_figure(key, picture, words) for key, picture in row] for row in rows],
        plotly_js="",
        library=_library(),
        seed=setup.seed,
        changes=_changes(setup, words),
        python=python_of(setup, views),
        command="\n".join(command_of(setup, arm) for arm in setup.arms),
        query=query_of(setup.but(at=max(view.period for view in views))),
        assumptions=setup.story.assumptions,
        sources=setup.story.sources,
        versions=", ".join(f"{name} {number}" for name, number in versions().items()),
        frames=_packed(orjson.dumps(frames, option=orjson.OPT_SERIALIZE_NUMPY)),
    )


def _packed(content: bytes) -> str:
    return base64.b64encode(gzip.compress(content, 6)).decode()


@functools.cache
def _library() -> str:
    """Return the script that draws figures, a third of its size."""
    return _packed(plotly_js().encode())


def _lives(setup: Setup) -> Iterator[list[View]]:
    """Live through the runs and yield what is to be seen of them on the way."""
    arms = [Arm(setup.scenario(arm), setup.seed) for arm in setup.arms]
    horizon = max(arm.simulation.scenario.n_periods for arm in arms)
    for period in np.unique(np.linspace(0, horizon, MOST_MOMENTS).astype(int)):
        for arm in arms:
            arm.advance(int(period))
        yield [arm.look() for arm in arms]
        if not any(arm.running for arm in arms):
            return


def _pictures(
    setup: Setup, views: list[View], last: list[View], words: Words
) -> list[list[tuple[str, Picture]]]:
    """Return the figures: a row for each, a column for each arm; the difference at the end.

    Their scale is that of the end, so that they keep still while the periods pass.
    """
    among, arms = [*views, *last], list(zip(setup.arms, views, strict=True))
    rows = [
        [(f"{name}-{arm}", drawn(name, arm, view, among, setup, words)) for arm, view in arms]
        for name in FIGURES
    ]
    if B in setup.arms:
        rows.append([("difference", drawn_difference(views[0], views[1], setup, words))])
    return rows


def _frame(setup: Setup, views: list[View], last: list[View], words: Words) -> dict[str, Any]:
    """Return what the page shows at one moment, by the elements that show it."""
    latest, texts = max(views, key=lambda view: view.period), {}
    for arm, view in zip(setup.arms, views, strict=True):
        texts[f"sentence-{arm}"] = sentence_of(view, words)
        for k, tile in enumerate(tiles_of(view, words)):
            texts |= {f"{part}-{arm}-{k}": tile[part] for part in ("value", "unit")}
    pictures = [one for row in _pictures(setup, views, last, words) for one in row]
    texts |= {f"note-{key}": picture.note for key, picture in pictures}
    return {
        "clock": moment_of(latest.scenario, latest.period, words),
        "texts": texts,
        "figures": {key: picture.drawing() for key, picture in pictures},
    }


def _arm(arm: str, view: View, words: Words) -> dict[str, Any]:
    tiles = tiles_of(view, words)
    heading = words(f"arm.{arm}")
    return {"key": arm, "heading": heading, "sentence": sentence_of(view, words), "tiles": tiles}


def _figure(key: str, picture: Picture, words: Words) -> dict[str, str]:
    arm = key.rpartition("-")[2]
    return {
        "key": key,
        "title": picture.title,
        "heading": words(f"arm.{arm}") if arm in (A, B) else picture.title,
        "note": picture.note,
    }


def _changes(setup: Setup, words: Words) -> list[dict[str, str]]:
    """Return what was changed, as cells of a table."""
    layers = {A: (setup.story.scenario, setup.a), B: (setup.scenario(A), setup.b or {})}
    return [
        {
            "arm": words(f"arm.{arm}"),
            "name": name,
            "label": label_of(name, words),
            "value": shown(name, value, words),
            "before": shown(name, value_of(scenario, name), words),
        }
        for arm, (scenario, changes) in layers.items()
        for name, value in changes.items()
    ]
