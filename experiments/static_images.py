"""Figures as SVG, PNG or PDF files: drawn by the Chromium of this machine, without a network."""

from __future__ import annotations

import importlib.util
import os
import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from agents.errors import DeathspiralError
from experiments.outputs import Outbox, Writer

if TYPE_CHECKING:
    from experiments.sweep_report.drawings import Drawing

Format = Literal["svg", "png", "pdf"]

WIDTH = 720
"""Width of an image [pixels]."""
_BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")
_LETTERS = 76
_SCALE = 2
"""Dots to a pixel, in formats that have dots."""


class ImageError(DeathspiralError, RuntimeError):
    """Images that cannot be drawn on this machine."""


def browser() -> str:
    """Return the path of a browser that can draw.

    Raises
    ------
    ImageError
        If there is none.
    """
    named = os.environ.get("BROWSER_PATH")
    if named:
        if not os.access(named, os.X_OK) or Path(named).is_dir():
            raise ImageError(
                f"BROWSER_PATH is {named}, which is no program that can be started; set it to a "
                "Chromium or Chrome, or unset it"
            )
        return named
    found = next(filter(None, map(shutil.which, _BROWSERS)), None)
    if found is None:
        raise ImageError(
            "SVG, PNG and PDF need a Chromium or Chrome, and there is none on the PATH; install "
            "one, or set BROWSER_PATH"
        )
    return found


def check() -> None:
    """Refuse before anything is done if images cannot be drawn.

    Raises
    ------
    ImageError
        If the package that drives the browser is missing, or a browser.
    """
    if importlib.util.find_spec("kaleido") is None:
        raise ImageError(
            "SVG, PNG and PDF need the package kaleido: pip install 'deathspiral[static]'"
        )
    browser()


def figures_by_name(drawings: list[Drawing], kind: Format) -> dict[str, Any]:
    """Return figures with heading and note by the name of their file: ``<n>-<kind>.<format>``.

    A drawing of several panels gives a file for each: ``2-lines-members_kept.svg``.
    """
    from experiments.sweep_report.figures_parts import with_note

    found = {}
    for number, drawing in enumerate(drawings, 1):
        for panel in drawing.panels:
            name = "-".join(filter(None, (str(number), drawing.kind, panel.key)))
            title = "" if panel.key and not panel.key.isdecimal() else drawing.title
            title = f"{title}: {panel.title}" if panel.key.isdecimal() else title
            found[f"{name}.{kind}"] = with_note(panel.figure, panel.note, title, _LETTERS)
    return found


def write_images(figures: Mapping[str, Any], folder: Path) -> list[Path]:
    """Draw figures with one browser, write them into a folder, and return their paths.

    Parameters
    ----------
    figures : mapping
        Name of a file, with its format as suffix → plotly figure.
    folder : Path
        Where the files go; all of them appear, or none.

    Raises
    ------
    ImageError
        If they cannot be drawn.
    OutputError
        If the folder cannot be written.
    """
    check()
    with Outbox(folder) as outbox:
        images = _drawn(figures)
        return outbox.fill({name: _writer(image) for name, image in images.items()})


def _writer(image: bytes) -> Writer:
    def write(path: Path) -> None:
        path.write_bytes(image)

    return write


def _drawn(figures: Mapping[str, Any]) -> dict[str, bytes]:
    import kaleido

    # MathJax would be fetched from a server, and no figure has formulas.
    server = {"path": browser(), "mathjax": False}
    try:
        kaleido.start_sync_server(silence_warnings=True, **server)
        return {
            name: kaleido.calc_fig_sync(
                figure.to_dict(),
                opts={
                    "format": Path(name).suffix[1:],
                    "width": WIDTH,
                    "height": int(figure.layout.height),
                    "scale": _SCALE,
                },
            )
            for name, figure in figures.items()
        }
    except Exception as error:  # whatever a browser may do, the report itself is written
        reason = " ".join(str(error).split()) or type(error).__name__
        raise ImageError(f"{server['path']} could not draw the figures: {reason}") from error
    finally:
        kaleido.stop_sync_server(silence_warnings=True)
