"""The command that writes the report of a sweep."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from cyclopts import App

from experiments.options import Switch

if TYPE_CHECKING:
    from experiments.static_images import Format


def report(
    folder: Path,
    /,
    *,
    out: Path | None = None,
    svg: Switch = False,
    png: Switch = False,
    pdf: Switch = False,
) -> None:
    """Write the report of a sweep, finished or not: one HTML file that needs no network.

    Parameters
    ----------
    folder
        Results folder of a sweep.
    out
        File to write; report.html in the folder if left out.
    svg
        Also write each figure as SVG, into the folder figures beside the report.
    png
        The same as PNG.
    pdf
        The same as PDF.
    """
    wanted = {"svg": svg, "png": png, "pdf": pdf}
    formats: list[Format] = [kind for kind in ("svg", "png", "pdf") if wanted[kind]]
    if formats:
        from experiments.static_images import check

        check()
    from experiments.sweep_report.report import write_all

    page, *images = write_all(folder, out, formats)
    print(f"Report: {page}")
    if images:
        print(f"Figures: {len(images)} files in {images[0].parent}")


def register(app: App) -> None:
    """Add the command to a command line."""
    app.command(report)
