"""Page chrome: the parts of a page around and inside an article, taken for its text."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

import numpy as np

from framing.corruption.drawing import pick, pick_weighted, sample
from framing.corruption.edits import Edit
from framing.corruption.grammar import BOTTOM, INSIDE, PARTS, TOP, Block
from framing.corruption.vocabulary import clauses, names, topic_phrases, topic_words

_SLOT = re.compile(r"\{(\w+)\}")
_BREAK = re.compile(r"\n+(?=[^\n])")
_SENTENCE_BREAK = re.compile(r"(?<=[.!?\"”]) +(?=[\"“]?[^\W\d_a-z])")
_REAL = frozenset({"ABC", "AFP", "BBC", "CBC", "CBS", "CNN", "ESPN", "FOX", "NBC", "NPR", "PBS"})
_MOST_REPEATS = 4
_HEADLINE_CASES: tuple[Callable[[str], str], ...] = (str, str, str.title)

_PLACES: tuple[tuple[tuple[str, ...], float], ...] = (
    (("top", "bottom"), 0.3),
    (("top", "bottom", "inside"), 0.25),
    (("bottom",), 0.17),
    (("inside",), 0.13),
    (("top",), 0.08),
    (("bottom", "inside"), 0.07),
)
_LENGTHS = {"top": 1.0, "inside": 1.5, "bottom": 3.0}
_BLOCKS: dict[str, tuple[Block, ...]] = {"top": TOP, "inside": INSIDE, "bottom": BOTTOM}


class Page:
    """The page that an article stood on: its brand, and parts made of the article's words."""

    def __init__(self, text: str, rng: np.random.Generator) -> None:
        self._rng = rng
        self._people = names(text)[:20] or ["{person}"]
        own = [*topic_phrases(text)[:10], *topic_words(text)[:10]]
        # half the headlines on a page are about something else
        self._topics = own + ["{othertopic}"] * max(1, len(own))
        self._clauses = clauses(text, 12, rng) or ["{Name} {wakes} {topic}"]
        self._headline_case = pick(rng, _HEADLINE_CASES)
        self._separator = pick(rng, (" ", " | ", " · ", " > ", "  ", " / ", ", ", " - "))
        self._slots: dict[str, Callable[[], str]] = {
            "brand": lambda: self._brand,
            "Short": lambda: self._short,
            "callsign": lambda: pick(rng, "KW") + self._letters(3),
            "letters": lambda: self._letters(3),
            "channel": lambda: str(2 + int(rng.random() * 62)),
            "Name": lambda: pick(rng, self._people),
            "place": lambda: pick(rng, self._people) if rng.random() < 0.5 else self.line("{town}"),
            "topic": lambda: pick(rng, self._topics),
            "topic2": lambda: pick(rng, self._topics),
            "clause": lambda: pick(rng, self._clauses),
            "headline": self._headline,
            "nav": lambda: self._row(("{section}",) * 3 + ("{furniture}",), 3, 12),
            "sharebar": lambda: self._row(("{network}",), 2, 6),
            "year": lambda: str(2009 + int(rng.random() * 17)),
            "day": lambda: str(1 + int(rng.random() * 28)),
            "mm": lambda: str(1 + int(rng.random() * 12)),
            "count": lambda: str(int(2 + 10 ** (3 * rng.random() ** 1.5))),
            "some": lambda: str(2 + int(rng.random() * 11)),
            "minutes": lambda: f"{int(rng.random() * 10):02d}:{int(rng.random() * 60):02d}",
            "time": self._time,
            "handle": lambda: self.line("{given}{family}"),
        }
        self._brand = self.line("{anybrand}")
        self._short = self._brand.removeprefix("The ").partition(" ")[0]
        if rng.random() < 0.5:
            self._short = self._brand

    def line(self, template: str) -> str:
        """Fill the slots of a template, and those of the parts that fill them."""
        return _SLOT.sub(self._fill, template) if "{" in template else template

    def block(self, templates: Block) -> list[str]:
        """Give the lines of a block."""
        rng = self._rng
        lines: list[str] = []
        for template in templates:
            repeats = 1 + int(rng.random() * _MOST_REPEATS) if template.endswith("*") else 1
            lines += [self.line(template.rstrip("*")) for _ in range(repeats)]
        if rng.random() < 0.08:
            return [line.upper() if len(line) < 40 else line for line in lines]
        return lines

    def _fill(self, slot: re.Match[str]) -> str:
        name = slot[1]
        if name in self._slots:
            # the article's own words may hold braces, so only the grammar's are filled
            filled = self._slots[name]()
            return self.line(filled) if filled in _FALLBACKS else filled
        return self.line(pick(self._rng, PARTS[name]))

    def _headline(self) -> str:
        line = self.line(pick(self._rng, PARTS["headline"]))
        return self._headline_case(line[:1].upper() + line[1:])

    def _row(self, templates: Sequence[str], fewest: int, more: int) -> str:
        count = fewest + int(self._rng.random() * more)
        items = [self.line(pick(self._rng, templates)) for _ in range(count)]
        return self._separator.join(dict.fromkeys(items))

    def _letters(self, count: int) -> str:
        while True:
            drawn = "".join(pick(self._rng, "ABCDEFGKLMNPRSTVWXYZ") for _ in range(count))
            if drawn not in _REAL:
                return drawn

    def _time(self) -> str:
        hour, minute = 1 + int(self._rng.random() * 12), int(self._rng.random() * 60)
        noon = pick(self._rng, ("AM", "PM", "a.m.", "p.m. ET", "am", "pm GMT"))
        return f"{hour}:{minute:02d} {noon}"


