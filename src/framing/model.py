"""The model: text in, typed predictions out. Training and prediction share every line here."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from itertools import pairwise
from typing import Any

import numpy as np
import numpy.typing as npt

from framing.explaining import DamageMap, map_damage
from framing.features import excerpt
from framing.features.tfidf import FittedView
from framing.features.windows import cut_places, windows
from framing.grades import grade
from framing.heads import (
    CorruptionHead,
    CorruptionOutputs,
    Decided,
    Decisions,
    Floats,
    Scorer,
    StyleHead,
    WindowDecisions,
)
from framing.heads.familiarity import Familiarity, Rarity, mean_idf
from framing.heads.scoring import Head

# no style target can have these names
_CORRUPTION = ""
_RARITY, _UNSEEN = "rarity of ", "unseen sources of "


@dataclass(frozen=True)
class StyleScore:
    """What one style target says of a document."""

    label: str
    """The likeliest class."""
    probability: float
    """Its calibrated probability."""
    probabilities: dict[str, float]
    """Of every class; they sum to one."""
    label_set: tuple[str, ...]
    """The classes among which the true one is, as often as the config's coverage promises."""
    abstained: bool
    """Whether there is no ground to choose: the label set is empty or full, the label is that of
    all others, or the document is unlike those that were trained on (too short, of another
    language or register)."""


@dataclass(frozen=True)
class CorruptionScore:
    """How damaged a document is."""

    level: float
    """The share of the document that is damaged, in [0, 1]."""
    interval: tuple[float, float]
    """Where the true level lies, as often as the config's coverage promises."""
    grade: str
    """clean, light, moderate, heavy or severe."""
    kinds: dict[str, float]
    """The probability of each kind of damage; several can be likely at once."""
    shares: dict[str, float]
    """What each kind has of the level; they add up to it. Not in :meth:`Prediction.to_dict`, whose
    form others rely on."""

    def found(self, threshold: float = 0.5) -> list[str]:
        """The kinds at or above a probability, likeliest first."""
        likely = sorted(self.kinds.items(), key=lambda item: -item[1])
        return [kind for kind, probability in likely if probability >= threshold]


@dataclass(frozen=True)
class Prediction:
    """Everything a model says of one document."""

    source: str | None
    """The file it came from, or the name it was given."""
    style: dict[str, StyleScore]
    """By target."""
    corruption: CorruptionScore | None
    """None when the model has no corruption target."""

    def to_dict(self) -> dict[str, Any]:
        """Plain JSON values, in the form that ``framing predict --json`` prints."""
        return {
            "source": self.source,
            "style": {
                name: {
                    "label": score.label,
                    "probability": _rounded(score.probability),
                    "probabilities": {c: _rounded(p) for c, p in score.probabilities.items()},
                    "label_set": list(score.label_set),
                    "abstained": score.abstained,
                }
                for name, score in self.style.items()
            },
            "corruption": self.corruption
            and {
                "level": _rounded(self.corruption.level),
                "interval": [_rounded(end) for end in self.corruption.interval],
                "grade": self.corruption.grade,
                "kinds": {k: _rounded(p) for k, p in self.corruption.kinds.items()},
            },
        }


