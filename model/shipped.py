"""TOML files that ship with the packages: presets, plans, experiments. No heavy imports here."""

from __future__ import annotations

from importlib import resources
from pathlib import Path


def shipped_names(package: str, folder: str) -> list[str]:
    """List the TOML files in a folder of a package, without their endings."""
    files = (resources.files(package) / folder).iterdir()
    return sorted(Path(file.name).stem for file in files if file.name.endswith(".toml"))


def shipped_text(package: str, folder: str, name: str) -> str:
    """Return the text of one of them."""
    return (resources.files(package) / folder / f"{name}.toml").read_text("utf-8")
