"""Which figures a report has if the experiment names none: by the design and its factors."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import polars as pl

from experiments.sweep_report.kinds import LABEL

if TYPE_CHECKING:
    from experiments.sweeps.experiment import Experiment

Spec = dict[str, Any]

SHARE, KEPT = "collapsed", "members_kept"
_OF_A_TABLE = ["members_kept", "final_contribution", "total_welfare", "sponsor_cost"]
_MOST_SERIES = 30
"""Values up to which a factor is worth a figure over time."""


MOST_SEARCHED = 5_000
"""Points up to which a page may wait for a search for boxes."""


def specs_of(experiment: Experiment) -> list[Spec]:
    """Return the figures of an experiment, its own or the usual ones: ``kind`` and options."""
    if experiment.figures:
        return [figure.model_dump() for figure in experiment.figures]
    kind = experiment.design.kind
    if kind == "table":
        return _of_a_table(experiment)
    if kind == "grid":
        return _of_a_grid(experiment)
    if kind == "one_at_a_time":
        return _of_one_at_a_time(experiment)
    wanted: list[Spec] = [{"kind": "sensitivity", "measures": [SHARE, KEPT]}]
    if kind != "morris":
        wanted += [{"kind": "scatter", "measure": SHARE}, {"kind": "scatter", "measure": KEPT}]
    if kind != "morris" and experiment.n_points <= MOST_SEARCHED:
        wanted += [{"kind": "box", "condition": SHARE}]
    return wanted


def _of_a_table(experiment: Experiment) -> list[Spec]:
    return [
        {"kind": "bars", "measures": [SHARE, *_OF_A_TABLE]},
        {"kind": "outcomes", "x": LABEL},
        *_series(experiment, LABEL),
    ]


def _of_a_grid(experiment: Experiment) -> list[Spec]:
    frame = experiment.design_frame()
    names = sorted(experiment.factor_names, key=lambda name: not frame.schema[name].is_numeric())
    varied = [name for name in names if frame[name].n_unique() > 1]
    if not varied:
        return [{"kind": "bars", "measures": [SHARE, *_OF_A_TABLE]}, *_series(experiment, None)]
    x, rest = varied[0], varied[1:]
    middle = {name: _middle(frame[name]) for name in varied}
    by: Spec = {"by": rest[0]} if rest else {}
    lines: Spec = {"kind": "lines", "x": x, "measures": [SHARE, KEPT], **by}
    wanted = [lines | _at(middle, varied[2:])]
    if rest:
        wanted += [{"kind": "map", "x": x, "y": rest[0], "measure": SHARE} | _at(middle, rest[1:])]
    if len(varied) > 2:
        wanted += [{"kind": "sensitivity", "measure": SHARE}]
    wanted += [{"kind": "outcomes", "x": x} | _at(middle, rest)]
    return wanted + [spec | _at(middle, rest) for spec in _series(experiment, x)]


def _at(middle: Spec, names: list[str]) -> Spec:
    """Hold factors in the middle, so that a band shows luck and not what they do."""
    return {"at": {name: middle[name] for name in names}} if names else {}


def _middle(values: pl.Series) -> Any:
    known = values.unique(maintain_order=True)
    known = known.sort() if known.dtype.is_numeric() else known
    return known[(len(known) - 1) // 2]


def _of_one_at_a_time(experiment: Experiment) -> list[Spec]:
    frame = experiment.design_frame()
    wanted: list[Spec] = [{"kind": "sensitivity", "measures": [SHARE, KEPT]}]
    for name in experiment.factor_names:
        others = {other: frame[other][0] for other in experiment.factor_names if other != name}
        if frame[name].n_unique() > 1:
            wanted.append({"kind": "lines", "x": name, "measures": [SHARE, KEPT], "at": others})
    return wanted


def _series(experiment: Experiment, by: str | None) -> list[Spec]:
    recorded = experiment.record.series
    if not recorded:
        return []
    if by is not None and experiment.design_frame()[by].n_unique() > _MOST_SERIES:
        by = None
    return [{"kind": "series", "measures": list(recorded)} | ({"by": by} if by else {})]
