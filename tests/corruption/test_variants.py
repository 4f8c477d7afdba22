import re

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from framing.corruption import (
    OPERATORS,
    Damaged,
    Strike,
    damage,
    drawn_plan,
    make_variants,
    measure_level,
    shares_by_stretch,
    training_texts,
    vary,
)
from framing.features.windows import CUT, REPEATED, cut_places
from framing.grades import grade

KINDS = list(OPERATORS)
TITLE = "Council votes to close 'unsafe' swing bridge"


def letters(text: str) -> str:
    return re.sub(r"[^\w]", "", text)


def variants(
    article: str, key: str = "a", count: int = 3, seed: int = 0
) -> tuple[str, list[Damaged]]:
    return make_variants(article, title=TITLE, count=count, kinds=KINDS, seed=seed, key=key)


def test_variants_depend_on_seed_and_key_alone(article: str) -> None:
    first = variants(article)
    assert first == variants(article)
    assert first[1] == variants(article, count=5)[1][:3]
    assert first[1] != variants(article, key="b")[1]
    assert first[1] != variants(article, seed=1)[1]


@given(st.text(st.characters(), max_size=60), st.text(st.characters(), max_size=8))
@settings(max_examples=60, deadline=None)
def test_any_document_can_be_damaged(text: str, key: str) -> None:
    clean, made = make_variants(text, title=text, count=2, kinds=KINDS, seed=0, key=key)
    assert all(variant.level == measure_level(clean, variant.text) for variant in made)


def test_a_model_learns_from_the_clean_form_and_its_variants(article: str) -> None:
    documents = [(article, TITLE, "a"), ("", None, "b"), (article[:300], None, "c")]
    found = training_texts(documents, count=2, kinds=KINDS, seed=5)
    expected = []
    for text, title, key in documents:
        clean, made = make_variants(text, title=title, count=2, kinds=KINDS, seed=5, key=key)
        expected += [(clean, 0.0, ()), *((v.text, v.level, v.kinds) for v in made)]
    texts = ["".join(one.windows).replace(CUT, "").replace(REPEATED, "") for one in found]
    assert [(text, *one[:2]) for text, one in zip(texts, found, strict=True)] == expected
    for one in found:
        assert one.shares.shape == (len(one.windows), len(KINDS))
        struck = {KINDS[i] for i in np.flatnonzero(one.shares.any(axis=0))}
        assert struck == set(one.kinds)


def test_windows_share_the_level_of_a_text(article: str) -> None:
    long = "\n\n".join([article] * 3)
    for seed in range(30):
        damaged = damage(long, [Strike("ocr", 0.05, 0.5, 0.75)], np.random.default_rng(seed))
        places = cut_places(damaged.text)
        shares = shares_by_stretch(damaged, places, KINDS)
        lengths = np.diff(places)
        levels = shares[:, KINDS.index("ocr")]
        assert (shares.sum(axis=1) == levels).all()
        mean = (levels * lengths).sum() / lengths.sum()
        assert mean == pytest.approx(damaged.level, rel=0.05)
        middle = (np.array(places[:-1]) + np.array(places[1:])) / 2 / len(damaged.text)
        outside = (middle < 0.4) | (middle > 0.85)
        assert levels[outside].max() == 0
        struck = levels[(middle > 0.55) & (middle < 0.7)]
        assert struck.min() > 0
        assert struck.mean() > 2 * damaged.level


@given(st.text(st.characters(), max_size=2000), st.integers(0, 99))
@settings(max_examples=50, deadline=None)
def test_stretches_of_any_text_are_sound(text: str, seed: int) -> None:
    rng = np.random.default_rng(seed)
    damaged = damage(text, drawn_plan(KINDS, rng), rng)
    places = cut_places(damaged.text)
    shares = shares_by_stretch(damaged, places, KINDS)
    assert shares.shape == (len(places) - 1, len(KINDS))
    assert (shares >= 0).all()
    assert shares.sum(axis=1).max() <= 1 + 1e-6
    assert set(np.flatnonzero(shares.any(axis=0))) == {KINDS.index(k) for k in damaged.kinds}


def test_a_passage_over_a_border_counts_on_both_sides() -> None:
    text = "the same words again and again " * 40
    damaged = damage(text, [Strike("recased", 1.0)], np.random.default_rng(0))
    shares = shares_by_stretch(damaged, [0, 100, 110, len(damaged.text)], ["recased"])
    assert shares[:, 0] == pytest.approx([damaged.level] * 3, abs=0.3)


def test_levels_spread_from_a_trace_to_wreckage(article: str) -> None:
    made = [v for i in range(60) for v in variants(article, key=str(i))[1]]
    grades = {grade(variant.level) for variant in made}
    assert grades >= {"light", "moderate", "heavy", "severe"}
    assert {kind for variant in made for kind in variant.kinds} == set(KINDS)
    assert {len(variant.kinds) for variant in made} == {1, 2, 3, 4}


def test_only_the_kinds_that_were_asked_for_are_made(article: str) -> None:
    _, made = make_variants(article, title=None, count=10, kinds=["ocr"], seed=0, key="k")
    assert {variant.kinds for variant in made} == {("ocr",)}


def test_variation_changes_no_word(article: str) -> None:
    # the headline and the first words may be in capitals
    title, whole = letters(TITLE).lower(), letters(article).lower()
    for seed in range(80):
        text = vary(article, TITLE, np.random.default_rng(seed))
        body = letters(text).lower().removeprefix(title)
        assert body in title + whole
        assert len(body) > 80
        assert sum(map(str.isupper, text)) < 0.25 * len(text)


def test_variation_covers_the_forms_of_clean_text(article: str) -> None:
    line = article.replace("\n\n", " ")
    texts = [vary(line, TITLE, np.random.default_rng(seed)) for seed in range(300)]

    def share(pattern: str) -> float:
        return float(np.mean([bool(re.search(pattern, text)) for text in texts]))

    assert 0.2 < share(r"\n\n") < 0.8
    assert 0.1 < share(r"^[^\n]+\n?\Z") < 0.5
    assert 0.2 < share("^Council votes") < 0.7
    assert 0.2 < share("“") < 0.8
    assert 0.2 < share('"') < 0.8
    assert 0.02 < share(r"\.  [A-Z]") < 0.3
    assert 0 < share("\u00a0") < 0.2
    assert share("\\w—\\w") > 0.05
    assert share(" -- ") > 0.03
    lengths = [len(text) for text in texts]
    assert min(lengths) < 600
    assert np.mean([length > 0.9 * len(article) for length in lengths]) > 0.3


def test_variation_keeps_given_paragraphs_mostly(article: str) -> None:
    texts = [vary(article, None, np.random.default_rng(seed)) for seed in range(60)]
    assert np.mean(["\n" in text.strip() for text in texts]) > 0.5


def test_sentences_do_not_end_at_initials_and_titles() -> None:
    text = "The U.S. Senate met. Dr. Ann Lee spoke. Gov. Max Orr left early on Monday. All agreed."
    for seed in range(50):
        varied = vary(text, None, np.random.default_rng(seed)).replace("\u00a0", " ").lower()
        assert "u.s. senate" in varied
        assert "dr. ann" in varied
        assert "gov. max" in varied
