"""What came of a run, first in words and four numbers."""

from __future__ import annotations

import math
from typing import Any

import solara

from classroom.figures.told import over_a_year, people, while_alive
from classroom.period_words import moment_of, period_key
from classroom.session import Frame, Session
from classroom.setup import A
from classroom.view import View
from classroom.words import Words
from classroom.worth import worth_is_known
from model.sentences import money


@solara.component_vue("parts/outcome.vue")
def OutcomePart(
    arm: str,
    heading: str,
    sentence: str,
    verdict_on_prediction: str,
    tiles: list[dict[str, str]],
) -> None:
    """Show the sentence and the tiles."""


@solara.component
def Outcome(session: Session, frame: Frame, arm: str, view: View) -> None:
    """Show what came of A or B so far."""
    words = session.words
    said = session.setup.value.prediction if arm == A else None
    heading = words(f"arm.{arm}") if len(frame.views) > 1 else ""
    OutcomePart(
        arm=arm,
        heading=heading,
        sentence=sentence_of(view, words),
        verdict_on_prediction=_against(said, view, words),
        tiles=tiles_of(view, words),
    )


def sentence_of(view: View, words: Words) -> str:
    """Say what came of a run; before its end only how many are left: why is for the class."""
    members = float(view.columns["members"][-1])
    if view.period == 0:
        everybody = people(view.scenario.n_people * view.scenario.persons_per_row, words)
        return words("outcome.opening", members=people(members, words), people=everybody)
    if not view.running:
        return words.of(view.verdict, "sentence")
    peak = float(view.columns["members"].max())
    share = f"{members / peak:.0%}" if peak else "0%"
    return words("outcome.so_far", members=people(members, words), share=share)


def tiles_of(view: View, words: Words) -> list[dict[str, str]]:
    """Return the four numbers of a run as it stands."""
    columns = view.columns
    members, peak = float(columns["members"][-1]), float(columns["members"].max())
    share = words("tiles.of_peak", share=f"{members / peak:.0%}") if peak else ""
    ratio = columns["selection_ratio"]
    paid = over_a_year(view, while_alive(columns, "contribution"))
    each = words(f"periods.{period_key(view.scenario)}.each")
    period = words("tiles.over_a_year", each=each)
    return [
        _tile("members", people(members, words), share, words),
        _tile("contribution", _amount(_last(paid, members)), period, words),
        _tile("selection", _amount(_last(ratio, members)), words("tiles.of_all"), words),
        _tile("welfare", *_welfare(view, words), words),
    ]


def _welfare(view: View, words: Words) -> tuple[str, str]:
    """Return welfare and a remark; of a real case the data do not say what cover was worth."""
    if not worth_is_known(view.scenario):
        return "–", words("tiles.unknown")
    return _share(_last(view.columns["relative_welfare"], 1.0)), words("tiles.of_best")


def _tile(name: str, value: str, unit: str, words: Words) -> dict[str, str]:
    texts = words.room(f"tiles.{name}")
    return {"label": texts["label"], "help": texts["help"], "value": value, "unit": unit}


def _last(column: Any, members: float) -> float:
    """Return the latest value; nothing where nobody is left to pay it."""
    return float(column[-1]) if members > 0 else math.nan


def _amount(value: float) -> str:
    return money(value) if math.isfinite(value) else "–"


def _share(value: float) -> str:
    return f"{value:.0%}" if math.isfinite(value) else "–"


def _against(prediction: float | None, view: View, words: Words) -> str:
    """Hold the visitor's prediction against what came, once the run is over."""
    if prediction is None or prediction < 0:
        return ""
    said = people(prediction, words)
    if view.running:
        end = moment_of(view.scenario, view.scenario.n_periods, words)
        return words("prediction.open", said=said, moment=end)
    was = people(float(view.columns["members"][-1]), words)
    return words("prediction.closed", said=said, was=was)
