"""Compiled inner loops of the metrics that compare ranks."""

from __future__ import annotations

from typing import Any

import numpy as np

from framing.features.compiling import compiled


@compiled
def resampled_auc(weights: Any, group: Any, positive: Any, last: Any, figures: Any) -> None:
    """Areas under the ROC curve of documents in the order of their scores.

    Parameters
    ----------
    weights : (resamples, groups)
        How often each group counts.
    group : (documents,)
    positive : (documents,)
        1 or 0.
    last : (documents,)
        Whether the next document's score is another.
    figures : (resamples,)
        What is filled in; NaN where a resample has documents of one sort only.
    """
    for r in range(weights.shape[0]):
        below = above = pairs = 0.0
        tied_positive = tied_negative = 0.0
        for i in range(group.shape[0]):
            weight = weights[r, group[i]]
            tied_positive += weight * positive[i]
            tied_negative += weight * (1.0 - positive[i])
            if last[i]:
                pairs += tied_positive * (below + tied_negative / 2)
                below += tied_negative
                above += tied_positive
                tied_positive = tied_negative = 0.0
        figures[r] = pairs / (below * above) if below * above > 0 else np.nan


@compiled
def resampled_spearman(
    weights: Any, group: Any, first: Any, second: Any, n_first: Any, n_second: Any, figures: Any
) -> None:
    """Rank correlations; equal values share the middle of their ranks.

    `first` and `second` (documents,) number the distinct values of either variable in their order,
    of which there are `n_first` and `n_second`. For the others see :func:`resampled_auc`.
    """
    firsts, seconds = np.empty(n_first), np.empty(n_second)
    for r in range(weights.shape[0]):
        firsts[:] = 0
        seconds[:] = 0
        total = 0.0
        for i in range(group.shape[0]):
            weight = weights[r, group[i]]
            firsts[first[i]] += weight
            seconds[second[i]] += weight
            total += weight
        # ranks less the mean rank
        for ranks in (firsts, seconds):
            before = -total / 2
            for k in range(ranks.shape[0]):
                mass = ranks[k]
                ranks[k] = before + mass / 2
                before += mass
        both = one = other = 0.0
        for i in range(group.shape[0]):
            weight = weights[r, group[i]]
            a, b = firsts[first[i]], seconds[second[i]]
            both += weight * a * b
            one += weight * a * a
            other += weight * b * b
        figures[r] = both / np.sqrt(one * other) if one * other > 0 else np.nan
