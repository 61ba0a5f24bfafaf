"""Neighbours that are computed, not stored: a ring, and random matchings within blocks.

A small world without memory. Everybody hears the nearest on both sides of a ring of all people,
and one partner in each matching. A matching is a permutation F of a block, drawn by address: the
partner of x is F⁻¹(F(x) xor 1), so that partners have each other. Where a block is odd, one person
has none. Reads stay near in memory, which a stored random graph of a hundred million cannot offer.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numba import uint32, uint64

from agents.compiled import rule, sweep, unsigned
from agents.randomness import STREAM_TIES, philox
from agents.terms import COMPUTED_TIES, Luck, Ties

BLOCK = 65_536
"""People within whom matchings are drawn; a multiple of a tile."""

NOBODY = -1
GOLDEN = uint32(0x9E3779B9)
"""2³² over the golden ratio: what is added between two stirs."""

Mix = tuple[Any, Any, Any, Any, Any, Any, Any]
"""A permutation: four odd factors, a shift, a mask and a fold; all uint32."""


def computed_ties(n: int, degree: int, rewiring: float, luck: Luck) -> Ties:
    """Return ties by a rule: `degree` neighbours, of them about the share `rewiring` by matchings.

    Parameters
    ----------
    n : int
        People.
    degree : int
        Neighbours of each; the ring takes an even number of them.
    rewiring : float
        Share of long ties; at least one if it is positive.
    luck : Luck
        Seed.
    """
    long = min(max(round(degree * rewiring), 1), degree) if rewiring > 0 else 0
    reach = (degree - long) // 2
    words = [philox(uint64(m), 1, STREAM_TIES, luck.low, luck.high)[0] for m in range(degree)]
    keys = np.array(words[: degree - 2 * reach], np.uint32)
    return Ties(COMPUTED_TIES, np.zeros(1, np.int64), np.zeros(1, np.uint32), reach, keys)


@rule
def stirred(x: Any) -> Any:
    """Return 32 bits that look random, others for each x (after Appleby's MurmurHash3)."""
    x = uint32(x)
    x = uint32(x ^ (x >> uint32(16)))
    x = uint32(x * uint32(0x85EBCA6B))
    x = uint32(x ^ (x >> uint32(13)))
    x = uint32(x * uint32(0xC2B2AE35))
    return uint32(x ^ (x >> uint32(16)))


@rule
def inverse_of(odd: Any) -> Any:
    """Return the inverse of an odd number modulo 2³², by Newton's method."""
    inverse = uint32(odd)
    for _ in range(5):
        inverse = uint32(inverse * uint32(uint32(2) - uint32(uint32(odd) * inverse)))
    return inverse


@rule
def mix_of(key: Any, block: int, size: int) -> Mix:
    """Return the permutation of a block of `size` people in the matching with that key."""
    bits = 1
    while (1 << bits) < size:
        bits += 1
    a = stirred(uint32(key) ^ stirred(uint32(block)))
    b = stirred(uint32(a + GOLDEN))
    c = stirred(uint32(b + GOLDEN))
    d = stirred(uint32(c + GOLDEN))
    mask, fold, odd = uint32((1 << bits) - 1), uint32((bits + 1) // 2), uint32(1)
    return a | odd, b | odd, c | odd, d | odd, stirred(uint32(d + GOLDEN)), mask, fold


@rule
def reversed_mix(mix: Mix) -> Mix:
    """Return what undoes a permutation, for `undone`."""
    a, b, c, d, shift, mask, fold = mix
    return inverse_of(a), inverse_of(b), inverse_of(c), inverse_of(d), shift, mask, fold


@rule
def of_whole_block(mix: Mix) -> Mix:
    """Return the permutation of a whole block with its mask and fold as constants.

    The compiler makes vector code of a loop only if it knows how far bits are shifted.
    """
    a, b, c, d, shift, _, _ = mix
    return a, b, c, d, shift, uint32(BLOCK - 1), uint32(8)


@rule
def folded(y: Any, factor: Any, mask: Any, fold: Any) -> Any:
    """Multiply by an odd number, then fold the upper half of the bits into the lower."""
    product = uint32(uint32(y * factor) & mask)
    return uint32(product ^ (product >> fold))


@rule
def unfolded(y: Any, inverse: Any, mask: Any, fold: Any) -> Any:
    """Undo `folded`."""
    product = uint32(y ^ (y >> fold))
    return uint32(uint32(product * inverse) & mask)


@rule
def mixed(x: Any, mix: Mix) -> Any:
    """Return where a permutation takes x."""
    a, b, c, d, shift, mask, fold = mix
    y = folded(uint32(x + shift), a, mask, fold)
    y = folded(y, b, mask, fold)
    y = folded(y, c, mask, fold)
    return folded(y, d, mask, fold)


@rule
def undone(y: Any, back: Mix) -> Any:
    """Return what a permutation takes to y, given its `reversed_mix`."""
    a, b, c, d, shift, mask, fold = back
    x = unfolded(y, d, mask, fold)
    x = unfolded(x, c, mask, fold)
    x = unfolded(x, b, mask, fold)
    x = unfolded(x, a, mask, fold)
    return uint32(uint32(x - shift) & mask)


@rule
def partner_of(x: int, size: int, mix: Mix, back: Mix) -> int:
    """Return the partner of the x-th of a block's `size` people; `NOBODY` if x has none.

    Where the size is not a power of two, the permutation is taken again until it leads back among
    the people.
    """
    y = mixed(uint32(x), mix)
    while y >= size:
        y = mixed(y, mix)
    y = uint32(y ^ uint32(1))
    if y >= size:
        return NOBODY
    y = undone(y, back)
    while y >= size:
        y = undone(y, back)
    return int(y)


@sweep
def listen_around(
    first: int,
    last: int,
    heard: Any,
    ties: Ties,
    partners: Any,
    ends: Any,
    sentiments: Any,
    members: Any,
) -> None:
    """Write how many neighbours each has, the sums of their sentiments and of their memberships.

    Sentiments are in steps, as voices carry them; rows do not leave one block. `partners` is
    working space, uint32.
    """
    for j in range(unsigned(last - first)):
        ends[j], sentiments[j], members[j] = 2.0 * ties.reach, 0.0, 0.0
    for step in range(1, ties.reach + 1):
        hear_at(first, last, -step, heard, sentiments, members)
        hear_at(first, last, step, heard, sentiments, members)
    for matching in range(ties.keys.size):
        key = ties.keys[matching]
        hear_partners(first, last, key, heard, partners, ends, sentiments, members)


@sweep
def hear_at(first: int, last: int, step: int, heard: Any, sentiments: Any, members: Any) -> None:
    """Hear who stands some steps further on the ring."""
    n, away = heard.size, first + step
    if away >= 0 and last + step <= n:
        start = unsigned(away)
        for j in range(unsigned(last - first)):
            said = heard[start + j]
            sentiments[j] += said >> 1
            members[j] += said & 1
        return
    for j in range(unsigned(last - first)):
        said = heard[unsigned((away + int(j) + n) % n)]
        sentiments[j] += said >> 1
        members[j] += said & 1


@sweep
def hear_partners(
    first: int,
    last: int,
    key: Any,
    heard: Any,
    partners: Any,
    ends: Any,
    sentiments: Any,
    members: Any,
) -> None:
    """Hear the partner in one matching."""
    block = first // BLOCK
    base = block * BLOCK
    size = min(BLOCK, heard.size - base)
    mix = mix_of(key, block, size)
    back = reversed_mix(mix)
    start, offset = unsigned(base), uint32(first - base)
    if size == BLOCK:
        mix, back = of_whole_block(mix), of_whole_block(back)
        for j in range(unsigned(last - first)):
            x = mixed(uint32(offset + uint32(j)), mix)
            partners[j] = undone(uint32(x ^ uint32(1)), back)
        for j in range(unsigned(last - first)):
            said = heard[start + unsigned(partners[j])]
            ends[j] += 1.0
            sentiments[j] += said >> 1
            members[j] += said & 1
        return
    for j in range(unsigned(last - first)):
        partner = partner_of(int(offset) + int(j), size, mix, back)
        if partner != NOBODY:
            said = heard[start + unsigned(partner)]
            ends[j] += 1.0
            sentiments[j] += said >> 1
            members[j] += said & 1


def neighbours_computed(i: int, n: int, ties: Ties) -> list[int]:
    """Return the rows that person i of n hears, the ring first."""
    around = [(i + step) % n for r in range(1, ties.reach + 1) for step in (-r, r)]
    base = i // BLOCK * BLOCK
    size = min(BLOCK, n - base)
    for key in ties.keys:
        mix = mix_of(key, i // BLOCK, size)
        partner = int(partner_of(i - base, size, mix, reversed_mix(mix)))
        around += [] if partner == NOBODY else [base + partner]
    return around
