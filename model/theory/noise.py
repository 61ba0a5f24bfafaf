"""A finite pool: the noise of its contribution, and two rises that are not selection."""

from __future__ import annotations

import math
from dataclasses import dataclass


@dataclass(frozen=True)
class ShareMoments:
    """Moments of one period's contribution.

    Attributes
    ----------
    mean, sd
        Mean and standard deviation [yuan per member].
    no_claim
        Probability of a period without any claim [1].
    """

    mean: float
    sd: float
    no_claim: float

    @property
    def coefficient_of_variation(self) -> float:
        """Return sd / mean [1]."""
        return self.sd / self.mean


def share_moments(members: int, probability: float, benefit: float, fee: float) -> ShareMoments:
    """Return the moments of ``(1+fee) benefit claims / members``, claims binomial.

    Parameters
    ----------
    members
        Number of members.
    probability
        Probability of a claim per member and period [1].
    benefit
        Benefit of a claim [yuan].
    fee
        Management fee as a share of benefits [1].
    """
    unit = (1 + fee) * benefit
    return ShareMoments(
        mean=unit * probability,
        sd=unit * math.sqrt(probability * (1 - probability) / members),
        no_claim=(1 - probability) ** members,
    )


def growth_ratio(growth: float, waiting: float) -> float:
    """Return by how much the contribution rises when growth stops, with no selection at all.

    While a pool grows ``growth``-fold a year, the share of payers who already have cover is
    ``growth ** -waiting``; once growth stops everyone is covered.

    Parameters
    ----------
    growth
        Factor by which membership grows in a year [1].
    waiting
        Waiting period in which a member pays but is not covered [years].
    """
    return math.pow(growth, waiting)


def stayers_bill(members: int, leavers: int) -> float:
    """Return the factor on the stayers' bill when leavers escape a bill already incurred."""
    return members / (members - leavers)


def mean_cost_after(average: float, leaving_share: float, cost_of_leavers: float) -> float:
    """Return the mean cost of those who remain (an identity, every period).

    ``(AC - l c_leavers) / (1 - l)``.
    """
    return (average - leaving_share * cost_of_leavers) / (1 - leaving_share)
