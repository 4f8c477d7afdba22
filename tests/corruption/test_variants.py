import re

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from framing.corruption import (
    OPERATORS,
    Damaged,
    make_variants,
    measure_level,
    training_texts,
    vary,
)
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
    expected = []
    for text, title, key in documents:
        clean, made = make_variants(text, title=title, count=2, kinds=KINDS, seed=5, key=key)
        expected += [(clean, 0.0, ()), *((v.text, v.level, v.kinds) for v in made)]
    assert training_texts(documents, count=2, kinds=KINDS, seed=5) == expected


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
    whole = letters(TITLE) + letters(article)
    for seed in range(80):
        text = vary(article, TITLE, np.random.default_rng(seed))
        body = letters(text).removeprefix(letters(TITLE))
        assert body in whole
        assert len(body) > 120


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
        varied = vary(text, None, np.random.default_rng(seed))
        assert "U.S. Senate" in varied.replace("\u00a0", " ")
        assert "Dr. Ann" in varied.replace("\u00a0", " ")
        assert "Gov. Max" in varied.replace("\u00a0", " ")
