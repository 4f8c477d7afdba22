"""Markup that was not taken out: tags, entities, scripts, style rules and structured data."""

from __future__ import annotations

import html as escaping
import re

import numpy as np

from framing.corruption.chrome import Page
from framing.corruption.drawing import pick, pick_weighted
from framing.corruption.edits import Edit, disjoint, units_within_budget, within_budget
from framing.corruption.typography import typographic_edits
from framing.corruption.vocabulary import name_spans

_PARAGRAPH = re.compile(r"\S[^\n]*")
_PHRASE = re.compile(r"[^\W\d_]{3,}(?: [^\W\d_]{2,}){0,3}")
_ENTITIES = {
    "&": "&amp;", "<": "&lt;", ">": "&gt;", "“": "&ldquo;", "”": "&rdquo;", "‘": "&lsquo;",
    "’": "&rsquo;", "—": "&mdash;", "–": "&ndash;", "…": "&hellip;", "\u00a0": "&nbsp;",
}  # fmt: skip

_INLINE: tuple[tuple[str, str], ...] = (
    ("<strong>", "</strong>"),
    ("<b>", "</b>"),
    ("<em>", "</em>"),
    ("<i>", "</i>"),
    ('<a href="{path}">', "</a>"),
    ('<a href="{path}">', "</a>"),
    ("<a>", "</a>"),
    ('<a href="https://www.{letters}.com{path}" target="_blank">', "</a>"),
    ('<span class="{css}">', "</span>"),
    ('<span style="font-weight: 400;">', "</span>"),
    ("[url={path}]", "[/url]"),
    ("[b]", "[/b]"),
    ("**", "**"),
    ("[", "](https://{letters}.com{path})"),
)
_BLOCKS: tuple[tuple[str, ...], ...] = (
    ("<script>", "window.dataLayer = window.dataLayer || [];", "</script>"),
    ('<script async src="//cdn.{letters}.com{path}.js"></script>',),
    ('googletag.cmd.push(function() { googletag.display("{css}"); });',),
    (
        "(function(d, s, id) {",
        "  var js = d.getElementsByTagName(s)[0];",
        "  if (d.getElementById(id)) return;",
        '}(document, "script", "{css}"));',
    ),
    ('var {cssword} = document.getElementById("{css}");',),
    ("document.write(\"<div id='{css}'></div>\");",),
    ("<style>", ".{css} { display: none; }", "</style>"),
    (".{css} { margin: 0 auto; max-width: {count}px; }", "#{css} img { width: 100%; }"),
    ("@media (max-width: {count}px) { .{css} { font-size: 14px; } }",),
    ('{"@context":"https://schema.org","@type":"NewsArticle","headline":"{headline}"}',),
    ('"datePublished": "{year}-{mm}-{day}", "author": {"@type": "Person", "name": "{person}"}',),
    ("<!-- {css} -->",),
    ("<!-- end .{css} -->",),
    ('<div class="{css}">',),
    ("</div>",),
    ('<div id="{css}" data-id="{count}">', "</div>", "</div>"),
    ("<figure>", "</figure>"),
    ('<img src="{path}.jpg" alt="{Name}" width="{count}" />',),
    ('<iframe src="//player.{letters}.com{path}" frameborder="0"></iframe>',),
    (
        "<ul>",
        '<li><a href="{path}">{headline}</a></li>',
        '<li><a href="{path}">{headline}</a></li>',
        "</ul>",
    ),
    ("[caption id={count}]{Name}[/caption]",),
    ("[embed]{path}[/embed]",),
    ("<p>&nbsp;</p>",),
    ("<h2>{topic}</h2>",),
    ("<hr />",),
    ("{{ {cssword}.{cssword} }}",),
    ("undefined",),
    ("[object Object]",),
    ("NaN",),
)
"""Lines that stand together."""


