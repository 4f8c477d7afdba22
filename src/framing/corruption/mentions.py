"""Mentions in the wrong place, as a coreference resolver leaves them, and tags at the end."""

from __future__ import annotations

import re
from collections import Counter

import numpy as np

from framing.corruption.drawing import pick, sample
from framing.corruption.edits import Edit, disjoint, within_budget
from framing.corruption.vocabulary import (
    definite_spans,
    name_spans,
    names,
    topic_phrases,
    topic_words,
)

_WORD = re.compile(r"[^\W\d_]+|[.,](?= )")
_CLAUSE_END = re.compile(r" ?[.,;:!?()\"“”—\n]")
_PRONOUN_LIST = """
    he she it they we him her them his its their which who this that there so
    He She It They We His Its Their This That
"""
_PRONOUNS = frozenset(_PRONOUN_LIST.split())
_SHORT_WORDS = frozenset(
    {"to", "with", "of", "in", "by", "as", "and", "for", "on", "at", "from", "into", ".", ","}
)
_NEAR = 25  # characters between a name and a short word that is taken for a mention of it
_LONGEST = 70  # characters by which a mention may go on after its noun
_WEIGHTS = {"pronoun": 3.0, "name": 1.5, "phrase": 1.5, "possessive": 2.5, "short": 1.0, "add": 0.3}
_SECTIONS = (
    "Politics", "World", "Business", "Sport", "Opinion", "Health", "Science", "Technology",
    "Culture", "Local News", "National", "Economy", "Big Government", "National Security",
    "Crime", "Education", "Environment", "Media", "Travel", "Entertainment", "US News", "Europe",
)  # fmt: skip


def wrong_mentions(text: str, severity: float, rng: np.random.Generator) -> list[Edit]:
    """Put other mentions of the document in place of pronouns, names and phrases.

    A few mentions, drawn once a document, take over most places, as the clusters of a resolver
    do; short words next to names are taken for mentions at times, and names come doubled.
    """
    found, phrases = name_spans(text), definite_spans(text)
    frequent = Counter(text[start:end] for start, end in found).most_common(8)
    mentions = _mentions(text, [name for name, _ in frequent], phrases, rng)
    if not mentions:
        return []
    rank = np.arange(1, len(mentions) + 1)
    odds = np.cumsum(rank**-1.1 / np.sum(rank**-1.1))
    sites = _sites(text, found, phrases, rng)
    drawn = np.searchsorted(odds, rng.random(len(sites))).clip(max=len(mentions) - 1)
    weight_of: dict[Edit, float] = {}
    for (start, end, sort), index in zip(sites, drawn.tolist(), strict=True):
        mention = mentions[index]
        if sort in ("add", "short") and text[start:end] in ("", ".", ","):
            mention = f" {mention}"
        # what it says already is no error
        if mention.strip() != text[start:end]:
            weight_of[Edit(start, end, mention)] = _WEIGHTS[sort]
    edits = disjoint(weight_of)
    weights = [weight_of[edit] for edit in edits]
    return within_budget(edits, severity * len(text), rng, weights=weights)


def _mentions(
    text: str, proper: list[str], phrases: list[tuple[int, int]], rng: np.random.Generator
) -> list[str]:
    # a cluster is called by any of its mentions: the whole name, or its last part
    proper = [name.rpartition(" ")[2] if rng.random() < 0.3 else name for name in proper[:8]]
    chosen = []
    for start, end in sample(rng, phrases, 1 + int(rng.random() * 4)):
        # resolvers take a relative clause along: "the driver who left the scene"
        clause_end = _CLAUSE_END.search(text, end, end + _LONGEST)
        if clause_end and rng.random() < 0.25:
            end = clause_end.start()
        chosen.append(text[start:end])
    pool = list(dict.fromkeys([*proper[:3], *chosen, *proper[3:]]))
    return [*sample(rng, pool[:4], 4), *pool[4:]]


def _sites(
    text: str,
    found: list[tuple[int, int]],
    phrases: list[tuple[int, int]],
    rng: np.random.Generator,
) -> list[tuple[int, int, str]]:
    sites: list[tuple[int, int, str]] = []
    for (start, end), doubled in zip(found, rng.random(len(found)) < 0.3, strict=True):
        if text[end : end + 2] in ("'s", "’s"):
            sites.append((start, end + 2, "possessive"))
        elif doubled:
            sites.append((end, end, "add"))
        else:
            sites.append((start, end, "name"))
    sites += [(start, end, "phrase") for start, end in phrases]
    short = []
    for match in _WORD.finditer(text):
        word = match[0]
        if word in _PRONOUNS:
            sites.append((*match.span(), "pronoun"))
        elif word in _SHORT_WORDS:
            short.append(match.span())
    if found and short:
        borders = np.array(found).ravel()
        starts = np.array(short)[:, 0]
        after = np.searchsorted(borders, starts)
        near = np.minimum(
            np.abs(borders[after.clip(max=borders.size - 1)] - starts),
            np.abs(borders[(after - 1).clip(min=0)] - starts),
        )
        chosen = np.flatnonzero(near <= _NEAR).tolist()
        sites += [(*short[i], "short") for i in chosen]
    return sites


def keyword_tail(text: str, severity: float, rng: np.random.Generator) -> list[Edit]:
    """Hang tags on the end: sections, names and phrases of the document, and names once more."""
    body = text.rstrip()
    if not body:
        return []
    share = min(severity, 0.9)
    budget = share * len(text) / (1 - share)
    proper = names(body)
    tags = _tags(body, proper, rng)
    separator = pick(rng, (", ", ", ", " , ", " , ", " | ", " ", "; ", " · ", " / ", "\n"))
    lead = pick(
        rng, ("", "", "", "", "Tags: ", "Topics: ", "Filed under: ", "Keywords: ", "More: ")
    )
    line = pick(rng, (" ", " ", "\n", "\n\n"))
    tail = line + lead + tags[0]
    for tag in tags[1:]:
        if len(tail) + len(separator) + len(tag) > budget:
            break
        tail += separator + tag
    if proper and rng.random() < 0.3:
        repeated = "".join(pick(rng, ("\n ", " ")) + name for name in (proper[0], proper[0]))
        if len(tail) + len(repeated) <= budget:
            tail += repeated
    if rng.random() < 0.25 and len(tail) < budget:
        tail += pick(rng, (" ", " .", ",", "\n"))
    return [Edit(len(body), len(body), tail)]


def _tags(text: str, proper: list[str], rng: np.random.Generator) -> list[str]:
    count = 3 + int(rng.random() * 14)
    sections = sample(rng, _SECTIONS, 1 + int(rng.random() * 3))
    own = [*proper[: count // 2 + 1], *topic_phrases(text)[: count // 3]]
    own += topic_words(text)[: count // 3]
    case = pick(rng, ("mixed", "mixed", "lower", "title", "hash"))
    own = sample(rng, own, len(own))
    tags = [*sections, *own] if rng.random() < 0.7 else [*own, *sections]
    if case == "mixed":
        tags = [tag.lower() if rng.random() < 0.4 else tag for tag in tags]
    elif case == "lower":
        tags = [tag.lower() for tag in tags]
    elif case == "title":
        tags = [tag.title() for tag in tags]
    else:
        tags = ["#" + tag.title().replace(" ", "") for tag in tags]
    return list(dict.fromkeys(tags))
