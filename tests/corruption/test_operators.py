import re
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from framing.corruption import KINDS, OPERATORS, Kind, apply_edits, damage, measure_level
from framing.corruption.encoding import broken_characters, misread
from framing.corruption.typography import typographic_edits

# pieces that wake the patterns, among any characters at all (lone surrogates too)
PIECES = st.one_of(
    st.text(st.characters(), max_size=6),
    st.sampled_from(
        [" ", "\n", "'", '"', " - ", "—", "(", ")", ". ", "Anna Reyes's ", "the old mill of ",
         "well-made ", "can't ", "U.S. ", "é", "🙂", "e\u0301", "中文", "\ud800", "Rn", "${x}"]
    ),
)  # fmt: skip
TEXTS = st.lists(PIECES, max_size=25).map("".join)
SEVERITIES = st.floats(0.001, 1)
every_kind = pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.name)


def run(kind: Kind, text: str, severity: float, seed: int) -> str:
    return apply_edits(text, kind.apply(text, severity, np.random.default_rng(seed)))[0]


@every_kind
@given(text=TEXTS, severity=SEVERITIES, seed=st.integers(0, 999))
@settings(max_examples=60, deadline=None)
def test_edits_are_valid_within_budget_and_repeatable(
    kind: Kind, text: str, severity: float, seed: int
) -> None:
    edits = kind.apply(text, severity, np.random.default_rng(seed))
    after, _ = apply_edits(text, edits)
    assert edits == kind.apply(text, severity, np.random.default_rng(seed))
    if len(edits) > 1:
        # all but one edit fit into the share that was asked for
        share = measure_level(text, after)
        largest = max(edit.cost for edit in edits)
        assert share <= severity + largest / max(len(text), len(after)) + 1e-9


@every_kind
@pytest.mark.parametrize("text", ["", " ", "\n\t ", "\u00a0"])
def test_nothing_is_made_of_nothing(kind: Kind, text: str) -> None:
    for seed in range(10):
        edits = kind.apply(text, 1.0, np.random.default_rng(seed))
        assert not edits or kind.name == "mojibake"


@every_kind
def test_another_seed_gives_another_text(kind: Kind, article: str) -> None:
    results = {run(kind, article, 0.015, seed) for seed in range(10)}
    assert len(results) >= 8


@every_kind
def test_every_article_has_a_place_for_it(kind: Kind, article: str) -> None:
    assert all(run(kind, article, 1e-6, seed) != article for seed in range(20))


@every_kind
def test_more_severity_is_more_damage(kind: Kind, article: str) -> None:
    def mean_level(severity: float) -> float:
        levels = [measure_level(article, run(kind, article, severity, s)) for s in range(25)]
        return float(np.mean(levels))

    low, middle, high = (mean_level(severity) for severity in (0.003, 0.012, 0.2))
    assert low < middle < high


@every_kind
@pytest.mark.parametrize("severity", [0.01, 0.1, 0.4])
def test_measured_share_keeps_to_the_severity(kind: Kind, article: str, severity: float) -> None:
    for seed in range(10):
        share = measure_level(article, run(kind, article, severity, seed))
        # one edit is always made, and a tag or a line of chrome is longer than 1 % of the article
        assert 0 < share <= max(severity, 0.04)


@pytest.mark.parametrize("name", ["ocr", "chrome", "wrong_mentions"])
def test_severity_is_reached_where_there_are_places_enough(name: str, article: str) -> None:
    for severity in (0.05, 0.15):
        shares = [
            damage(article, [(name, severity)], np.random.default_rng(seed)).level
            for seed in range(15)
        ]
        assert 0.7 * severity < np.mean(shares) <= severity


def outputs(name: str, article: str, severity: float, count: int = 60) -> list[str]:
    rngs = (np.random.default_rng(seed) for seed in range(count))
    return [apply_edits(article, OPERATORS[name](article, severity, rng))[0] for rng in rngs]


def share_with(pattern: str, texts: list[str]) -> float:
    return float(np.mean([bool(re.search(pattern, text, re.MULTILINE)) for text in texts]))


def test_tokenised_text_has_punctuation_set_off(article: str) -> None:
    texts = outputs("tokenised", article, 1.0)
    assert share_with(r" , ", texts) == share_with(r"\w \.$", texts) == 1
    assert share_with(r"ca n't", texts) == share_with(r"town 's", texts) == 1
    assert 0.1 < share_with(r"`` Nobody .* , '' said", texts) < 0.9
    assert 0.05 < share_with(r"-LRB- RWS -RRB-", texts) < 0.5
    assert share_with(r"[a-z],", texts) == 0
    assert share_with(r"6,300|\$ ?48\.5", texts) == 1  # numbers are tokens of their own


def test_tokenised_text_differs_in_spaces_only_with_plain_quotes(article: str) -> None:
    for text in outputs("tokenised", article, 1.0):
        if "``" not in text and "-LRB-" not in text:
            assert re.sub(r"\s", "", text) == re.sub(r"\s", "", article)