@dataclass(frozen=True)
class FramingModel:
    """A trained model: views, and a head for each target.

    Get one from :func:`framing.load`, :func:`framing.train` or ``joblib.load``.
    """

    name: str
    views: dict[str, FittedView]
    style: dict[str, StyleHead]
    """By target."""
    corruption: CorruptionHead | None
    versions: dict[str, str] = field(default_factory=dict)
    """Of the packages that trained it."""
    familiarity: Familiarity | None = None
    """What texts are usual. None when the model has no style targets."""

    def predict(
        self, texts: Sequence[str], *, sources: Sequence[str | None] | None = None
    ) -> list[Prediction]:
        """Score documents.

        Parameters
        ----------
        texts : sequence of str
            Any Unicode. Damage is looked for in all of a text; its style, where it has over a
            million characters, is read in parts spread evenly over it.
        sources : sequence of str, optional
            A name for each text, kept in the predictions.

        Raises
        ------
        TypeError
            If `texts` is one str, or holds something else than str.
        ValueError
            If there are not as many sources as texts.
        """
        if isinstance(texts, str | bytes):
            raise TypeError("predict takes a list of texts, not one text")
        texts = list(texts)
        for i, text in enumerate(texts):
            if not isinstance(text, str):
                raise TypeError(f"text {i} is a {type(text).__name__}, not a str")
        names: list[str | None] = [None] * len(texts) if sources is None else list(sources)
        if len(names) != len(texts):
            raise ValueError(f"{len(names)} sources for {len(texts)} texts")
        # layout alone is an n-gram in some views
        blank = np.array([not text.strip() for text in texts], dtype=bool)
        styles: dict[str, list[StyleScore]] = {}
        if self.style:
            decisions = self._style_scorer(excerpt(text) for text in texts)
            unlike = self._unlike(decisions, texts)
            for name, head in self.style.items():
                read = (decisions.ngrams[name] > 0) & ~blank
                found = Decided(decisions.values[name], decisions.values.get(_UNSEEN + name))
                styles[name] = _style_scores(head, found, read, unlike)
        damage: Sequence[CorruptionScore | None] = [None] * len(texts)
        if self.corruption is not None:
            outputs = self.corruption.from_decisions(self._window_decisions(texts))
            damage = list(_corruption_scores(self.corruption, outputs, blank))
        return [
            Prediction(source, {name: scores[i] for name, scores in styles.items()}, damage[i])
            for i, source in enumerate(names)
        ]

    def map_damage(self, text: str) -> DamageMap:
        """Say where a document is damaged: how much of each line, and which words and gaps.

        Parameters
        ----------
        text : str

        Raises
        ------
        TypeError
            If `text` is not a str.
        ValueError
            If the model has no corruption target.
        """
        if not isinstance(text, str):
            raise TypeError(f"map_damage takes a text, not a {type(text).__name__}")
        head = self._damage_head
        whole = self._window_decisions([text])

        def measure(cut: Iterable[str]) -> Floats:
            return head.amounts(self._window_scorer(cut).values[_CORRUPTION], whole)

        return map_damage(text, measure, head.kinds)

    @property
    def _damage_head(self) -> CorruptionHead:
        if self.corruption is None:
            raise ValueError("this model has no corruption target")
        return self.corruption

    def _window_decisions(self, texts: Sequence[str]) -> WindowDecisions:
        lengths: list[int] = []
        firsts: list[int] = []

        def cut() -> Iterator[str]:
            for text in texts:
                firsts.append(len(lengths))
                places = cut_places(text)
                lengths.extend(b - a for a, b in pairwise(places))
                yield from windows(text, places)

        values = self._window_scorer(cut()).values[_CORRUPTION]
        return WindowDecisions(values, np.array(lengths, np.int64), np.array(firsts, np.int64))

    def _unlike(self, decisions: Decisions, texts: Sequence[str]) -> npt.NDArray[np.bool_]:
        usual = self.familiarity
        if usual is None:
            return np.zeros(len(texts), dtype=bool)
        idf = mean_idf([decisions.values[_RARITY + view] for view in usual.views])
        return usual.unlike(idf, np.array([len(text) for text in texts], dtype=np.int64))

    @cached_property
    def _style_scorer(self) -> Scorer:
        heads: dict[str, Head] = dict(self.style)
        heads |= {_UNSEEN + name: h.unseen for name, h in self.style.items() if h.unseen}
        used = {view for head in heads.values() for view in head.views}
        views = {name: view for name, view in self.views.items() if name in used}
        usual = self.familiarity.views if self.familiarity else ()
        rare = {_RARITY + view: Rarity.of(view, views[view]) for view in usual}
        return Scorer(views, {**heads, **rare})

    @cached_property
    def _window_scorer(self) -> Scorer:
        head = self._damage_head
        return Scorer({name: self.views[name] for name in head.views}, {_CORRUPTION: head})

    def __getstate__(self) -> dict[str, Any]:
        # the scorers hold the weights once more
        return {name: value for name, value in self.__dict__.items() if not name.startswith("_")}


def _style_scores(
    head: StyleHead,
    decisions: Decided,
    read: npt.NDArray[np.bool_],
    unlike: npt.NDArray[np.bool_],
) -> list[StyleScore]:
    probabilities = head.from_decisions(decisions).probabilities
    sets = head.label_sets(probabilities)
    scores = []
    for i, row in enumerate(probabilities):
        best = int(row.argmax())
        # nothing was read: the true class could be any
        inside = sets[i] if read[i] else np.ones(len(row), dtype=bool)
        scores.append(
            StyleScore(
                label=head.classes[best],
                probability=float(row[best]),
                probabilities=dict(zip(head.classes, row.tolist(), strict=True)),
                label_set=tuple(
                    c for c, member in zip(head.classes, inside, strict=True) if member
                ),
                abstained=bool(unlike[i] or inside.all() or not inside.any())
                or head.classes[best] == head.other,
            )
        )
    return scores


def _corruption_scores(
    head: CorruptionHead, outputs: CorruptionOutputs, blank: npt.NDArray[np.bool_]
) -> Iterator[CorruptionScore]:
    for i, nothing in enumerate(blank):
        if not nothing:
            level, low, high = (float(v[i]) for v in (outputs.level, outputs.low, outputs.high))
            kinds = dict(zip(head.kinds, outputs.kinds[i].tolist(), strict=True))
            shares = dict(zip(head.kinds, outputs.shares[i].tolist(), strict=True))
        else:
            # nothing stands there that could be damaged, and nothing is known
            level, low, high = 0.0, 0.0, 1.0
            kinds, shares = dict.fromkeys(head.kinds, 0.0), dict.fromkeys(head.kinds, 0.0)
        yield CorruptionScore(level, (low, high), grade(level), kinds, shares)


def _rounded(value: float) -> float:
    return round(value, 6)
