"""Tables of the report: factors, what was fixed, points, failures, where it comes from."""

from __future__ import annotations

import base64
from typing import TYPE_CHECKING, Any

import polars as pl

from experiments.sweep_report.answer import compared, difference
from experiments.sweep_report.kinds import LABEL
from experiments.sweep_report.summaries import paired_differences
from experiments.sweep_report.words import (
    base_value,
    factor_words,
    measure_words,
    scenario_of,
    spread,
    value_words,
)

if TYPE_CHECKING:
    from experiments.sweeps.experiment import Experiment
    from experiments.sweeps.results import Results

MOST_ROWS = 5_000
"""Rows of a table that travels inside the report."""
_SHOWN = 60
_MOST_VALUES = 8
_MOST_ERRORS = 10


def factor_rows(results: Results) -> list[dict[str, str]]:
    """Return what was varied: name, meaning, unit, values, and the value in the scenario."""
    experiment = results.experiment
    rows = []
    for name in experiment.factor_names:
        words = factor_words(name)
        rows.append(
            {
                "name": name,
                "meaning": words.meaning,
                "unit": "" if words.unit == "1" else words.unit,
                "values": _values(experiment, name, results.design[name]),
                "base": base_value(name, experiment),
            }
        )
    return rows


def _values(experiment: Experiment, name: str, tried: pl.Series) -> str:
    factor = experiment.factors.get(name)
    values = tried.unique(maintain_order=True)
    if factor is not None and factor.low is not None and len(values) > _MOST_VALUES:
        spaced = " on a logarithmic scale" if factor.scale == "log" else ""
        ends = f"{value_words(factor.low)} to {value_words(factor.high)}"
        return f"{ends}, {len(values):,} values{spaced}"
    words = [value_words(value) for value in values.head(_MOST_VALUES)]
    more = f" and {len(values) - _MOST_VALUES:,} more" if len(values) > _MOST_VALUES else ""
    return ("; " if any(", " in word for word in words) else ", ").join(words) + more


def fixed_rows(experiment: Experiment) -> list[tuple[str, list[dict[str, str]]]]:
    """Return what differs from the default and was not varied: of the scenario and of each plan."""
    from experiments.pages import changed_rows
    from experiments.parameters import plan_rules, scenario_parameters

    scenario, names = scenario_of(experiment), set(experiment.set_)
    owners = [("", "", scenario_parameters(scenario))]
    owners += [(f"Rules of the plan {p.name}", p.name, plan_rules(p)) for p in scenario.plans]
    found = []
    for heading, plan, parameters in owners:
        varied = {name.removeprefix(f"{plan}.") for name in experiment.factor_names}
        kept = [p for p in parameters if p.name not in varied]
        ordered = {name.removeprefix(f"{plan}.") for name in names}
        found.append((heading, changed_rows(kept, ordered, "the experiment")))
    return found


def point_table(results: Results) -> pl.DataFrame:
    """Return a row a point: factors, runs, failed runs, and the outcomes the report is about."""
    from experiments.analysis.intervals import summary_by

    failed = results.runs.group_by("point").agg(
        pl.len().alias("runs"), (pl.col("status") != "ok").sum().alias("failed")
    )
    table = results.design.join(failed, on="point", how="left", maintain_order="left")
    for name in compared(results):
        summary = summary_by(results.runs, ["point"], name).select(
            "point",
            *(pl.col(c).alias(name + end) for c, end in zip(_ENDS, _NAMES, strict=True)),
        )
        table = table.join(summary, on="point", how="left", maintain_order="left")
    return table


_ENDS, _NAMES = ("value", "low", "high"), ("", "_low", "_high")


def differences(results: Results) -> dict[str, Any] | None:
    """Return how the rows of a table differ from its first, as cells; None for other designs."""
    if LABEL not in results.design.columns or results.design.height < 2 or not results.ok.height:
        return None
    from experiments.analysis.intervals import summary_by

    first, labels = int(results.design["point"][0]), results.design[LABEL].to_list()
    names = compared(results)
    cells: dict[int, dict[str, str]] = {point: {} for point in results.design["point"]}
    for name in names:
        for row in summary_by(results.runs, ["point"], name).iter_rows(named=True):
            if row["point"] == first:
                cells[first][name] = spread(name, row)
        for row in paired_differences(results.runs, name, first).iter_rows(named=True):
            cells[row["point"]][name] = difference(name, row)
    return {
        "heads": [(measure_words(name).label, measure_words(name).unit) for name in names],
        "rows": [
            (labels[i], [cells[point].get(name, "–") for name in names])
            for i, point in enumerate(results.design["point"])
        ],
    }


def failure_rows(results: Results) -> list[dict[str, Any]]:
    """Return what went wrong, commonest first: kind, sentence, how often, and a run to look at."""
    failed = results.runs.filter(pl.col("status") != "ok")
    table = failed.group_by("status", "error").agg(
        pl.len().alias("count"), *(pl.col(c).first() for c in ("run", "point", "replicate", "seed"))
    )
    order = ["count", "status", "error"]
    return table.sort(order, descending=[True, False, False]).head(_MOST_ERRORS).to_dicts()


def as_csv(table: pl.DataFrame) -> str:
    """Return a table as a CSV file in base64; evenly thinned if it is too long to travel."""
    thinned = table.gather_every(-(-table.height // MOST_ROWS) or 1)
    return base64.b64encode(thinned.write_csv().encode()).decode()


def shown_rows(table: pl.DataFrame) -> dict[str, Any]:
    """Return a table as cells for reading: all rows, or some that are evenly spread."""
    part = table.gather_every(-(-table.height // _SHOWN) or 1)
    return {
        "heads": table.columns,
        "numeric": [kind.is_numeric() for kind in table.schema.values()],
        "rows": [[_cell(value) for value in row] for row in part.iter_rows()],
        "all": table.height,
    }


def _cell(value: Any) -> str:
    if value is None:
        return "–"
    if isinstance(value, float):
        return f"{value:,.0f}" if abs(value) >= 9_999.5 else f"{value:.4g}"
    return str(value)


def provenance_rows(results: Results) -> list[tuple[str, str]]:
    """Return where the results come from, a line each."""
    manifest = results.manifest
    code = manifest["code"]
    commit = code.get("commit")
    changed = ", with changes that are not committed" if code.get("modified") else ""
    packages = ", ".join(f"{name} {version}" for name, version in code["packages"].items())
    rows = [
        ("Sweep begun", str(manifest["created"])),
        ("Version", f"deathspiral {manifest['version']}"),
        ("Commit", f"{commit}{changed}" if commit else "not made in a git checkout"),
        ("Fingerprint of the code", str(code.get("fingerprint", ""))),
        ("Packages", packages),
        ("Machine", str(manifest["platform"])),
        ("Experiment", f"{manifest['experiment']} (hash of what decides its results)"),
        ("Chunks", f"{manifest['chunk_size']:,} runs in each"),
    ]
    return [(name, text) for name, text in rows if text]
