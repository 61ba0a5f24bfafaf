"""What a folder promises: the experiment, how its runs are cut, and where it all comes from."""

from __future__ import annotations

import json
import platform
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from experiments.sweeps.chunks import Block, chunk_size
from experiments.sweeps.fingerprint import code
from experiments.sweeps.lock import NAME as LOCK
from experiments.sweeps.outcomes import OUTCOMES
from experiments.sweeps.refusals import StorageError, SweepError
from experiments.sweeps.sessions import now
from experiments.sweeps.store import RUNS, Store

if TYPE_CHECKING:
    from experiments.sweeps.experiment import Experiment

FORMAT = 1
NAME, EXTENSIONS = "manifest.json", "extensions"
_OWN = {"spec.toml", "design.parquet", "runs", "series", "failures", "sessions"}


def new_manifest(
    experiment: Experiment, hashed: str, pilot: Mapping[str, Any], command: str
) -> dict[str, Any]:
    """Return the manifest of a sweep that begins.

    Parameters
    ----------
    experiment : Experiment
        What is to be done.
    hashed : str
        Hash of what decides its results.
    pilot : mapping
        ``seconds_per_run`` and ``runs``, as measured.
    command : str
        What was typed, for the reader.
    """
    from experiments.provenance import version

    return {
        "format": FORMAT,
        "name": experiment.name,
        "question": experiment.question,
        "experiment": hashed,
        "seed": experiment.seed,
        "common_random_numbers": experiment.common_random_numbers,
        "n_points": experiment.n_points,
        "replicates": experiment.replicates,
        "chunk_size": chunk_size(experiment.n_runs, pilot["seconds_per_run"]),
        "pilot": dict(pilot),
        "version": version(),
        "code": code(),
        "platform": platform.platform(),
        "command": command,
        "created": now().isoformat(timespec="seconds"),
        "columns": columns(experiment),
    }


def columns(experiment: Experiment) -> dict[str, dict[str, tuple[str, str]]]:
    """Return unit and meaning of every column of ``runs`` and ``series``."""
    from experiments.sweeps.factors import field_of
    from model.metrics import COLUMNS
    from model.quantities import unit_of

    address = {
        "run": ("number", "replicate × number of points + point"),
        "point": ("number", "row of the design"),
        "replicate": ("number", "which repetition of the point"),
    }
    factors = {}
    for name in experiment.factor_names:
        field = field_of(name)
        unit, meaning = ("name", "preset") if field is None else (unit_of(field), field.description)
        factors[name] = (unit, meaning or "")
    told = {
        "seed": ("number", "seed of the run"),
        "status": ("name", "ok, failed, crashed or timeout"),
        "error": ("text", "what went wrong, if anything did"),
        **({} if experiment.labels is None else {"label": ("name", "name of the point")}),
    }
    kept = {name: COLUMNS[name] for name in ("plan", "period", *experiment.record.series)}
    return {"runs": {**address, **told, **factors, **OUTCOMES}, "series": {**address, **kept}}


def read_manifest(folder: Path) -> dict[str, Any] | None:
    """Return the manifest of a folder, None if the folder is empty or not there.

    Raises
    ------
    SweepError
        If the folder holds something else.
    StorageError
        If it cannot be read.
    """
    try:
        if not folder.is_dir():
            if folder.exists():
                raise SweepError(f"{folder} is a file, not a folder; name another")
            return None
        if (folder / NAME).exists():
            return _checked(folder / NAME)
        names = [path.name for path in folder.iterdir()]
        begun = LOCK in names  # a driver locks a folder before it writes anything else
        if begun and any((folder / RUNS).glob("part-*")):
            raise SweepError(
                f"folder {folder} has runs but no {NAME} to say whose; put it back, or name "
                "another folder with --out"
            )
    except StorageError:
        raise
    except OSError as error:
        raise StorageError(f"folder {folder} cannot be read: {error.strerror or error}") from None
    own = _OWN if begun else ()
    strange = sorted(name for name in names if name not in own and not name.startswith("."))
    if strange:
        raise SweepError(
            f"folder {folder} is not empty and not of a sweep (it has {strange[0]}); name another"
        )
    return None


def _checked(path: Path) -> dict[str, Any]:
    manifest = _read(path)
    if not isinstance(manifest, dict) or manifest.get("format") != FORMAT:
        raise SweepError(
            f"{path} is of another version of deathspiral; use that version, or another folder"
        )
    return manifest


def _read(path: Path) -> Any:
    try:
        return json.loads(path.read_text("utf-8"))
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or error
        raise StorageError(f"{path} cannot be read: {reason}") from None


def blocks_of(folder: Path, manifest: Mapping[str, Any]) -> list[Block]:
    """Return the runs that a folder promises, block by block: one, and one an extension.

    Raises
    ------
    StorageError
        If an extension cannot be read.
    """
    points = manifest["n_points"]
    blocks = [Block(0, points * manifest["replicates"], manifest["chunk_size"])]
    for path in sorted((folder / EXTENSIONS).glob("[0-9]*.json")):
        more, last = _read(path), blocks[-1]
        end, first_part = points * more["replicates"], last.first_part + last.n_chunks
        blocks.append(Block(last.end_run, end, more["chunk_size"], first_part))
    return blocks


def extend(store: Store, manifest: Mapping[str, Any], replicates: int, command: str) -> None:
    """Promise more replicates; what is there already stays as it is.

    Raises
    ------
    StorageError
        If the folder cannot be written.
    """
    blocks = blocks_of(store.folder, manifest)
    new_runs = manifest["n_points"] * replicates - blocks[-1].end_run
    record = {
        "replicates": replicates,
        "chunk_size": chunk_size(new_runs, manifest["pilot"]["seconds_per_run"]),
        "command": command,
        "created": now().isoformat(timespec="seconds"),
    }
    (store.folder / EXTENSIONS).mkdir(exist_ok=True)
    store.write(f"{EXTENSIONS}/{len(blocks):06d}.json", as_json(record))


def as_json(content: object) -> bytes:
    """Return an object as indented JSON."""
    return (json.dumps(content, ensure_ascii=False, indent=2) + "\n").encode("utf-8")


def code_changes(manifest: Mapping[str, Any]) -> list[str]:
    """Return a phrase for everything under the results that is not as when they were begun."""
    then, here = manifest["code"], code()
    changes = []
    if then["fingerprint"] != here["fingerprint"]:
        changes.append("the code of the model")
    packages = {*then["packages"], *here["packages"]}
    for name in sorted(packages):
        before, now_ = then["packages"].get(name), here["packages"].get(name)
        if before != now_:
            changes.append(f"{name} {before} (now {now_})")
    return changes
