"""Names of people, parties, organisations, outlets and places in documents.

Names are found without a language model: they are runs of capitalised words, and what they name is
told by the words before and inside them and by how the documents use them. That is enough to ask
what a score owes to names; it is no recogniser of names.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Literal, get_args

from framing.corruption.vocabulary import AFTER_ABBREVIATION, FUNCTION_WORDS, NO_NAMES, name_spans
from framing.evaluation.name_cues import (
    ADJECTIVES,
    COUNTRIES,
    ENDINGS,
    MEMBER,
    MEMBERS,
    NOT_NAMES,
    ORGANISATIONS,
    PARTIES,
    PLACES,
    PLAIN_TITLES,
    TITLES,
    WITH_TITLES,
)

NameKind = Literal["person", "party", "organisation", "outlet", "other"]
NAME_KINDS: tuple[NameKind, ...] = get_args(NameKind)
_LAST_WORDS = 3
"""Different words that have to follow a word for it to be taken for a first name."""
_OF_PEOPLE = 0.2
"""Documents that have a last name with a first one, for each that has it alone, at least."""
_BEFORE = 40  # characters
_LOWER = re.compile(r"(?<!\w)[a-zß-öø-ÿ][^\W\d_]*")
_START = re.compile(rf"""(?:^|[\n!?:;|•]|\.(?!{AFTER_ABBREVIATION}))[\s"“”'‘’(\[]*$|["“‘]$""")
_WORD_BEFORE = re.compile(r"([^\W\d_]+)\.? $")
_ADJECTIVE = re.compile(ADJECTIVES)
_CAPITALS = re.compile(r"[A-Z]{2,6}")
_SENTENCE = re.compile(r"""[.!?:,;]["”'’)\]]*\s*$""")
_HEADLINE_WORD = re.compile(r"[^\W\d_]{4,}")


@dataclass(frozen=True, slots=True)
class Name:
    """A name in a document."""

    start: int
    end: int
    kind: NameKind
    words: tuple[str, ...]
    form: str
    """Names of one kind and form can stand for each other: ``full``, ``last`` or ``first`` of a
    person; of others the number of words, ``capitals`` or ``adjective``."""


@dataclass(frozen=True, slots=True)
class _Run:
    """Capitalised words in a row."""

    start: int
    end: int
    words: tuple[str, ...]
    opens: bool
    """Whether a sentence begins with it, so that its first word has a capital anyway."""
    before: str
    """The word before it."""


@dataclass
class _Usage:
    """How the documents use their words."""

    small: Counter[str] = field(default_factory=Counter)
    """Of words written small."""
    inside: Counter[str] = field(default_factory=Counter)
    """Of words with a capital that no sentence begins with."""
    alone: Counter[str] = field(default_factory=Counter)
    leading: Counter[str] = field(default_factory=Counter)
    """Of words that others with a capital follow."""
    closing: Counter[str] = field(default_factory=Counter)
    followers: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))

    def is_name(self, word: str) -> bool:
        """Whether a word with a capital is more than the start of a sentence."""
        return self.inside[word] > self.small[word.lower()]

    def is_first_name(self, word: str) -> bool:
        """Whether a word stands before many a last name and hardly by itself."""
        times = self.leading[word]
        return (
            len(self.followers[word]) >= _LAST_WORDS
            and times >= 2 * self.alone[word]
            and times > 2 * self.closing[word]
            and times > self.small[word.lower()]
            and self.may_be_first(word)
        )

    def may_be_first(self, word: str) -> bool:
        """Whether nothing speaks against a word's being a first name."""
        taken = word in PLACES or word in WITH_TITLES or word in TITLES or word in ORGANISATIONS
        return (
            not taken
            and word[1:].islower()
            and not self.small[word.lower()]
            and not _ADJECTIVE.fullmatch(word)
        )


