"""Emulators: for each target, what a run would give at points that were not run, and how surely.

A quadratic surface and a Gaussian process on what it leaves (Kennedy and O'Hagan 2001,
doi:10.1111/1467-9868.00294). Runs of a few thousand people carry luck that a hundred million do
not have: it is the white noise of the process, and its mean is free of it.
"""

from __future__ import annotations

import warnings
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

import numpy as np

from experiments.calibration.sampling import shares_of

Array = np.ndarray[Any, Any]

MOST_POINTS = 1_000
"""Runs that an emulator is fitted to; see `telling`."""
_FOR_LENGTHS = 150
"""Of those, how many decide the length scales."""
_STEPS = 12
_LEFT_OUT = 6
"""One in so many runs is left out of a fit, and checked."""


@dataclass(frozen=True)
class Check:
    """How an emulator did on runs that it had not seen."""

    target: str
    left_out: int
    explained: float
    """Share of the variance of these runs."""
    within: float
    """Share of these runs within three standard deviations."""
    luck: float
    """Standard deviation of a run around the mean of its like, of the logarithm."""
    sd: float
    """Standard deviation of that mean, of the logarithm."""


class Emulator:
    """One target, emulated.

    Parameters
    ----------
    points : ndarray of float64, shape (runs, parameters)
        In the space of priors.
    found : ndarray of float64, shape (runs,)
        What the runs gave, after the logarithm.
    kernel : kernel, optional
        Length scales and luck, if they are known; they are searched otherwise.
    """

    def __init__(self, points: Array, found: Array, seed: int, kernel: Any = None) -> None:
        self._surface = _surface(points, found)
        rest = found - _terms(points) @ self._surface
        self._scale = max(float(rest.std()), 1e-9)
        self.kernel = kernel or _lengths(points, rest / self._scale, seed)
        signal, self._white = self.kernel.k1, float(self.kernel.k2.noise_level)
        self._size = float(signal.k1.constant_value)
        self._length = np.asarray(signal.k2.length_scale)
        self._seen = shares_of(points) / self._length
        covariance = self._like(self._seen)
        covariance[np.diag_indices(len(points))] += self._white + 1e-8
        root = np.linalg.cholesky(covariance)
        inverse = np.linalg.solve(root, np.eye(len(points)))
        self._weights = (inverse.T @ (inverse @ (rest / self._scale))).astype(np.float32)
        self._inverse = inverse.astype(np.float32)
        self._seen = self._seen.astype(np.float32)  # from here on, speed matters more than digits

    @property
    def luck(self) -> float:
        """Variance of a run around the mean of its like."""
        return self._white * self._scale**2

    def mean(self, points: Array) -> Array:
        """Return what runs are expected to give."""
        return self._from(points, self._near(points))

    def both(self, points: Array) -> tuple[Array, Array]:
        """Return that, and its variance, without the luck of a run."""
        near = self._near(points)
        known = ((self._inverse @ near.T) ** 2).sum(axis=0)
        unknown = np.maximum(self._size - known, 1e-4 * self._size)
        return self._from(points, near), unknown.astype(np.float64) * self._scale**2

    def _from(self, points: Array, near: Array) -> Array:
        return np.asarray(_terms(points) @ self._surface + self._scale * (near @ self._weights))

    def _near(self, points: Array) -> Array:
        return self._like((shares_of(points) / self._length).astype(np.float32))

    def _like(self, places: Array) -> Array:
        """Return the covariance of places with the runs, without luck."""
        apart = (places**2).sum(axis=1)[:, None] + (self._seen**2).sum(axis=1)[None, :]
        apart -= 2 * places @ self._seen.T
        return np.asarray(apart.dtype.type(self._size) * np.exp(-0.5 * np.maximum(apart, 0)))


