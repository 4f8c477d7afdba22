"""Logistic regression by scikit-learn, which wants all documents at once."""

from __future__ import annotations

from typing import Any, Literal

import numpy as np
import numpy.typing as npt

from framing.features.reading import Rows, join_rows
from framing.heads.linear import Linear

Ints = npt.NDArray[np.int64]


class Logistic:
    """Multinomial logistic regression; the features of its documents are held in memory.

    Parameters
    ----------
    n_columns, n_classes : int
    y : ndarray of shape (documents,)
        Class numbers of all documents, whether they will be visited or not. A class that none of
        the visited ones has gets an output far below the others.
    """

    def __init__(
        self,
        n_columns: int,
        y: Ints,
        n_classes: int,
        *,
        C: float,
        class_weight: Literal["balanced"] | None,
    ) -> None:
        self._y = y
        self._options: dict[str, Any] = {"C": C, "class_weight": class_weight}
        self._weights = np.zeros((n_columns, n_classes), dtype=np.float32)
        self._bias = np.full(n_classes, -1.0)
        self._visited: list[tuple[Ints, Rows]] = []

    def visit(self, documents: Ints, rows: Rows) -> None:
        """Keep the features of some documents."""
        self._visited.append((documents, rows))

    def end_pass(self) -> bool:
        """Fit; one pass is enough."""
        from scipy import sparse
        from sklearn.linear_model import LogisticRegression

        y = self._y[np.concatenate([documents for documents, _ in self._visited])]
        indptr, indices, data = join_rows(rows for _, rows in self._visited)
        self._visited.clear()
        present = np.unique(y)
        if len(present) == 1:
            # a small fold can lack all classes but one
            self._bias[present] = 1.0
            return False
        X = sparse.csr_matrix((data, indices, indptr), shape=(len(y), len(self._weights)))
        model = LogisticRegression(**self._options, max_iter=300, tol=1e-3).fit(X, y)
        coef, intercept = model.coef_, model.intercept_
        if len(coef) == 1:
            # two classes share one output, which speaks for the second
            coef, intercept = np.vstack([-coef, coef]), np.concatenate([-intercept, intercept])
        self._weights[:, model.classes_] = coef.T
        self._bias[model.classes_] = intercept
        return False

    def linear(self) -> Linear:
        """What was learnt."""
        return Linear(self._weights, self._bias)
