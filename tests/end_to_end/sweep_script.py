"""A user's script that carries out a sweep, without any guard against being imported again."""

from __future__ import annotations

import sys
from pathlib import Path

from experiments.sweeps.driver import carry_out_sweep
from experiments.sweeps.reading import read_experiment

print("begun", flush=True)
specification, folder, runner = sys.argv[1:]
carry_out_sweep(
    read_experiment(specification),
    Path(folder),
    workers=2,
    progress=False,
    runner=f"tests.end_to_end.sweep_runners:{runner}",
)
print("done", flush=True)
