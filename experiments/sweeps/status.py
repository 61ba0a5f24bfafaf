"""What a results folder says about itself."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from experiments.sweeps.lock import holder
from experiments.sweeps.manifest import blocks_of, code_changes, read_manifest
from experiments.sweeps.refusals import SweepError
from experiments.sweeps.sessions import sessions_of
from experiments.sweeps.store import OK, Store
from experiments.sweeps.watching import spell


def status_of(folder: Path) -> str:
    """Return what is done and left in a folder, its provenance and its sessions, in words.

    Raises
    ------
    SweepError
        If it is not the folder of a sweep.
    StorageError
        If it cannot be read.
    """
    manifest = read_manifest(folder)
    if manifest is None:
        raise SweepError(f"folder {folder} has no results; `deathspiral sweep` makes them")
    return "\n".join([*_progress(folder, manifest), *_origin(manifest), *_sessions(folder)])


def _progress(folder: Path, manifest: dict[str, Any]) -> list[str]:
    blocks = blocks_of(folder, manifest)
    total, points = blocks[-1].end_run, manifest["n_points"]
    counts = dict(Store(folder).statuses()["status"].value_counts().iter_rows())
    done = sum(counts.values())
    bad = [f"{n:,} {status}" for status, n in sorted(counts.items()) if status != OK]
    busy = holder(folder)
    return [
        f"{manifest['name']}: {manifest['question']}",
        f"{done:,} of {total:,} runs done ({points:,} points × {total // points:,} replicates), "
        f"{total - done:,} left; {', '.join(bad) if bad else 'none failed'}",
        f"At work now: {busy}" if busy else "Nobody is at work in it now.",
    ]


def _origin(manifest: dict[str, Any]) -> list[str]:
    code = manifest["code"]
    packages = ", ".join(f"{name} {version}" for name, version in code["packages"].items())
    commit = "not from a git checkout"
    if code["commit"]:
        commit = f"commit {code['commit'][:12]}{', modified' if code['modified'] else ''}"
    changes = code_changes(manifest)
    return [
        "",
        f"Seed {manifest['seed']}; experiment {manifest['experiment'][:16]}",
        f"Begun {manifest['created']} with: {manifest['command']}",
        f"deathspiral {manifest['version']} ({code['fingerprint']}, {commit}); {packages}",
        f"On {manifest['platform']}",
        *([f"Other today: {', '.join(changes)}"] if changes else []),
    ]


def _sessions(folder: Path) -> list[str]:
    lines = ["", "Sessions (UTC):"]
    for session in sessions_of(folder):
        if not session or session[0]["what"] != "start":  # the disk was full
            continue
        start, end = session[0], session[-1]
        chunks = [line for line in session if line["what"] == "chunk"]
        runs = sum(line["runs"] for line in chunks)
        rate = runs / (chunks[-1]["after"] or 1.0) if chunks else 0.0
        engine = next((x for x in session if x["what"] == "engine"), {})
        means = f"{engine['workers']} × {engine['engine']}, " if engine else ""
        how = end.get("why", "cut off") if end["what"] == "end" else "cut off, or at work"
        changed = f"; changed: {', '.join(start['changed'])}" if start.get("changed") else ""
        lines.append(
            f"  {start['at']} {start['host']}:{start['pid']}  {means}{runs:,} runs in "
            f"{spell(end['after'])} ({rate:,.0f} runs/s), {how}{changed}"
        )
    return lines