def test_lost_words_are_gone_and_leave_their_gaps(article: str) -> None:
    texts = outputs("lost_words", article, 0.3)
    assert share_with(r"\w  \w", texts) > 0.15
    assert share_with(r"\w {3,5}\w", texts) > 0.2
    assert 0.05 < share_with(r"BRACKENFORD \( ?\)? ?—", texts) < 0.5
    hyphenated = r"\b[a-z]+-[a-z]+\b"
    gone = [text for text in texts if not re.search(hyphenated, text)]
    assert len(gone) > len(texts) / 5
    assert all(len(text) < len(article) for text in texts)


def test_lost_words_falls_back_where_no_word_has_a_hyphen() -> None:
    plain = "it rained all day and the road was under water by night"
    assert all(text != plain for text in outputs("lost_words", plain, 0.5))


def test_wrong_mentions_come_from_the_document(article: str) -> None:
    for seed in range(20):
        edits = OPERATORS["wrong_mentions"](article, 0.2, np.random.default_rng(seed))
        assert all(edit.replacement.strip() in article for edit in edits)
        assert all(article[e.start : e.end] != e.replacement for e in edits)


def test_wrong_mentions_replace_pronouns_and_swallow_possessives(article: str) -> None:
    texts = outputs("wrong_mentions", article, 0.3)
    assert share_with(r"Farrant's critics", texts) < 0.5
    assert share_with(r"^She says|\. He said", texts) < 0.8


def test_a_keyword_tail_leaves_the_article_alone(article: str) -> None:
    texts = outputs("keyword_tail", article, 0.08)
    assert all(text.startswith(article) and len(text) > len(article) + 20 for text in texts)
    tails = [text[len(article) :] for text in texts]
    assert share_with(r"Farrant|farrant", tails) > 0.3
    assert share_with(r", \w+.*, ", tails) > 0.15
    assert share_with(r"^(Tags|Topics|Keywords)|[:|]", tails) > 0.1


def test_chrome_leaves_the_article_in_order(article: str) -> None:
    for text in outputs("chrome", article, 0.4):
        rest = text
        for paragraph in article.split("\n\n"):
            _, found, rest = rest.partition(paragraph)
            assert found


def test_chrome_is_around_and_inside(article: str) -> None:
    texts = outputs("chrome", article, 0.4)
    first, last = article.split("\n\n")[0], article.split("\n\n")[-1]
    above = np.mean([not text.startswith(first) for text in texts])
    below = np.mean([not text.endswith(last) for text in texts])
    inside = np.mean([article not in text for text in texts])
    assert min(above, below, inside) > 0.25
    assert max(above, inside) < 1
    assert (
        share_with(r"^(Watch|Stream|Visit|View|See|Follow) [A-Z]\w+.* (News|Live|TV|Now)$", texts)
        > 0
    )


def test_chrome_of_a_text_without_line_ends_may_stay_on_the_line(article: str) -> None:
    line = article.replace("\n\n", " ")
    texts = outputs("chrome", line, 0.2)
    assert 0.1 < np.mean(["\n" not in text for text in texts]) < 0.6


def test_chrome_is_hardly_ever_the_same_twice(article: str) -> None:
    lines = [
        line
        for text in outputs("chrome", article, 0.3)
        for line in text.split("\n")
        if len(line) > 30 and line not in article
    ]
    assert len(set(lines)) > 0.85 * len(lines)


def test_chrome_does_not_repeat_the_seeds_word_for_word(article: str) -> None:
    seeds = Path(__file__).parent.parent.parent / "seeds"
    known = {
        line.strip()
        for path in seeds.glob("*.txt")
        for line in path.read_text(encoding="utf-8").splitlines()
        if 0 < len(line.strip()) < 120
    }
    assert known
    made = {line for text in outputs("chrome", article, 0.7, 100) for line in text.split("\n")}
    assert not known & made


@given(st.text(st.characters(exclude_categories=["Cs"]), max_size=40))
@pytest.mark.parametrize("encoding", ["cp1252", "latin-1", "mac_roman"])
@pytest.mark.parametrize("rounds", [1, 2])
def test_misread_text_can_be_read_back(rounds: int, encoding: str, text: str) -> None:
    curly = apply_edits(text, typographic_edits(text))[0]
    shown = apply_edits(text, broken_characters(text, lambda c: misread(c, encoding, rounds)))[0]
    for _ in range(rounds):
        raw = b"".join(c.encode(encoding, errors="ignore") or c.encode("latin-1") for c in shown)
        shown = raw.decode("utf-8")
    assert shown == curly


def test_mojibake_has_its_marks(article: str) -> None:
    texts = outputs("mojibake", article, 1.0, count=120)
    marks = {
        "cp1252": "canâ€™t", "latin-1": "canâ\x80\x99t", "mac": "can‚Äôt",
        "twice": "canÃ¢â‚¬â„¢t", "lost": "can\\?t", "box": "can\ufffdt", "boxes": "can\ufffd{3}t",
        "swallowed": 'council"\\?own', "hyphen": "families, shopkeepers-and",
    }  # fmt: skip
    seen = {name: share_with(mark, texts) for name, mark in marks.items()}
    assert all(seen.values()), seen