_FALLBACKS = frozenset({"{person}", "{othertopic}", "{Name} {wakes} {topic}"})


def chrome(
    text: str, severity: float, rng: np.random.Generator, *, lines: Sequence[str] = ()
) -> list[Edit]:
    """Set lines of page chrome above, below and inside an article.

    The lines come from a grammar, filled with a brand drawn once a page and with names, topics
    and clauses of the article; half of the blocks are lines that repeat across the corpus, where
    it has such. They are set off by line ends or, in a text without any, at times by spaces.
    """
    if not text.strip():
        return []
    share = min(severity, 0.9)
    budget = share * len(text) / (1 - share)
    page = Page(text, rng)
    places = pick_weighted(rng, _PLACES)
    inline = "\n" not in text.strip() and rng.random() < 0.35
    between = " " if inline else "\n"
    around = between if inline else pick(rng, ("\n", "\n\n", "\n\n"))
    found = _lines(page, places, budget, len(around), lines, rng)

    edits = []
    if found["top"]:
        edits.append(Edit(0, 0, between.join(found["top"]) + around))
    edits += _inside(text, found["inside"], between, around, rng)
    if found["bottom"]:
        # line ends that the text closes with do for those that would set the lines off
        closing = len(text) - len(text.rstrip("\n"))
        edits.append(Edit(len(text), len(text), around[closing:] + between.join(found["bottom"])))
    return edits


def _lines(
    page: Page,
    places: tuple[str, ...],
    budget: float,
    gap: int,
    own: Sequence[str],
    rng: np.random.Generator,
) -> dict[str, list[str]]:
    lines: dict[str, list[str]] = {"top": [], "inside": [], "bottom": []}
    # each place gets its turn first: a small budget must not go to one long list; what is left
    # goes mostly below the article, where pages are longest
    weights = [(place, _LENGTHS[place]) for place in places]
    blocks = {place: sample(rng, _BLOCKS[place], len(_BLOCKS[place])) for place in places}
    spent = turn = misses = 0
    shortest: tuple[str, str] | None = None
    while misses < 4:
        place = places[turn] if turn < len(places) else pick_weighted(rng, weights)
        turn += 1
        if not blocks[place]:
            blocks[place] = sample(rng, _BLOCKS[place], len(_BLOCKS[place]))
        fitted = 0
        block = page.block(blocks[place].pop())
        if own and rng.random() < 0.5:
            # what stands in most documents is drawn most often
            block = [
                own[int(len(own) * rng.random() ** 2)] for _ in range(1 + int(4 * rng.random()))
            ]
        for line in block:
            if shortest is None or len(line) < len(shortest[1]):
                shortest = place, line
            if spent + len(line) + gap > budget:
                break
            lines[place].append(line)
            spent += len(line) + gap
            fitted += 1
        misses = 0 if fitted else misses + 1
    if not spent and shortest:
        lines[shortest[0]].append(shortest[1])
    return lines


def _inside(
    text: str, lines: list[str], between: str, around: str, rng: np.random.Generator
) -> list[Edit]:
    if not lines:
        return []
    breaks = [match.end() for match in _BREAK.finditer(text)]
    if not breaks:
        breaks = [match.end() for match in _SENTENCE_BREAK.finditer(text)] or [len(text.rstrip())]
    groups: dict[int, list[str]] = {}
    at = pick(rng, breaks)
    for line in lines:
        if rng.random() < 0.6:
            at = pick(rng, breaks)
        groups.setdefault(at, []).append(line)
    edits = []
    for at, group in sorted(groups.items()):
        if at == len(text.rstrip()) or text[at - 1 : at] not in ("\n", " "):
            edits.append(Edit(at, at, between + between.join(group)))
        elif text[at - 1] == "\n":
            edits.append(Edit(at, at, between.join(group) + around))
        else:
            lead = "" if between == " " else "\n"
            edits.append(Edit(at, at, lead + between.join(group) + between))
    return edits