def html(text: str, severity: float, rng: np.random.Generator) -> list[Edit]:
    """Leave what a page is written in: tags, entities, or blocks of scripts, rules and JSON-LD."""
    if not text.strip():
        return []
    budget = severity * len(text)
    sort = pick_weighted(rng, (("tags", 0.4), ("entities", 0.3), ("blocks", 0.3)))
    if sort == "entities":
        edits = within_budget(_entities(text, rng), budget, rng)
        if edits:
            return edits
    if sort == "blocks":
        return _with_blocks(text, budget, rng)
    edits = sorted(units_within_budget(_tags(text, rng), budget, rng), key=lambda e: e.start)
    return edits or [Edit(len(text.rstrip()), len(text.rstrip()), "<br>")]


def _entities(text: str, rng: np.random.Generator) -> list[Edit]:
    how = pick(rng, ("named", "named", "decimal", "hex", "twice"))
    curly = typographic_edits(text) if rng.random() < 0.7 else []
    shown = [
        Edit(i, i + 1, c)
        for i, c in enumerate(text)
        if c in _ENTITIES or c in "\"'" or not c.isascii()
    ]
    edits = disjoint([*curly, *shown])
    if rng.random() < 0.3 or not edits:
        edits = disjoint([*edits, *(Edit(m.start(), m.end(), "\u00a0")
                                    for m in re.finditer(r"(?<=[.,]) ", text))])  # fmt: skip
    return [Edit(e.start, e.end, _entity(e.replacement, how)) for e in edits]


def _entity(character: str, how: str) -> str:
    if how == "decimal":
        return f"&#{ord(character)};"
    if how == "hex":
        return f"&#x{ord(character):x};"
    named = _ENTITIES.get(character) or escaping.escape(character)
    if named == character:
        named = f"&#{ord(character)};"
    return named.replace("&", "&amp;") if how == "twice" else named


def _tags(text: str, rng: np.random.Generator) -> list[list[Edit]]:
    """Pairs of tags around paragraphs, names and phrases."""
    page = Page(text, rng)
    units = []
    paragraph = pick(rng, ("p", "p", "div", "br", "p class", "li"))
    for match in _PARAGRAPH.finditer(text):
        start, end = match.span()
        if paragraph == "br":
            units.append([Edit(end, end, pick(rng, ("<br>", "<br />", "<br/>")))])
        else:
            opening = page.line('<p class="{css}">') if " " in paragraph else f"<{paragraph}>"
            closing = f"</{paragraph.partition(' ')[0]}>"
            units.append([Edit(start, start, opening), Edit(end, end, closing)])
    names = name_spans(text)
    phrases = [m.span() for m in _PHRASE.finditer(text)]
    inline = disjoint(Edit(start, end, "") for start, end in [*names, *phrases])
    keep = rng.random(len(inline)) < 0.12
    for (start, end, _), kept in zip(inline, keep.tolist(), strict=True):
        if kept or len(units) < 2:
            opening, closing = pick(rng, _INLINE)
            units.append(
                [Edit(start, start, page.line(opening)), Edit(end, end, page.line(closing))]
            )
    return units


def _with_blocks(text: str, budget: float, rng: np.random.Generator) -> list[Edit]:
    page = Page(text, rng)
    breaks = [0, *(m.end() for m in re.finditer(r"\n+(?=[^\n])", text)), len(text)]
    by_place: dict[int, str] = {}
    spent = misses = 0
    while misses < 4:
        at = pick(rng, breaks)
        lines = [page.line(line) for line in pick(rng, _BLOCKS)]
        block = "".join(line + "\n" for line in lines)
        if spent + len(block) > budget:
            line = pick(rng, lines) + "\n"
            block = line if spent + len(line) <= budget else ""
        if not block:
            misses += 1
            continue
        misses = 0
        spent += len(block)
        by_place[at] = by_place.get(at, "") + block
    if not by_place:
        by_place[pick(rng, breaks)] = "<br>"
    return [
        Edit(at, at, ("\n" if at == len(text) and not text.endswith("\n") else "") + block)
        for at, block in sorted(by_place.items())
    ]
