"""The report of a calibration: one HTML file with everything in it."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import polars as pl

from experiments.calibration.drawings import drawings_of, ranking_drawings
from experiments.calibration.words import (
    LAST,
    posterior_in_words,
    prediction_in_words,
    ranking_in_words,
    waves_in_words,
)
from experiments.outputs import Outbox
from experiments.pages import page
from experiments.provenance import versions
from experiments.sweep_report import tables
from experiments.sweep_report.words import plain

if TYPE_CHECKING:
    from experiments.calibration.calibrated import Calibrated
    from experiments.calibration.scores import Ranking
    from experiments.sweep_report.drawings import Drawing

REPORT = "report.html"


def write_report(
    folder: Path,
    calibrated: Sequence[Calibrated],
    ranking: Ranking | None,
    remarks: list[str],
    command: str,
) -> Path:
    """Write the report of one account or of several, and return its path.

    Raises
    ------
    OutputError
        If the file cannot be written.
    """
    html = page(
        "calibration/calibration.html.j2", **_context(calibrated, ranking, remarks, command)
    )

    def write(path: Path) -> None:
        path.write_text(html, "utf-8")

    with Outbox(folder) as outbox:
        return outbox.fill({REPORT: write})[0]


def write_figures(
    folder: Path, calibrated: Sequence[Calibrated], ranking: Ranking | None, command: str
) -> list[Path]:
    """Write each figure as SVG and return the paths.

    Raises
    ------
    DeathspiralError
        If a figure cannot be drawn or written.
    """
    from experiments.static_images import figures_by_name, write_images

    drawings = all_drawings(calibrated, ranking, command)
    return write_images(figures_by_name(drawings, "svg"), folder / "figures")


def all_drawings(
    calibrated: Sequence[Calibrated], ranking: Ranking | None, command: str
) -> list[Drawing]:
    """Return the drawings of the report: of the accounts together, then of the fullest one."""
    first = [] if ranking is None else ranking_drawings(ranking, command)
    return [*first, *drawings_of(main_of(calibrated))]


def main_of(calibrated: Sequence[Calibrated]) -> Calibrated:
    """Return the account with the most free parameters: the one that is told in full."""
    return max(calibrated, key=lambda one: len(one.desk.account.free))


def _context(
    calibrated: Sequence[Calibrated], ranking: Ranking | None, remarks: list[str], command: str
) -> dict[str, Any]:
    main = main_of(calibrated)
    drawings = all_drawings(calibrated, ranking, command)
    return {
        "title": f"Calibration of {main.desk.study.name}",
        "last": LAST,
        "main": main,
        "ranking": [] if ranking is None else ranking_in_words(ranking),
        "scores": None if ranking is None else tables.shown_rows(_scores(ranking.table)),
        "accounts": [one.desk.account for one in calibrated],
        "sections": [
            ("Waves", waves_in_words(main)),
            ("Posterior", [*posterior_in_words(main), *remarks]),
            ("The year 2021", prediction_in_words(main)),
        ],
        "tiles": _tiles(main),
        "drawings": [_drawn(number, drawing) for number, drawing in enumerate(drawings, 1)],
        "more": [(title, tables.shown_rows(table)) for title, table in _tables(main)],
        "command": command,
        "versions": versions(),
    }


def _scores(table: pl.DataFrame) -> pl.DataFrame:
    """Return the scores as they are read: numbers with their errors."""
    rows = []
    for row in table.iter_rows(named=True):
        rows.append(
            {
                "account": plain(row["account"]),
                "free": row["free"],
                "best fit": f"{row['best_fit']:.1f}",
                "mean fit": f"{row['mean_fit']:.1f}",
                "log evidence": f"{row['evidence']:.1f} ± {row['evidence_error']:.1f}",
                "probability": f"{row['probability']:.2f}",
                "log density of 2020": f"{row['ahead']:.1f} ± {row['ahead_error']:.1f}",
                "selection ratio": f"{row['selection']:.2f} ({row['selection_low']:.2f} to "
                f"{row['selection_high']:.2f})",
                **{
                    f"{plain(name.removesuffix('_2021'))}, 2021": f"{row[name]:+.0%}"
                    for name in row
                    if name.endswith("_2021")
                },
            }
        )
    return pl.DataFrame(rows)


def _tiles(one: Calibrated) -> list[tuple[str, str, str]]:
    size, last = one.desk.size, one.matched.waves[-1]
    return [
        ("Runs", f"{one.posterior.n_runs:,}", f"of {size.people:,} people; seed {one.desk.seed}"),
        ("Observations", f"{len(one.desk.targets.each)}", f"up to {LAST}"),
        ("Not ruled out", f"{last.share:.1g}", f"of the prior after wave {last.number}"),
        ("Distinct points", f"{one.posterior.distinct:,}", "of the posterior, from emulators"),
    ]


def _tables(one: Calibrated) -> list[tuple[str, pl.DataFrame]]:
    """Return the tables at the end: waves, targets and trust, priors, parameters, what came."""
    waves = pl.DataFrame(
        [
            {k: v for k, v in vars(wave).items() if k != "checks"}
            | {"worst_left_out": min(check.within for check in wave.checks)}
            for wave in one.matched.waves
        ]
    )
    targets = pl.DataFrame([vars(target) for target in one.desk.targets.each])
    trust = pl.DataFrame(
        [
            {"variable": plain(name), **{k: str(v) for k, v in error.model_dump().items()}}
            for name, error in one.desk.study.error.items()
        ]
    )
    priors = pl.DataFrame(
        [{"parameter": name, **p.model_dump()} for name, p in one.desk.study.prior.items()]
    )
    return [
        ("Waves", waves),
        ("Emulators on runs left out", pl.DataFrame([vars(c) for c in one.posterior.checks])),
        ("Parameters after the data", one.learned),
        ("Pairs that trade off", one.trading),
        ("2021, with the dates of its news", one.came),
        ("2021, without", one.came_unknown),
        ("Observations used", targets),
        ("How far observation and model are trusted", trust),
        ("Priors", priors),
    ]


def _drawn(number: int, drawing: Drawing) -> dict[str, Any]:
    return {
        "number": number,
        "drawing": drawing,
        "heights": [int(panel.noted.layout.height) for panel in drawing.panels],
        "csv": tables.as_csv(drawing.table),
        "rows": drawing.table.height,
    }