def find_names(texts: Sequence[str], outlets: Collection[str] = ()) -> list[list[Name]]:
    """Find the names in some documents, each document in the light of all.

    Parameters
    ----------
    texts : sequence of str
        Any Unicode; scripts without capitals have no names but outlets.
    outlets : collection of str
        Names of outlets, which are looked for as they are spelt.

    Returns
    -------
    list of list of Name
        For each text its names in order; they do not overlap.
    """
    spelt = spelt_outlets(outlets)
    found = [list(_outlets(text, spelt)) for text in texts]
    runs = [list(_runs(text, taken)) for text, taken in zip(texts, found, strict=True)]
    usage = _usage(texts, runs)
    named = [list(_classified(own, usage)) for own in runs]
    of_people, alone = Counter[str](), Counter[str]()
    for names in named:
        of_people.update({_bare(name.words)[-1] for name in names if name.form == "full"})
        alone.update({name.words[0] for name in names if len(name.words) == 1})
    # in "the head of Bank China" a country is taken for a last name, but it mostly stands alone
    last_names = {word: n for word, n in of_people.items() if n >= _OF_PEOPLE * alone[word]}
    return [
        sorted([*taken, *_linked(names, last_names)], key=lambda name: name.start)
        for taken, names in zip(found, named, strict=True)
    ]


def spelt_outlets(outlets: Collection[str]) -> list[str]:
    """Outlets that can be told from other words."""
    return sorted({o for o in outlets if len(o) > 1 and (o != o.lower() or "." in o)})


def _outlets(text: str, spelt: Sequence[str]) -> Iterator[Name]:
    if not spelt:
        return
    longest_first = sorted(spelt, key=len, reverse=True)
    pattern = rf"(?<!\w)(?:{'|'.join(map(re.escape, longest_first))})(?!\w)"
    for match in re.finditer(pattern, text):
        yield Name(*match.span(), "outlet", (match[0],), "outlet")


def _runs(text: str, taken: Sequence[Name]) -> Iterator[_Run]:
    """Runs of capitalised words outside of headlines and of names that are known already."""
    headlines = [
        (at, at + len(line))
        for at, line in _lines(text)
        if not _SENTENCE.search(line)
        and len(words := _HEADLINE_WORD.findall(line)) >= 4
        and sum(word[0].isupper() for word in words) > 0.7 * len(words)
    ]
    avoided = [*headlines, *((name.start, name.end) for name in taken)]
    for start, end in name_spans(text):
        if text.endswith("New ", 0, start):
            start -= 4  # a function word but in New York
        if any(a < end and start < b for a, b in avoided):
            continue
        before = text[max(0, start - _BEFORE) : start]
        word = _WORD_BEFORE.search(before)
        opens = bool(_START.search(before))
        yield _Run(start, end, tuple(text[start:end].split(" ")), opens, word[1] if word else "")


def _lines(text: str) -> Iterator[tuple[int, str]]:
    at = 0
    for line in text.split("\n"):
        yield at, line
        at += len(line) + 1


def _usage(texts: Sequence[str], runs: Sequence[Sequence[_Run]]) -> _Usage:
    usage = _Usage()
    for text, own in zip(texts, runs, strict=True):
        usage.small.update(_LOWER.findall(text))
        for run in own:
            usage.inside.update(run.words[1 if run.opens else 0 :])
            words = [word.rstrip(".") for word in run.words]
            if len(words) == 1:
                usage.alone[words[0]] += 1
                continue
            usage.leading[words[0]] += 1
            usage.closing[words[-1]] += 1
            if not ORGANISATIONS & set(words):
                usage.followers[words[0]].add(words[-1])
    return usage


