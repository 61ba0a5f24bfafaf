"""Signs that a pool tips: the verdict's own, and two that a class can see for itself."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from model.verdict import Thresholds

if TYPE_CHECKING:
    from collections.abc import Mapping

    from classroom.view import View

Array = np.ndarray[Any, Any]

HALF = 0.5


def signs_of(view: View) -> dict[str, int]:
    """Return the first period of each sign of a pool that shrinks, in order; else none.

    ``slope`` or ``last_peak`` is the tipping period of the verdict. ``low_risks``: a tenth of the
    peak is gone, and of what has gone since the peak more than half is from the two quartiles of
    lower risk, counted as falls of their shares that are still in. ``half``: half of the peak is
    gone.
    """
    verdict, columns = view.verdict, view.columns
    if verdict.tipping_period is None:
        return {}
    lines, peak = Thresholds(), verdict.peak_period
    end = verdict.ended or len(columns["members"])
    lost = 1 - columns["members"][peak:end] / verdict.peak_members
    signs = {
        "low_risks": (lost >= lines.lost_some) & (low_risk_share(columns, peak, end) > HALF),
        "half": lost >= lines.lost_half,
    }
    first = {verdict.tipping_reason: verdict.tipping_period} | {
        name: peak + int(np.flatnonzero(seen)[0]) for name, seen in signs.items() if seen.any()
    }
    return dict(sorted(first.items(), key=lambda sign: sign[1]))


def low_risk_share(columns: Mapping[str, Array], peak: int, end: int) -> Array:
    """Return the part that the lower two risk quartiles have in what has gone since the peak."""
    in_now = np.stack([columns[f"still_in_quartile_{q}"][peak:end] for q in range(1, 5)])
    gone = in_now[:, :1] - in_now
    total = gone.sum(axis=0)
    share = np.full(total.shape, np.nan)
    np.divide(gone[:2].sum(axis=0), total, out=share, where=total > 0)
    return share
