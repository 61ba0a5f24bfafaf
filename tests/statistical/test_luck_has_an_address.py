"""The generator: published answers, and no sign of order in its draws."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
from scipy import stats

from agents.randomness import key_of, philox, uniform

ALL_ONES = 0xFFFFFFFF
PI = (0x243F6A88, 0x85A308D3, 0x13198A2E, 0x03707344), (0xA4093822, 0x299F31D0)
# Salmon et al. 2011, Random123, kat_vectors: counter, key, words of philox4x32 with 10 rounds.
PUBLISHED = [
    ((0,) * 4, (0,) * 2, (0x6627E8D5, 0xE169C58D, 0xBC57AC4C, 0x9B00DBD8)),
    ((ALL_ONES,) * 4, (ALL_ONES,) * 2, (0x408F276D, 0x41C83B0E, 0xA20BC7C6, 0x6D5451FD)),
    (*PI, (0xD16CFE09, 0x94FDCCEB, 0x5001E420, 0x24126EA1)),
]
N = 1 << 18
STREAMS = range(1, 9)
LEAST_P = 1e-4  # of some dozens of tests with fixed draws


def as_uniform(word):
    return (word + 0.5) / 2.0**32


def look_independent(a, b):
    """Whether two rows of words show no correlation and fill a 16 × 16 table evenly."""
    correlation = np.corrcoef(as_uniform(a), as_uniform(b))[0, 1]
    table = np.bincount((a >> 28).astype(np.int64) * 16 + (b >> 28), minlength=256)
    return abs(correlation) < 4 / np.sqrt(a.size) and stats.chisquare(table).pvalue > LEAST_P


@pytest.mark.parametrize(("counter", "key", "answer"), PUBLISHED)
def test_generator_gives_the_published_words(counter, key, answer):
    address = np.uint64(counter[0] | counter[1] << 32)
    period, stream = np.uint32(counter[2]), np.uint32(counter[3])
    words = philox(address, period, stream, np.uint32(key[0]), np.uint32(key[1]))
    assert tuple(int(word) for word in words) == answer


def test_seed_fills_both_words_of_the_key():
    assert [int(word) for word in key_of(0x0123456789ABCDEF)] == [0x89ABCDEF, 0x01234567]
    assert len({key_of(seed) for seed in (0, 1, 1 << 32, (1 << 32) + 1, (1 << 64) - 1)}) == 5


def test_draw_is_never_zero_or_one():
    least, most = uniform(np.uint32(0)), uniform(np.uint32(ALL_ONES))
    assert 0.0 < least < 1e-9
    assert 1 - 1e-9 < most < 1.0


def test_one_draw_decides_a_chance_of_one_in_a_million():
    low = [uniform(np.uint32(word)) < 1e-6 for word in (0, 4293, 4294, 4295, 4296)]
    assert low == [True, True, True, False, False]  # 4295 words of 2³² are 1.0000076e-6


def test_rare_chance_strikes_as_often_as_it_should(hits):
    n = 25_000_000
    expected = 4 * n * 1e-6
    assert abs(hits(1e-6, n) - expected) < 4 * np.sqrt(expected)


@pytest.mark.parametrize("word", range(4))
def test_draws_fill_the_unit_interval_evenly(words, word):
    counts = np.bincount(words(1 << 20)[word] >> 22, minlength=1024)
    assert stats.chisquare(counts).pvalue > LEAST_P


def test_low_bits_are_as_even_as_high_ones(words):
    counts = np.bincount(words(1 << 20)[0] & 1023, minlength=1024)
    assert stats.chisquare(counts).pvalue > LEAST_P


@pytest.mark.parametrize("other", [{"person": 1}, {"person": 2}, {"person": 2048}, {"person": N}])
def test_neighbours_in_the_list_have_unrelated_luck(words, other):
    assert look_independent(words(N)[0], words(N, **other)[0])


@pytest.mark.parametrize("period", [1, 2, 24, 256, 65_536])
def test_periods_have_unrelated_luck(words, period):
    assert look_independent(words(N)[0], words(N, period=period)[0])


@pytest.mark.parametrize(("one", "other"), list(itertools.combinations(STREAMS, 2)))
def test_streams_have_unrelated_luck(words, one, other):
    n = 1 << 16
    assert look_independent(words(n, stream=one)[0], words(n, stream=other)[0])


@pytest.mark.parametrize("seed", [0, 2, 3, 1 + (1 << 32), 1 << 63])
def test_seeds_have_unrelated_luck(words, seed):
    assert look_independent(words(N)[0], words(N, seed=seed)[0])


@pytest.mark.parametrize(("one", "other"), list(itertools.combinations(range(4), 2)))
def test_words_of_one_address_are_unrelated(words, one, other):
    drawn = words(N)
    assert look_independent(drawn[one], drawn[other])


def test_luck_of_one_person_is_even_over_seeds_and_over_periods():
    n, low = 20_000, np.uint32(7)
    me, stream, zero = np.uint64(12), np.uint32(4), np.uint32(0)
    over_seeds = [philox(me, np.uint32(1), stream, np.uint32(s), zero)[0] for s in range(n)]
    over_periods = [philox(me, np.uint32(t), stream, low, zero)[0] for t in range(n)]
    for drawn in (over_seeds, over_periods):
        assert stats.kstest(as_uniform(np.array(drawn, np.float64)), "uniform").pvalue > LEAST_P


@pytest.mark.parametrize("part", range(5))
def test_one_bit_of_the_address_turns_half_the_bits_of_the_draw(part):
    parts = [np.uint64(77), np.uint32(3), np.uint32(4), np.uint32(5), np.uint32(6)]
    before = np.array(philox(*parts), np.uint32)
    turned = []
    for bit in range(32):
        flipped = list(parts)
        flipped[part] = type(parts[part])(int(parts[part]) ^ (1 << bit))
        after = np.array(philox(*flipped), np.uint32)
        turned.append(sum(int(word).bit_count() for word in before ^ after))
    assert np.mean(turned) == pytest.approx(64, abs=4 * np.sqrt(32 / 32))
    assert 40 <= min(turned) <= max(turned) <= 88


def test_people_beyond_four_billion_have_their_own_luck(words):
    assert not np.array_equal(words(1_000), words(1_000, person=1 << 32))
    assert np.array_equal(words(1_000, person=500)[:, :500], words(1_000)[:, 500:])


def test_normal_draws_have_the_moments_and_the_shape_of_a_normal(normal_pairs):
    first, second = normal_pairs(N)
    for z in (first, second):
        assert z.mean() == pytest.approx(0, abs=4 / np.sqrt(N))
        assert z.var() == pytest.approx(1, abs=4 * np.sqrt(2 / N))
        assert stats.skew(z) == pytest.approx(0, abs=4 * np.sqrt(6 / N))
        assert stats.kurtosis(z) == pytest.approx(0, abs=4 * np.sqrt(24 / N))
        assert stats.kstest(z, "norm").pvalue > LEAST_P
    assert np.corrcoef(first, second)[0, 1] == pytest.approx(0, abs=4 / np.sqrt(N))
    assert np.corrcoef(first**2, second**2)[0, 1] == pytest.approx(0, abs=4 / np.sqrt(N))
