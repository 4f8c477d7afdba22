"""Compiled inner loops of :mod:`framing.corpus.similarity`."""

from __future__ import annotations

from typing import Any

import numpy as np

from framing.features.compiling import compiled


@compiled
def keep_repeated(indptr: Any, columns: Any, values: Any, once: Any, repeated: Any) -> Any:
    """Close up the entries of a matrix whose column has others; returns how many are left.

    `once` and `repeated` have a bit for each column, all zero.
    """
    for column in columns:
        byte, bit = column >> 3, np.uint8(1 << (column & 7))
        if once[byte] & bit:
            repeated[byte] |= bit
        else:
            once[byte] |= bit
    kept = 0
    start = 0
    for row in range(indptr.shape[0] - 1):
        for i in range(start, indptr[row + 1]):
            column = columns[i]
            if repeated[column >> 3] & np.uint8(1 << (column & 7)):
                columns[kept] = column
                values[kept] = values[i]
                kept += 1
        start = indptr[row + 1]
        indptr[row + 1] = kept
    return kept


@compiled
def pairs_from(
    row: Any, indptr: Any, columns: Any, values: Any, starts: Any, rows: Any, entries: Any,
    sizes: Any, jaccard: Any, at_least: Any, unread: Any, products: Any, touched: Any,
    first: Any, second: Any, similarity: Any,
) -> Any:  # fmt: skip
    """List pairs of `row` or a later one with rows below it, until there is no more room.

    The matrix is given by rows (`indptr`, `columns`, `values`) and by columns (`starts`, `rows`,
    `entries`). From one call to the next, ``unread[column]`` is the place of the first entry of a
    column that belongs to no earlier row, and all `products` are zero.

    Returns
    -------
    tuple of int
        The row to go on with, and how many pairs are listed.
    """
    found = 0
    while row < indptr.shape[0] - 1 and found + products.shape[0] <= first.shape[0]:
        n_touched = 0
        for i in range(indptr[row], indptr[row + 1]):
            column = columns[i]
            unread[column] += 1  # past this row itself
            for k in range(unread[column], starts[column + 1]):
                other = rows[k]
                if products[other] == 0:
                    touched[n_touched] = other
                    n_touched += 1
                products[other] += values[i] * entries[k]
        for k in range(n_touched):
            other = touched[k]
            product = products[other]
            products[other] = 0
            if jaccard:
                value = product / (sizes[row] + sizes[other] - product)
            else:
                value = product / (sizes[row] * sizes[other])
            if value >= at_least:
                first[found] = row
                second[found] = other
                similarity[found] = value
                found += 1
        row += 1
    return row, found
