"""Where a sweep writes what it counts: one row a tile and plan, one place a total.

Sums are kept tile by tile (`TILE` people) and added up in the order of the tiles, so that a total
has the same bits whatever the number of threads and however tiles are handed out.
"""

from __future__ import annotations

from typing import Any

from agents.causes import N_CAUSES
from agents.compiled import sweep
from agents.terms import N_STEPS

TILE = 2048

# choose
JOINED = 0
JOINED_INCIDENCE = 1
LEFT_COST = 2
LEFT_INCIDENCE = 3
LEFT_OWING = 4
LEFT_INDEX = 5
LEFT_CHOOSING = 6
CAUSES = 7
"""The first of N_CAUSES counts of ended memberships; all phases add to them."""

# fall ill
PAYERS = CAUSES + N_CAUSES
PAYER_INDEX = PAYERS + 1
CLAIMS = PAYERS + 2
INCURRED = PAYERS + 3
ILL_COST = PAYERS + 4
ILL_LEFT = PAYERS + 5

# grow older
AGED_COST = PAYERS + 6
AGED_LEFT = PAYERS + 7
AGEING = PAYERS + 8

# measure
MEMBERS = PAYERS + 9
WAITING_MEMBERS = PAYERS + 10
COST = PAYERS + 11
NEW_MEMBERS = PAYERS + 12
NEW_COST = PAYERS + 13
FULL_COST = PAYERS + 14
INCIDENCE = PAYERS + 15
AGE = PAYERS + 16
WORTH = PAYERS + 17
INDEX = PAYERS + 18
GAPS = PAYERS + 19
ELIGIBLE = PAYERS + 20
ELIGIBLE_INCIDENCE = PAYERS + 21
FIRST_BEST = PAYERS + 22
STAYING = PAYERS + 23
STAYING_COST = PAYERS + 24
LEANING = PAYERS + 25
LEANING_COST = PAYERS + 26

PAYING = PAYERS + 35

# money of single members
FULL_INDEX = PAYERS + 36
"""Share indices of the payers before a subsidy that only some get."""
REWARDED = PAYERS + 37
DEPOSITED = PAYERS + 38
CHARGED = PAYERS + 39
RELEASED = PAYERS + 40
DEPOSITS = PAYERS + 41
REPAID = PAYERS + 42
STEP_PAYERS = PAYERS + 43
"""The first of N_STEPS counts of payers, by the step of a yearly cap."""

# of everybody, in the row of the first plan
SENTIMENT = PAYERS + 27
CHORUS = PAYERS + 28
INSURED = PAYERS + 29
PEOPLE = PAYERS + 30
TIE_ENDS = PAYERS + 31
TIE_SUM = PAYERS + 32
TIE_SQUARES = PAYERS + 33
TIE_PRODUCTS = PAYERS + 34
CELLS = STEP_PAYERS + N_STEPS
"""The first of the cells: age band × risk quartile × what is in a cell.

Members, their cost, the eligible, those who pay, and their share index.
"""
N_BANDS, N_QUARTILES, N_IN_CELL = 5, 4, 5
AGE_BANDS = ("under_30", "30s", "40s", "50s", "60_plus")
N_CELLS = N_BANDS * N_QUARTILES * N_IN_CELL
N_TALLIES = CELLS + N_CELLS


@sweep
def add_up(tallies: Any, totals: Any) -> None:
    """Add up the tiles in their order, then the cells to members, cost, payers and their index.

    Parameters
    ----------
    tallies : ndarray of float64, shape (tiles, plans, N_TALLIES)
        What was counted.
    totals : ndarray of float64, shape (plans, N_TALLIES)
        Written.
    """
    n_tiles, n_plans, _ = tallies.shape
    for k in range(n_plans):
        for place in range(N_TALLIES):
            totals[k, place] = tallies[0, k, place]
        for tile in range(1, n_tiles):
            for place in range(N_TALLIES):
                totals[k, place] += tallies[tile, k, place]
        for cell in range(CELLS, N_TALLIES, N_IN_CELL):
            totals[k, MEMBERS] += totals[k, cell]
            totals[k, COST] += totals[k, cell + 1]
            totals[k, PAYING] += totals[k, cell + 3]
            totals[k, INDEX] += totals[k, cell + 4]


@sweep
def wipe(tallies: Any) -> None:
    """Set all counts to zero."""
    n_tiles, n_plans, n_tallies = tallies.shape
    for tile in range(n_tiles):
        for k in range(n_plans):
            for place in range(n_tallies):
                tallies[tile, k, place] = 0.0
