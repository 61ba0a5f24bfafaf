"""What is to be done, run by run, in a form that can travel to a worker."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from experiments.sweeps.fingerprint import fingerprint
from experiments.sweeps.seeds import run_seed
from experiments.sweeps.work import RUN_ONE, Run, Work
from experiments.sweeps.writing import frozen_toml

if TYPE_CHECKING:
    from experiments.sweeps.experiment import Experiment


class Orders:
    """The runs of an experiment, numbered replicate by replicate.

    Parameters
    ----------
    experiment : Experiment
        What is to be done.
    runner : str
        What carries out one run, as ``module:function``.
    """

    def __init__(self, experiment: Experiment, runner: str = RUN_ONE) -> None:
        self.experiment = experiment
        self.specification = frozen_toml(experiment)
        self._runner = runner

    def work(self, runs: Iterable[int]) -> Work:
        """Return what a worker must know to carry out some runs."""
        todo = tuple(self._run(run) for run in runs)
        changes = {run.point: self.experiment.point(run.point) for run in todo}
        return Work(self.specification, todo, changes, fingerprint(), self._runner)

    def _run(self, number: int) -> Run:
        experiment = self.experiment
        replicate, point = divmod(number, experiment.n_points)
        common = experiment.common_random_numbers
        seed = run_seed(experiment.seed, point, replicate, common_random_numbers=common)
        return Run(number, point, replicate, seed)
