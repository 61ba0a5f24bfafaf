"""Luck with an address: a draw is a pure function of (seed, stream, period, person).

The generator is Philox4x32-10 (Salmon, Moraes, Dror and Shaw 2011, "Parallel random numbers: as
easy as 1, 2, 3"): the counter holds the address, the key holds the seed, and each address gives
four independent words. Threads, order and further questions change no other draw, and two
scenarios with one seed share their luck.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from numba import float64, uint32, uint64

from agents.compiled import rule, sweep, unsigned
from agents.errors import ScenarioError

Words = tuple[np.uint32, np.uint32, np.uint32, np.uint32]

# Streams: the first use of a draw. A new use takes a new number, so that it disturbs no other.
STREAM_TRAITS = 1
STREAM_LIFE = 2
STREAM_OPENING = 3
STREAM_CHOICE = 4
STREAM_ILLNESS = 5
STREAM_TURNOVER = 6
STREAM_TIES = 7
STREAM_PERCEPTION = 8
STREAM_REACH = 9
STREAM_SUCCESSION = 10
STREAM_ENROLMENT = 100
"""Of the first plan; plan k takes the k-th after it."""


@rule
def philox(address: Any, period: Any, stream: Any, key_low: Any, key_high: Any) -> Words:
    """Return the four 32-bit words at an address (10 rounds of Philox4x32).

    Parameters
    ----------
    address : uint64
        Person (or edge) that asks: the first two counter words.
    period, stream : uint32
        The last two counter words.
    key_low, key_high : uint32
        The seed.
    """
    c0, c1 = uint32(address & uint64(0xFFFFFFFF)), uint32(address >> uint64(32))
    c2, c3 = uint32(period), uint32(stream)
    k0, k1 = uint32(key_low), uint32(key_high)
    for _ in range(10):
        first = uint64(uint32(0xD2511F53)) * uint64(c0)
        second = uint64(uint32(0xCD9E8D57)) * uint64(c2)
        c0 = uint32(second >> uint64(32)) ^ c1 ^ k0
        c2 = uint32(first >> uint64(32)) ^ c3 ^ k1
        c1, c3 = uint32(second), uint32(first)
        k0 = uint32(k0 + uint32(0x9E3779B9))
        k1 = uint32(k1 + uint32(0xBB67AE85))
    return c0, c1, c2, c3


@sweep
def draw_words(
    first: int, last: int, stream: int, period: int, people: Any, luck: Any, words: Any
) -> None:
    """Write four words for each person of a range to the columns of `words`, shape (4, n)."""
    start = unsigned(first)
    for j in range(unsigned(last - first)):
        address = uint64(people.person[start + j])
        words[0, j], words[1, j], words[2, j], words[3, j] = philox(
            address, period, stream, luck.low, luck.high
        )


@rule
def uniform(word: Any) -> float:
    """Turn a word into a number strictly between 0 and 1, in steps of 2⁻³²."""
    return (float64(word) + 0.5) * 2.3283064365386963e-10


@rule
def normals(first: Any, second: Any) -> tuple[float, float]:
    """Turn two words into two independent standard normal numbers (Box and Muller 1958)."""
    radius = math.sqrt(-2.0 * math.log(uniform(first)))
    angle = 2.0 * math.pi * uniform(second)
    return radius * math.cos(angle), radius * math.sin(angle)


def key_of(seed: int) -> tuple[np.uint32, np.uint32]:
    """Split a seed of up to 64 bits into the two words of a key."""
    return np.uint32(seed & 0xFFFFFFFF), np.uint32((seed >> 32) & 0xFFFFFFFF)


def seed_of(rng: Any) -> int:
    """Return the seed that an `rng` argument means; None means a fresh one.

    Raises
    ------
    ScenarioError
        If it is neither None, a whole number from 0 to 2⁶⁴ − 1 (or its digits), nor numpy's.
    """
    if rng is None:
        return int(np.random.SeedSequence().generate_state(1)[0])
    if isinstance(rng, np.random.SeedSequence):
        return int(rng.generate_state(1, np.uint64)[0])
    if isinstance(rng, np.random.Generator):
        return int(rng.integers(0, 2**64, dtype=np.uint64))
    if isinstance(rng, str) and rng.strip().isdecimal():
        rng = int(rng)
    if isinstance(rng, (int, np.integer)) and not isinstance(rng, bool) and 0 <= rng < 2**64:
        return int(rng)
    raise ScenarioError(
        f"{rng!r} cannot be a seed; use a whole number from 0 to 18446744073709551615"
    )
