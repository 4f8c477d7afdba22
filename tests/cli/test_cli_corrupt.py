from pathlib import Path

import pytest

from framing.corruption import KINDS, describe, measure_level

ARTICLE = Path(__file__).parents[1] / "data" / "corruption" / "article.txt"
PAGE = Path(__file__).parents[2] / "docs" / "damage.md"


def test_a_text_is_damaged_and_the_same_way_again(cli):
    said = cli("corrupt", ARTICLE, "--kind", "ocr", "--severity", ".1", "--seed", 7)
    assert said.code == 0
    assert said.out == cli("corrupt", ARTICLE, "--kind", "ocr", "--severity", ".1", "--seed", 7).out
    level = measure_level(ARTICLE.read_text("utf-8"), said.out)
    assert 0.05 < level <= 0.1
    assert f"level {level:.3f}" in said.err
    other = cli("corrupt", ARTICLE, "--kind", "ocr", "--severity", ".1", "--seed", 8)
    assert other.out != said.out


def test_spans_show_what_was_done(cli):
    said = cli("corrupt", "--kind", "typos", "--kind", "chrome", "--json", stdin=(
        ARTICLE.read_bytes()
    ))  # fmt: skip
    (found,) = said.objects
    assert set(found["kinds"]) == set(found["spans"]) == {"typos", "chrome"}
    assert 0 < found["level"] < 0.2
    for spans in found["spans"].values():
        assert all(0 <= start <= end <= len(found["text"]) for start, end in spans)


def test_a_mixture_is_drawn(cli):
    kinds = set()
    for seed in range(12):
        said = cli("corrupt", ARTICLE, "--mix", "--json", "--seed", seed)
        kinds |= set(said.objects[0]["kinds"])
    assert len(kinds) > 6


def test_the_catalogue_is_the_page_in_the_docs(cli):
    said = cli("corrupt", "--list")
    assert said.out == describe()
    assert PAGE.read_text("utf-8") == describe(), "framing corrupt --list > docs/damage.md"
    assert all(f"## `{kind.name}`" in said.out for kind in KINDS)


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        ([ARTICLE], "no kind of damage given"),
        ([ARTICLE, "--kind", "rust"], "there is no kind of damage 'rust'"),
        ([ARTICLE, "--kind", "ocr", "--kind", "ocr"], "ocr twice"),
        ([ARTICLE, "--kind", "ocr", "--mix"], "--mix draws the kinds itself"),
        ([ARTICLE, "--kind", "ocr", "--severity", "0"], "severity"),
        ([ARTICLE, "--kind", "ocr", "--severity", "nan"], "severity"),
        ([ARTICLE.parent, "--mix"], "a folder"),
        (["missing.txt", "--mix"], "missing.txt"),
        (["-", "--mix"], "empty"),
    ],
)
def test_what_cannot_be_done_is_said(cli, arguments, told):
    said = cli("corrupt", *arguments)
    assert said.code == 1
    assert told in said.err
    assert said.out == ""
    assert "Traceback" not in said.err


def test_white_space_alone_is_no_text(cli):
    said = cli("corrupt", "--mix", stdin=b" \n\t\n")
    assert said.code == 1
    assert "nothing but white space" in said.err