def test_ocr_confuses_letters_and_breaks_words(article: str) -> None:
    texts = outputs("ocr", article, 0.15)
    assert share_with(r"\btbe\b|\bbe bridge|tlie", texts) > 0.5
    assert share_with(r"[a-z][01I][a-z]", texts) > 0.5
    assert share_with(r"[a-z]-\n[a-z]", texts) > 0.3
    assert share_with(r"[a-z][.^~|*][a-z]", texts) > 0.3


def test_ocr_comes_in_bursts(article: str) -> None:
    def spread(seed: int) -> float:
        edits = OPERATORS["ocr"](article, 0.1, np.random.default_rng(seed))
        counts, _ = np.histogram([edit.start for edit in edits], bins=10)
        return float(counts.var() / counts.mean())

    # errors at an even rate would have a variance as large as their mean
    assert np.mean([spread(seed) for seed in range(20)]) > 1.5


def test_html_leaves_tags_entities_and_scripts(article: str) -> None:
    texts = outputs("html", article, 0.2)
    assert share_with(r"</(p|strong|a|em|span|b|i|div|li)>|<br", texts) > 0.3
    assert share_with(r"&(amp;)?(#x?[0-9a-f]+|[a-z]+);", texts) > 0.15
    assert share_with(r"<script|<style|googletag|getElementById|@context|max-width", texts) > 0.15


def test_spacing_joins_splits_wraps_and_widens(article: str) -> None:
    texts = outputs("spacing", article, 0.05)
    assert share_with(r"[a-z][.,][A-Za-z]", texts) > 0.1
    assert share_with(r"\S(  |\t|\u00a0 )\S", texts) > 0.05
    words = set(re.findall(r"\w+", article))
    unknown = [set(re.findall(r"\w+", text)) - words for text in texts]
    assert 0.3 < np.mean([bool(found) for found in unknown]) < 1
    for text in texts:
        assert re.sub(r"[\s=]", "", text) == re.sub(r"[\s=]", "", article)


def test_typos_stay_close_to_the_word(article: str) -> None:
    for text in outputs("typos", article, 0.03, 10):
        assert len(text.split()) == len(article.split())
        words, struck = (re.split(r"[\s—-]+", t) for t in (article, text))
        changed = [(a, b) for a, b in zip(words, struck, strict=True) if a != b]
        assert changed
        assert all(measure_level(a, b) * max(len(a), len(b)) < 2.01 for a, b in changed)


def test_recased_text_differs_in_case_only(article: str) -> None:
    texts = outputs("recased", article, 0.3)
    assert all(text.lower() == article.lower() for text in texts)
    assert share_with(r"[A-Z]{5,} [A-Z]{4,} [A-Z]{2,}", texts) > 0.2
    assert share_with(r"\bbrackenford\b", texts) > 0.2


def test_truncated_text_is_a_part_of_the_article(article: str) -> None:
    texts = outputs("truncated", article, 0.1)
    assert all(article[200:900] in text for text in texts)
    assert share_with(r"(…|\.\.\.|\[.+\])$", texts) > 0.15
    assert np.mean([text.rstrip().endswith('."') for text in texts]) < 0.2


def test_repeated_text_says_things_again(article: str) -> None:
    texts = outputs("repeated", article, 0.1)
    assert share_with(r"\b(\S+) \1\b", texts) > 0.15
    sentences = [re.findall(r"[^.!?]{30,}[.!?]", text) for text in texts]
    assert np.mean([len(found) > len(set(found)) for found in sentences]) > 0.2


def test_shuffled_text_keeps_its_words(article: str) -> None:
    for text in outputs("shuffled", article, 0.2, 20):
        assert sorted(text.split()) == sorted(article.split())


def test_redacted_words_are_covered(article: str) -> None:
    texts = outputs("redacted", article, 0.1)
    assert share_with(r"█|■|@|\*|_{2}|X{2}|x{2}|\[|<unk>|PERSON|NAME", texts) == 1
    kept = [len(set(text.split()) & set(article.split())) for text in texts]
    assert min(kept) > 100


def test_unseen_characters_do_not_show(article: str) -> None:
    hidden = r"[\u200b-\u200f\u2060-\u2069\u202a-\u202f\ufeff\u00ad\u2003-\u2009\u3000]"
    texts = outputs("invisible", article, 0.05)
    assert share_with(hidden, texts) > 0.6
    assert share_with(r"[а-яА-Яα-ωΑ-Ω]", texts) > 0.1


def test_foreign_passages_are_of_many_languages(article: str) -> None:
    passages = []
    for seed in range(80):
        (edit,) = OPERATORS["foreign"](article, 0.1, np.random.default_rng(seed))
        passages.append(edit.replacement)
    scripts = (r"[а-я]{3}", r"[α-ω]{3}", r"[\u0621-\u064a]{3}", r"[\u4e00-\u9fff]", r"[a-z]{3}")
    assert all(share_with(script, passages) > 0.02 for script in scripts)
    assert len(set(passages)) > 70
