"""Other names in the place of a document's own."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Sequence

import numpy as np

from framing.evaluation.names import NAME_KINDS, Name, NameKind, spelt_outlets

_TRIES = 20


def swap_names(
    texts: Sequence[str],
    names: Sequence[Sequence[Name]],
    *,
    outlets: Collection[str] = (),
    kinds: Collection[NameKind] = NAME_KINDS,
    seed: int,
) -> list[str]:
    """Put names of other documents in the place of each document's own.

    A name gets another of its kind and form, the same one throughout a document; a person's last
    name alone follows the whole name. What is no name stays as it is, and so does a name for which
    the documents hold no other.

    Parameters
    ----------
    texts : sequence of str
    names : sequence of sequence of Name
        What :func:`find_names` found in them.
    outlets : collection of str
        Outlets to draw from.
    kinds : collection of str
        The kinds of names to replace.
    seed : int
        A document's choices follow from it and from the document's place.
    """
    pools: dict[tuple[NameKind, str], list[tuple[str, ...]]] = defaultdict(list)
    for own in names:
        for kind, form, words in dict.fromkeys((n.kind, n.form, n.words) for n in own):
            if kind != "outlet":
                pools[kind, form].append(words)
    pools["outlet", "outlet"] = [(outlet,) for outlet in spelt_outlets(outlets)]
    swapped = []
    for i, (text, own) in enumerate(zip(texts, names, strict=True)):
        drawing = _Drawing(pools, own, np.random.default_rng([seed, 0x4A3E, i]))
        parts, at = [], 0
        for name in own:
            if name.kind in kinds:
                parts += [text[at : name.start], drawing.other(name)]
                at = name.end
        swapped.append("".join([*parts, text[at:]]))
    return swapped


class _Drawing:
    """Which names stand for those of one document."""

    def __init__(
        self,
        pools: dict[tuple[NameKind, str], list[tuple[str, ...]]],
        own: Sequence[Name],
        rng: np.random.Generator,
    ) -> None:
        self._pools, self._rng = pools, rng
        self._own = {name.words for name in own}
        self._words = {word for name in own if name.kind == "person" for word in name.words}
        self._people: dict[str, tuple[str, ...]] = {}
        self._first: dict[str, str] = {}
        self._others: dict[tuple[str, str, tuple[str, ...]], str] = {}
        for name in own:
            # whoever is called by the whole name is met first, wherever that stands
            if name.form == "full":
                self._person(name.words)

    def other(self, name: Name) -> str:
        """What stands in the place of a name."""
        if name.kind == "person":
            return self._person_for(name)
        key = name.kind, name.form, name.words
        if key not in self._others:
            self._others[key] = " ".join(self._draw(name.kind, name.form) or name.words)
        return self._others[key]

    def _person_for(self, name: Name) -> str:
        if name.form == "first":
            return self._first.get(name.words[0], name.words[0])
        if name.form == "last":
            return self._person(name.words)[-1]
        last = self._person(name.words)[-1]
        return f"{self._first[name.words[0]]} {last}"

    def _person(self, words: tuple[str, ...]) -> tuple[str, ...]:
        """Who stands for a person; relatives stay relatives."""
        first, last = words[0], words[-1]
        if last not in self._people:
            self._people[last] = self._draw("person", "full") or words
            if len(words) > 1:
                self._first.setdefault(first, self._people[last][0])
        elif len(words) > 1 and first not in self._first:
            self._first[first] = (self._draw("person", "full") or words)[0]
        return self._people[last]

    def _draw(self, kind: NameKind, form: str) -> tuple[str, ...] | None:
        """A name that the document does not hold."""
        pool = self._pools.get((kind, form), [])
        for _ in range(_TRIES if pool else 0):
            words = pool[int(self._rng.integers(len(pool)))]
            if words not in self._own and (kind != "person" or not self._words & set(words)):
                return words
        return None
