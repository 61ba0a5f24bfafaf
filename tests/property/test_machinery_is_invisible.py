"""How the work is done leaves no trace in the result: threads, blocks, fusion, interruption."""

from __future__ import annotations

import pickle

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from agents.ageing import grow_older
from agents.census import measure, speak
from agents.choice import choose
from agents.illness import fall_ill
from agents.perception import revise_beliefs
from agents.phases import scratch_for
from agents.talk import talk
from agents.tallies import TILE
from agents.workers import Workers
from model import Scenario, Simulation

MANY = 3 * TILE + 123


@pytest.fixture(scope="module")
def wide(rich):
    """Return everything switched on, for several tiles of people and few periods."""
    return rich.but(n_people=MANY, n_periods=5)


@pytest.fixture(scope="module")
def plain_run(wide):
    return Simulation(wide, seed=1, threads=1).run()


def test_run_that_is_compared_has_something_to_compare(plain_run):
    totals = plain_run.totals
    assert plain_run.period == 5
    assert totals[1:, :, 0].sum() > 100  # joined
    assert plain_run.history["lapsed"].sum() > 100
    assert plain_run.history["claims"].sum() > 100


@settings(max_examples=25)
@given(data=st.data())
def test_run_in_one_go_equals_step_after_step(data, scenarios, same_bits):
    scenario = data.draw(scenarios())
    at_once, stepwise = (Simulation(scenario, seed=1) for _ in range(2))
    while stepwise.running:
        stepwise.step()
    assert same_bits(at_once.run(), stepwise)


@pytest.mark.parametrize("after", [1, 2])
def test_run_in_one_go_may_begin_in_the_middle(wide, plain_run, same_bits, after):
    simulation = Simulation(wide, seed=1, threads=1)
    for _ in range(after):
        simulation.step()
    assert same_bits(simulation.run(), plain_run)


@pytest.mark.parametrize("threads", [2, 3])
@pytest.mark.parametrize("block", [1, 2, 16])
def test_number_of_threads_and_size_of_blocks_are_invisible(
    wide, plain_run, same_bits, threads, block
):
    simulation = Simulation(wide, seed=1, threads=threads)
    simulation.workers = Workers(threads, MANY)
    simulation.workers.block = block
    assert same_bits(simulation.run(), plain_run)


@pytest.mark.parametrize("threads", [1, 3])
@pytest.mark.parametrize("ties", ["complete", "barabasi_albert", "stochastic_block"])
def test_threads_are_invisible_whoever_hears_whom(wide, same_bits, ties, threads):
    scenario = wide.but(ties=ties, n_periods=3)
    one, other = (Simulation(scenario, seed=2, threads=n).run() for n in (2, threads))
    assert same_bits(one, other)


def step_phase_by_phase(s):
    """Take a step with every phase over everybody before the next begins."""
    s.announce()
    space = scratch_for(len(s.pools))
    starts = range(0, s.scenario.n_people, TILE)
    tiles = [(i, i + TILE if i + TILE < MANY else MANY, s.tallies[i // TILE]) for i in starts]
    for first, last, _ in tiles:
        revise_beliefs(first, last, s.people, s.quotes, s.rates)
    for first, last, tally in tiles:
        talk(first, last, s.people, s.ties, s.quotes, s.rates, space, tally[0])
    for first, last, tally in tiles:
        choose(first, last, s.people, s.quotes, s.terms, s.rates, s.luck, space, tally)
    for first, last, tally in tiles:
        fall_ill(first, last, s.people, s.quotes, s.terms, s.rates, s.luck, space, tally)
    s.settle()
    for first, last, tally in tiles:
        grow_older(
            first, last, s.people, s.quotes, s.terms, s.rates, s.profile, s.luck, space, tally
        )
    heads = s.pool_state.head
    for first, last, tally in tiles:
        measure(first, last, s.people, s.quotes, heads, s.terms, s.rates, space, tally)
    for first, last, tally in tiles:
        speak(first, last, s.people, tally[0])
    s.keep()


def test_fused_phases_equal_phases_one_by_one(wide, plain_run, same_bits):
    simulation = Simulation(wide, seed=1)
    while simulation.running:
        step_phase_by_phase(simulation)
    assert same_bits(simulation, plain_run)


@pytest.mark.parametrize("after", [0, 1, 4])
def test_run_pickled_in_the_middle_goes_on_with_the_same_bits(wide, plain_run, same_bits, after):
    simulation = Simulation(wide, seed=1, threads=2)
    for _ in range(after):
        simulation.step()
    assert same_bits(pickle.loads(pickle.dumps(simulation)).run(), plain_run)


def test_pickled_copy_shares_nothing_with_the_original(rich, same_bits):
    simulation = Simulation(rich, seed=1)
    copy = pickle.loads(pickle.dumps(simulation))
    simulation.run()
    assert copy.period == 0
    assert same_bits(copy.run(), simulation)


@settings(max_examples=25)
@given(data=st.data())
def test_same_scenario_and_seed_give_the_same_bits(data, scenarios, same_bits):
    scenario = data.draw(scenarios())
    seed = data.draw(st.integers(0, 2**64 - 1))
    one, other = (Simulation(scenario, seed=seed).run() for _ in range(2))
    assert same_bits(one, other)


def test_another_seed_gives_another_run(rich, same_bits):
    low, high = 5, 5 + (1 << 32)
    runs = [Simulation(rich, seed=seed).run() for seed in (low, low + 1, high)]
    assert not same_bits(runs[0], runs[1])
    assert not same_bits(runs[0], runs[2])


def test_looking_at_a_run_does_not_change_it(rich, same_bits):
    watched = Simulation(rich, seed=1)
    while watched.running:
        assert watched.history.height == 2 * (watched.period + 1)
        assert watched.verdict.periods == watched.period
        assert watched.curves().height > 0
        assert watched.sample(5).height == 5
        watched.step()
    assert same_bits(watched, Simulation(rich, seed=1).run())


def test_history_grows_with_every_step(rich):
    simulation = Simulation(rich, seed=1)
    for period in range(3):
        assert simulation.history["period"].to_list() == sorted([*range(period + 1)] * 2)
        simulation.step()


def test_amending_nothing_changes_nothing(rich, same_bits):
    turbulent = rich.but(n_people=2_000, newcomers=2.0, screening=1.0, insurer_rejects=0.5)
    amended = Simulation(turbulent, seed=1)
    for _ in range(5):
        amended.step()
    amended.amend(attention=turbulent.attention, **{"basic.fee": turbulent.plans[0].fee})
    assert same_bits(amended.run(), Simulation(turbulent, seed=1).run())


def test_run_that_is_over_stays_as_it_is():
    simulation = Simulation(Scenario(n_people=50, n_periods=3), seed=1).run()
    before = simulation.history
    simulation.step()
    assert simulation.period == 3
    assert simulation.history.equals(before, null_equal=True)
