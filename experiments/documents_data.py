"""The tables of docs/data.md: facts with sources, off the model's data and plan files."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from experiments.document_tables import table
from experiments.parameters import number, plain, shown
from model.sources import read_rows

if TYPE_CHECKING:
    from model.plan_files import PlanFile

DATA = Path(__file__).resolve().parent.parent / "docs" / "data.md"
INCIDENCE_AGES = (0, 10, 20, 30, 39, 40, 50, 59, 60, 70, 80, 85)
"""Ages of the incidence table that the document shows [years]."""


def _observations() -> str:
    from experiments.calibration.study import load_study
    from experiments.calibration.targets import targets_of
    from experiments.observations import LAST_USED

    known = read_rows("observations.csv")
    targets = targets_of(load_study("xianghubao"), known).each
    fitted = {(target.variable, str(target.period)) for target in targets}

    def use(row: dict[str, str]) -> str:
        if row["date"] > LAST_USED.isoformat():
            return "for display only"
        return "fitted" if (row["variable"], row["period"]) in fitted else "known, not fitted"

    rows = (
        (
            row["date"],
            row["period"],
            row["variable"].replace("_", " "),
            f"{row['value']} {row['unit']}".strip(),
            row["qualifier"],
            use(row),
            row["grade"],
            row["source"],
        )
        for row in known
    )
    heads = ("date", "period", "what", "value", "remark", "use", "grade", "source")
    return table(heads, rows)


def _events() -> str:
    rows = (
        (row["date"], row["event"], row["sign"], row["grade"], row["source"])
        for row in read_rows("events.csv")
    )
    return table(("date", "event", "sign", "grade", "source"), rows)


def _surveys() -> str:
    rows = (
        (
            row["fact"],
            f"{row['value']} {row['unit']}".strip(),
            row["qualifier"],
            row["grade"],
            row["source"],
        )
        for row in read_rows("surveys.csv")
    )
    return table(("fact", "value", "remark", "grade", "source"), rows)


def _incidence() -> str:
    found = {
        (row["sex"], int(row["age_years"])): row["incidence_per_1000_person_years"]
        for row in read_rows("incidence.csv")
    }
    rows = ((str(age), found["male", age], found["female", age]) for age in INCIDENCE_AGES)
    return table(("age [years]", "men [1/1000 years]", "women [1/1000 years]"), rows)


def _plans() -> str:
    from model.plan_files import plan_file, plan_names

    heads = ("plan", "operator", "opened", "closed", "most members", "source of the last")
    return table(heads, (_facts(plan_file(name)) for name in plan_names()))


def _facts(file: PlanFile) -> tuple[str, ...]:
    peak = "–" if file.peak_members is None else number(file.peak_members)
    return (
        f"`{file.name}` {file.title} ({file.title_zh})",
        file.operator,
        "–" if file.opened is None else str(file.opened),
        "–" if file.closed is None else str(file.closed),
        peak,
        file.sources.get("peak_members", "–"),
    )


def _plan_rules() -> str:
    """Return every rule of every plan with its source, a table a plan."""
    from model.plan_files import plan_file, plan_names

    parts = []
    for file in map(plan_file, plan_names()):
        rows = (
            (f"`{rule}`", _shown(value), file.sources[rule]) for rule, value in file.rules.items()
        )
        parts.append(f"**{file.name}**\n\n{table(('rule', 'value', 'source'), rows)}")
        if file.unknown:
            parts.append(f"Not known: {'; '.join(file.unknown)}.")
        if file.left_out:
            parts.append(f"Not in the model: {'; '.join(file.left_out)}.")
    return "\n" + "\n\n".join(parts) + "\n"


def _shown(value: object) -> str:
    return shown(plain(value))


TABLES: dict[str, Callable[[], str]] = {
    "observations": _observations,
    "events": _events,
    "surveys": _surveys,
    "incidence": _incidence,
    "plans": _plans,
    "plan_rules": _plan_rules,
}
"""The tables, by the name in their marker."""