class Emulators:
    """One emulator a target, fitted to the same runs.

    Parameters
    ----------
    points, found : ndarray of float64, shapes (runs, parameters) and (runs, targets)
        The runs.
    seed : int
        Which runs decide the length scales.
    like : Emulators, optional
        Emulators of other runs, whose length scales are taken over.
    """

    def __init__(
        self,
        points: Array,
        found: Array,
        seed: int,
        like: Emulators | None = None,
    ) -> None:
        def fit(k: int) -> Emulator:
            kernel = None if like is None else like.each[k].kernel
            return Emulator(points, found[:, k], seed, kernel)

        with warnings.catch_warnings(), ThreadPoolExecutor(2) as threads:
            # A length scale at its bound is a parameter without effect.
            warnings.simplefilter("ignore")
            self.each = list(threads.map(fit, range(found.shape[1])))

    @property
    def luck(self) -> Array:
        """Variance of a run by its luck, for each target."""
        return np.array([emulator.luck for emulator in self.each])

    def mean(self, points: Array) -> Array:
        """Return what runs are expected to give, shape (points, targets)."""
        return np.stack([emulator.mean(points) for emulator in self.each], axis=1)

    def both(self, points: Array) -> tuple[Array, Array]:
        """Return means and their variances, each of shape (points, targets)."""
        both = [emulator.both(points) for emulator in self.each]
        return np.stack([m for m, _ in both], axis=1), np.stack([v for _, v in both], axis=1)


def checked(
    points: Array, found: Array, names: Sequence[str], seed: int, emulators: Emulators
) -> list[Check]:
    """Return how emulators with these length scales, of some of the runs, do on the others."""
    out = np.arange(len(points)) % _LEFT_OUT == 0
    fitted = Emulators(points[~out], found[~out], seed, emulators)
    mean, variance = fitted.both(points[out])
    errors, sds = found[out] - mean, np.sqrt(variance + fitted.luck)
    spread = np.maximum(found[out].var(axis=0), 1e-12)
    return [
        Check(
            name,
            int(out.sum()),
            float(1 - (errors[:, k] ** 2).mean() / spread[k]),
            float((np.abs(errors[:, k]) <= 3 * sds[:, k]).mean()),
            float(np.sqrt(fitted.luck[k])),
            float(np.sqrt(variance[:, k].mean())),
        )
        for k, name in enumerate(names)
    ]


def telling(implausible: Array, most: int = MOST_POINTS) -> Array:
    """Return the numbers of the runs to fit to: most of them near what was observed.

    A third are spread over the others, so that a fit knows what is far away.
    """
    order = np.argsort(implausible, kind="stable")
    if len(order) <= most:
        return np.sort(order)
    near, rest = order[: 2 * most // 3], order[2 * most // 3 :]
    places = np.linspace(0, len(rest) - 1, most - len(near)).round().astype(int)
    return np.sort(np.concatenate([near, rest[places]]))


def _terms(points: Array) -> Array:
    """Return constant, linear and squared terms of the place between the ends of the priors."""
    x = 2 * shares_of(points) - 1
    return np.concatenate([np.ones((len(x), 1)), x, x**2 - 1 / 3], axis=1)


def _surface(points: Array, found: Array) -> Array:
    terms = _terms(points)
    ridge = 1e-3 * len(points) * np.eye(terms.shape[1])
    ridge[0, 0] = 0.0
    return np.asarray(np.linalg.solve(terms.T @ terms + ridge, terms.T @ found))


def _lengths(points: Array, rest: Array, seed: int) -> Any:
    """Return a kernel with length scales that suit some of the runs."""
    from scipy.optimize import minimize
    from sklearn.gaussian_process import GaussianProcessRegressor
    from sklearn.gaussian_process.kernels import RBF, ConstantKernel, WhiteKernel

    def few_steps(cost: Any, start: Array, bounds: Array) -> tuple[Array, float]:
        best = minimize(
            cost, start, jac=True, bounds=bounds, method="L-BFGS-B", options={"maxiter": _STEPS}
        )
        return best.x, float(best.fun)

    n, d = points.shape
    some = np.random.default_rng(seed).choice(n, min(n, _FOR_LENGTHS), replace=False)
    signal = ConstantKernel(1.0, (1e-2, 1e2)) * RBF(np.full(d, 1.0), (0.2, 30.0))
    kernel = signal + WhiteKernel(0.2, (1e-4, 2.0))
    process = GaussianProcessRegressor(kernel, optimizer=few_steps, random_state=seed)
    return process.fit(shares_of(points[some]), rest[some]).kernel_
