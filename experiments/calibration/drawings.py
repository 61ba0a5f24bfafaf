"""Drawings of a calibration: figures, what they show in words, and the numbers behind them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import polars as pl

from experiments.calibration.calibrated import day_of
from experiments.calibration.prediction import HORIZON, Forecast
from experiments.calibration.words import LAST
from experiments.observations import LAST_USED, observed
from experiments.sweep_report.drawings import Drawing, Panel
from experiments.sweep_report.words import Words, plain

if TYPE_CHECKING:
    from experiments.calibration.calibrated import Calibrated
    from experiments.calibration.scores import Ranking

Array = np.ndarray[Any, Any]

_SHOWN = (
    ("members", Words("members", "Members", "million people", ""), 1e6, "members"),
    ("contribution", Words("contribution", "Contribution", "yuan per member per half-month", ""),
     1.0, "contribution_per_member"),
    ("contribution_year", Words("contribution_year", "Contribution of the trailing year",
                                "yuan per member", ""), 1.0, "contribution_per_member_year"),
    ("selection_ratio", Words("selection_ratio", "Selection ratio: incidence of members ÷ of the "
                              "eligible", "1", ""), 1.0, ""),
)  # fmt: skip
_BOUNDS = {1: " (at least)", 0: "", -1: " (at most)"}
_QUANTILES = {"low_90": 0.05, "low_50": 0.25, "median": 0.5, "high_50": 0.75, "high_90": 0.95}


def note_of(one: Calibrated) -> list[str]:
    """Return where the numbers of a figure come from."""
    desk = one.desk
    return [
        f"Account {plain(desk.account.name)}: {len(one.posterior.chosen)} posterior sets, a run of "
        f"{desk.size.people:,} people each; seed {desk.seed}.",
        desk.command,
    ]


def drawings_of(one: Calibrated) -> list[Drawing]:
    """Return the drawings of one account."""
    return [fit_drawing(one), prediction_drawing(one), pinned_drawing(one), profile_drawing(one)]


def fit_drawing(one: Calibrated) -> Drawing:
    """Draw what posterior runs gave for each observation that was used."""
    from experiments.figures_calibration import dots

    targets = one.desk.targets.each
    floors = np.array([target.floor for target in targets])
    found = (np.exp(one.fitted) - floors) / np.array([target.seen for target in targets])
    low, value, high = 100 * np.quantile(found, (0.05, 0.5, 0.95), axis=0)
    table = pl.DataFrame(
        {
            "label": [f"{plain(t.variable)}, period {t.period}{_BOUNDS[t.bound]}" for t in targets],
            "value": value,
            "low": low,
            "high": high,
            "seen": [target.seen for target in targets],
            "trust_sd": np.sqrt(np.diag(one.desk.targets.covariance)),
        }
    )
    shown = table.with_columns(pl.col("value", "low", "high").clip(0.0, 250.0))
    words = Words("fit", "Posterior runs against what was observed", "%", "")
    caption = (
        f"Each row is an observation up to {LAST}; 100 % is as observed. Dot: median of the "
        "posterior runs, bar: their central 90 %. Early bills and cases are a few hundred cases "
        "and were given little weight; values above 250 % are drawn at the edge."
    )
    panel = Panel("", words.label, dots(shown, words, 100.0), note_of(one))
    return Drawing("fit", "How the posterior fits", caption, [panel], table)


def prediction_drawing(one: Calibrated) -> Drawing:
    """Draw what posterior runs say of 2021, and what came."""
    from experiments.figures_calibration import forecast

    points = observed(one.desk.study.observed, one.desk.study.base)
    panels, tables = [], []
    for name, words, factor, variable in _SHOWN:
        bands = bands_of(one, one.known, name, factor)
        other = None
        if one.desk.account.news:
            other = bands_of(one, one.unknown, name, factor)
        seen = points.filter(
            (pl.col("variable") == variable) & pl.col("date").is_between(*_span(one))
        )
        seen = seen.with_columns(pl.col("value") / factor)
        drawn = forecast(bands, other, seen, words, LAST_USED.isoformat())
        panels.append(Panel(name, words.label, drawn, note_of(one)))
        tables.append(bands.with_columns(pl.lit(name).alias("column")))
    caption = (
        f"Posterior runs beyond {LAST}. Bands hold 50 % and 90 % of the runs, each with the stated "
        "discrepancy of the model added. The dates of the news of 2021 are known to the blue runs, "
        "not its effect."
    )
    return Drawing("prediction", "The prediction of 2021", caption, panels, pl.concat(tables))


def _span(one: Calibrated) -> tuple[Any, Any]:
    return day_of(one.desk, 0), day_of(one.desk, HORIZON + 1)


def bands_of(one: Calibrated, found: Forecast, name: str, factor: float) -> pl.DataFrame:
    """Return the bands of a column by period, discrepancy included."""
    values = found.quantiles(name, list(_QUANTILES.values())) / factor
    periods = np.arange(values.shape[1])
    first = 1 if name.startswith("contribution") else 0
    return pl.DataFrame(
        {
            "period": periods,
            "date": [day_of(one.desk, int(period)) for period in periods],
            **dict(zip(_QUANTILES, values, strict=True)),
        }
    )[first:]


def pinned_drawing(one: Calibrated) -> Drawing:
    """Draw how much was learned of each parameter."""
    from experiments.figures_calibration import pinned

    caption = (
        "100 %: the data leave one value; 0 %: after the data, every value of the prior is as "
        "likely as before. A parameter that trades off against others can be pinned down less "
        "than their combination."
    )
    panel = Panel("", "Learned", pinned(one.learned), note_of(one))
    return Drawing("pinned", "What the data pin down", caption, [panel], one.learned)


def profile_drawing(one: Calibrated) -> Drawing:
    """Draw the profile of each parameter."""
    from experiments.figures_calibration import profiles

    caption = (
        "Along the prior of each parameter, from its low end (0) to its high end (100 %): red, how "
        "well the best set fits (log likelihood, less the best of all); blue, the posterior. A "
        "flat red line means that other parameters make up for this one."
    )
    panel = Panel("", "Profiles", profiles(one.profiles), note_of(one))
    return Drawing("profiles", "Profiles", caption, [panel], one.profiles)


def ranking_drawings(ranking: Ranking, command: str) -> list[Drawing]:
    """Draw accounts side by side: evidence, selection, and what came in 2021."""
    from experiments.figures_calibration import dots

    table = ranking.table
    labels = pl.Series("label", [plain(name) for name in table["account"]])
    best = table["evidence"][0]
    evidence = _interval(labels, table["evidence"] - best, 2 * table["evidence_error"])
    ahead = _interval(labels, table["ahead"], 2 * table["ahead_error"])
    selection = pl.DataFrame(
        [
            labels,
            table["selection"].alias("value"),
            table["selection_low"].alias("low"),
            table["selection_high"].alias("high"),
        ]
    )
    shown = (
        ("evidence", evidence, "Log marginal likelihood, less the best", 0.0),
        ("ahead", ahead, "Log density of 2020 given the years before", None),
        ("selection", selection, "Selection ratio at the end of 2020", 1.0),
    )
    panels = [
        Panel(key, title, dots(rows, Words(key, title, "", ""), at), [command])
        for key, rows, title, at in shown
    ]
    caption = (
        "Evidence and prediction of 2020: dot and two standard errors (of the points drawn and of "
        "the emulators). Selection: median and central 90 % of the posterior runs; above 1 the "
        "members are worse risks than the eligible."
    )
    return [Drawing("accounts", "Accounts side by side", caption, panels, table)]


def _interval(labels: pl.Series, value: pl.Series, half: pl.Series) -> pl.DataFrame:
    return pl.DataFrame(
        [labels, value.alias("value"), (value - half).alias("low"), (value + half).alias("high")]
    )
