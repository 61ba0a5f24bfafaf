"""The report of a sweep: one HTML file that asks, answers, shows, and says where it comes from."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from experiments.outputs import Outbox, spare_the_store
from experiments.pages import page
from experiments.sweep_report import tables
from experiments.sweep_report.answer import answer
from experiments.sweep_report.drawings import Drawing, drawings_of
from experiments.sweep_report.words import percent, plain, scenario_of

if TYPE_CHECKING:
    from experiments.static_images import Format
    from experiments.sweeps.results import Results

REPORT = "report.html"


def sweep_report(results: Results, drawings: list[Drawing] | None = None) -> str:
    """Return the report of a sweep as the text of an HTML file.

    Parameters
    ----------
    results : Results
        A sweep, finished or not; from Parquet alone, nothing is run.
    drawings : list of Drawing, optional
        Its figures, if they were made before.
    """
    drawings = drawings_of(results) if drawings is None else drawings
    return page("sweep_report/sweep.html.j2", **_context(results, drawings))


def write_report(folder: str | Path, out: Path | None = None) -> Path:
    """Write the report of a results folder and return its path.

    Parameters
    ----------
    folder : path
        Folder of a sweep, finished or not.
    out : Path, optional
        File to write; ``report.html`` in the folder if left out.

    Raises
    ------
    DeathspiralError
        If the folder is not of a sweep, or the file cannot be written.
    """
    return write_all(folder, out)[0]


def write_all(
    folder: str | Path, out: Path | None = None, formats: Sequence[Format] = ()
) -> list[Path]:
    """Write the report, and its figures as images; return the paths, that of the report first.

    Parameters
    ----------
    folder, out : path
        As of `write_report`.
    formats : sequence of {"svg", "png", "pdf"}
        Also write each figure in these formats, into ``figures`` beside the report.

    Raises
    ------
    DeathspiralError
        If the folder is not of a sweep, a file cannot be written or an image not be drawn.
    """
    from experiments.static_images import figures_by_name, write_images
    from experiments.sweeps.results import load

    out = Path(folder) / REPORT if out is None else out
    spare_the_store(out)
    results = load(folder)
    drawings = drawings_of(results)
    html = sweep_report(results, drawings)

    def write(path: Path) -> None:
        path.write_text(html, "utf-8")

    with Outbox(out.parent) as outbox:
        written = outbox.fill({out.name: write})
    images: dict[str, Any] = {}
    for kind in formats:
        images |= figures_by_name(drawings, kind)
    return written + (write_images(images, out.parent / "figures") if images else [])


def _context(results: Results, drawings: list[Drawing]) -> dict[str, Any]:
    from experiments.provenance import versions
    from experiments.sweeps.outcomes import OUTCOMES
    from experiments.sweeps.writing import experiment_as_toml

    experiment = results.experiment
    points = tables.point_table(results)
    return {
        "experiment": experiment,
        "title": experiment.title or plain(experiment.name).capitalize(),
        "answer": answer(results),
        "tiles": _tiles(results),
        "facts": _facts(results),
        "unfinished": None if results.complete else _unfinished(results),
        "drawings": [_drawn(number, drawing) for number, drawing in enumerate(drawings, 1)],
        "differences": tables.differences(results),
        "factors": tables.factor_rows(results),
        "fixed": tables.fixed_rows(experiment),
        "n_failed": results.n_failed,
        "failures": tables.failure_rows(results),
        "points": tables.shown_rows(points),
        "points_csv": tables.as_csv(points),
        "provenance": tables.provenance_rows(results),
        "command": results.manifest["command"],
        "folder": str(results.folder or f"results/{experiment.name}"),
        "versions": versions(),
        "specification": experiment_as_toml(experiment),
        "outcomes": [(name, unit, meaning) for name, (unit, meaning) in OUTCOMES.items()],
    }


def _drawn(number: int, drawing: Drawing) -> dict[str, Any]:
    return {
        "number": number,
        "drawing": drawing,
        "heights": [int(panel.noted.layout.height) for panel in drawing.panels],
        "table": tables.shown_rows(drawing.table) if drawing.table.height else None,
        "csv": tables.as_csv(drawing.table),
    }


def _tiles(results: Results) -> list[tuple[str, str, str]]:
    """Return the four numbers: label, value, and what it is."""
    from experiments.sweep_report.defaults import SHARE

    experiment = results.experiment
    names = " × ".join(plain(name) for name in experiment.factor_names) or "one scenario"
    design = "rows of a table" if experiment.labels else f"{experiment.design.kind}: {names}"
    share = results.ok[SHARE].mean() if results.ok.height else None
    failed = f"{results.n_failed:,} of them failed" if results.n_failed else "none failed"
    return [
        ("Runs", f"{results.n_done:,}", f"of {experiment.n_runs:,}; {failed}"),
        ("Points", f"{results.design.height:,}", design),
        ("Replicates", f"{experiment.replicates:,}", f"of each point; seed {experiment.seed}"),
        ("Collapsed", percent(share), "of the runs that have an outcome"),  # type: ignore[arg-type]
    ]


def _facts(results: Results) -> str:
    experiment = results.experiment
    scenario = scenario_of(experiment)
    shared = (
        "Replicate r has the same luck at every point (common random numbers): differences between "
        "points are pairs, and the errors of neighbouring points go together."
        if experiment.common_random_numbers
        else "Every run has luck of its own."
    )
    return (
        f"Scenario {experiment.scenario}: {scenario.n_people:,} simulated people, "
        f"{scenario.n_periods:,} periods, where no factor says otherwise. {shared} "
        "Everything below is simulated."
    )


def _unfinished(results: Results) -> str:
    missing = results.experiment.n_runs - results.n_done
    return (
        f"This sweep is not finished: {missing:,} of {results.experiment.n_runs:,} runs are still "
        "to be done, and what follows may change."
    )