def _classified(runs: Sequence[_Run], usage: _Usage) -> Iterator[Name]:
    by_themselves = {run.words[0] for run in runs if len(run.words) == 1}
    for run in runs:
        words, start = list(run.words), run.start
        leads = words[0].rstrip(".") in TITLES
        if run.opens and not leads and not usage.is_name(words[0]):
            start += len(words[0]) + 1
            words = words[1:]
        if not words or start >= run.end:
            continue
        titled = (run.before in TITLES or run.before in PLAIN_TITLES) and start == run.start
        inside = _kind_inside(words)
        if inside is None:
            start, words, stripped = _without_titles(start, words)
            titled |= stripped
        if not words or (len(words) == 1 and not inside and _no_name(words[0])):
            continue
        kind, form = inside or _kind_of(words, titled, by_themselves, usage)
        yield Name(start, run.end, kind, tuple(words), form)


def _no_name(word: str) -> bool:
    bare = word.rstrip(".")
    out = bare in NO_NAMES or bare in NOT_NAMES or bare in TITLES or bare in WITH_TITLES
    return out or len(bare) < 2 or bare.lower() in FUNCTION_WORDS


def _kind_inside(words: Sequence[str]) -> tuple[NameKind, str] | None:
    """What the words of a name say it is."""
    bare = {word.rstrip(".") for word in words}
    if words[-1] == "Party" and len(words) > 1:
        return "party", "party"
    if len(words) == 1:
        for form, members in (("party", PARTIES), ("members", MEMBERS), ("member", MEMBER)):
            if words[0] in members:
                return "party", form
    if ORGANISATIONS & bare and len(words) > 1:
        return "organisation", _size(words)
    return None


def _without_titles(start: int, words: list[str]) -> tuple[int, list[str], bool]:
    """A run without the titles that lead it, and whether there were any."""
    places = [i for i, word in enumerate(words) if word.rstrip(".") in TITLES]
    if not places or any(
        word.rstrip(".") not in TITLES | WITH_TITLES | {"of"} for word in words[: places[-1]]
    ):
        return start, words, False
    cut = places[-1] + 1
    if words[cut : cut + 1] == ["of"]:
        cut += 2  # Secretary of State
    start += sum(len(word) + 1 for word in words[:cut])
    return start, words[cut:], True


def _kind_of(
    words: Sequence[str], titled: bool, by_themselves: set[str], usage: _Usage
) -> tuple[NameKind, str]:
    word = words[0]
    if len(words) == 1 and _CAPITALS.fullmatch(word):
        return ("other" if word in COUNTRIES else "organisation"), "capitals"
    if all(w.isupper() for w in words):
        return "other", f"capitals {_size(words)}"
    if titled:
        return "person", "full" if len(words) > 1 else "last"
    if 1 < len(words) <= 4 and "of" not in words:
        called = words[-1] in by_themselves and usage.may_be_first(word)
        if (usage.is_first_name(word) or called) and not usage.small[words[-1].lower()]:
            return "person", "full"
    if len(words) == 1 and _ADJECTIVE.fullmatch(word):
        return "other", "adjective"
    return "other", _size(words)


def _size(words: Sequence[str]) -> str:
    return str(min(len(words), 4))


def _linked(names: Sequence[Name], last_names: dict[str, int]) -> Iterator[Name]:
    """The names of a document, once it is clear who its people are."""
    people = [_bare(name.words) for name in names if name.form == "full"]
    lasts = {word for word, documents in last_names.items() if documents > 1}
    lasts |= {words[-1] for words in people} & last_names.keys()
    firsts = {words[0] for words in people}
    for name in names:
        words, form, kind = name.words, name.form, name.kind
        if form == "full":
            words = _bare(words)
        elif len(words) == 1 and kind == "other" and words[0] in lasts:
            kind, form = "person", "last"
        elif len(words) == 1 and kind == "other" and words[0] in firsts:
            kind, form = "person", "first"
        yield Name(name.start, name.end, kind, words, form)


def _bare(words: tuple[str, ...]) -> tuple[str, ...]:
    """A person's name without what follows it, such as Jr."""
    while len(words) > 2 and words[-1].rstrip(".") in ENDINGS:
        words = words[:-1]
    return words
