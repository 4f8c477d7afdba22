import gzip
import os
import re
import subprocess
import sys
import time
from dataclasses import replace
from typing import get_args

import pytest

import framing
from framing.config import KindName
from framing.grades import grade

TEXT = "Guess what, Barwen: your lovely slate library just got moved, and nobody told us!"
BINARY = b"\x89PNG\r\n\x1a\n\x00\x00\x00\x0d"
KINDS = set(get_args(KindName))


@pytest.fixture
def predict(cli, bundle, tmp_path, monkeypatch):
    """Run `framing predict` in a folder of its own."""
    monkeypatch.chdir(tmp_path)
    return lambda *args, **more: cli("predict", "--model", bundle, *args, **more)


@pytest.fixture
def put(tmp_path):
    def put(name, content=TEXT):
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        return name

    return put


def sources(said):
    return [found["source"] for found in said.objects]


def assert_documented(found):
    assert list(found) == ["source", "style", "corruption"]
    assert list(found["style"]) == ["outlet", "register"]
    for style in found["style"].values():
        assert list(style) == ["label", "probability", "probabilities", "label_set", "abstained"]
        p = style["probabilities"]
        assert sum(p.values()) == pytest.approx(1, abs=1e-5)
        assert style["probability"] == p[style["label"]] == max(p.values())
        assert set(style["label_set"]) <= set(p)
        assert isinstance(style["abstained"], bool)
    damage = found["corruption"]
    assert list(damage) == ["level", "interval", "grade", "kinds"]
    low, high = damage["interval"]
    assert 0 <= low <= damage["level"] <= high <= 1
    assert damage["grade"] == grade(damage["level"])
    assert set(damage["kinds"]) == KINDS
    assert all(0 <= p <= 1 for p in damage["kinds"].values())


def test_a_file_is_told_in_a_few_lines(predict, put):
    said = predict(put("a.txt"))
    assert (said.code, said.err) == (0, "")
    lines = said.out.splitlines()
    assert lines[0] == "a.txt"
    assert [line.split()[0] for line in lines[1:]] == ["outlet", "register", "damage", "kinds"]
    assert "Kite Daily" in lines[1]


def test_json_is_one_object_a_line_in_the_documented_form(predict, put, stories):
    names = [put(f"{i:02}.txt", row["text"]) for i, row in enumerate(stories[:30])]
    said = predict(*names, "--json")
    assert (said.code, said.err) == (0, "")
    assert sources(said) == names
    for found in said.objects:
        assert_documented(found)


SHARED = "Share this\nMore from us: Sign up | Log in\n"


def test_explaining_shows_every_line_with_its_level(predict, put, stories, monkeypatch):
    monkeypatch.setenv("COLUMNS", "60")
    text = f"{stories[0]['text']}\n\x1b[31mA bell\x07.\n{SHARED}"
    said = predict(put("a.txt", text), "--explain")
    assert (said.code, said.err) == (0, "")
    plain, shown = said.out.splitlines()[:5], said.out.splitlines()[5:]
    assert plain == predict("a.txt").out.splitlines()
    assert max(map(len, shown)) <= 60
    rows = [row.partition("│ ")[2] for row in shown]
    words = " ".join(row for row in rows if not set(row) <= {"~", " "}).split()
    # a terminal is not to obey what stands in a document
    assert words == text.replace("\x1b", "·").replace("\x07", "·").split()
    levels = [row.split()[0] for row in shown if re.match(r"\s*[01]\.\d\d ", row)]
    assert len(levels) == sum(bool(line.strip()) for line in text.split("\n"))


def test_explanations_in_json_hold_offsets(predict, put, stories):
    text = f"{stories[0]['text']}\n{SHARED}"
    (found,) = predict(put("a.txt", text), "--explain", "--json").objects
    damage = found.pop("damage")
    assert_documented(found)
    assert list(damage) == ["lines", "spans"]
    lines = [text[line["start"] : line["end"]] for line in damage["lines"]]
    assert lines == [line for line in text.split("\n") if line.strip()]
    for part in damage["lines"] + damage["spans"]:
        assert list(part) == ["start", "end", "level", "kind"]
        assert 0 <= part["level"] <= 1
        assert part["kind"] in KINDS | {None}


def test_a_model_of_styles_only_explains_no_damage(cli, bundle, tmp_path, put, monkeypatch):
    monkeypatch.chdir(tmp_path)
    model = replace(framing.load(bundle), corruption=None)
    monkeypatch.setattr(framing, "load", lambda folder: model)
    said = cli("predict", "--model", bundle, put("a.txt"), "--explain")
    assert said.code == 1
    assert "no corruption target" in said.err
    assert cli("predict", "--model", bundle, "a.txt").code == 0


def test_styles_that_are_easy_to_tell_are_told(predict, put, stories):
    names = [put(f"{i:02}.txt", row["text"]) for i, row in enumerate(stories)]
    labels = [found["style"]["outlet"]["label"] for found in predict(*names, "--json").objects]
    right = [label == row["outlet"] for label, row in zip(labels, stories, strict=True)]
    assert sum(right) > 0.95 * len(right)


def test_output_keeps_the_order_of_what_was_named(predict, put):
    names = [put("z.txt"), put("b.txt"), put("a.txt")]
    assert sources(predict(*names, "z.txt", "--json")) == [*names, "z.txt"]


def test_many_files_keep_their_order(predict, put):
    for i in range(150):
        put(f"many/{i:03}.txt", f"{TEXT} {i}")
    assert sources(predict("many", "--json")) == [f"many/{i:03}.txt" for i in range(150)]


def test_a_folder_is_read_through_and_what_is_no_text_is_passed_over(predict, put):
    for name in ("d/a.txt", "d/deep/er/b.txt", "d/no-ending"):
        put(name)
    put("d/picture.png", BINARY)
    put("d/empty.txt", "")
    put("d/.hidden")
    said = predict("d", "--json")
    assert said.code == 0
    assert sources(said) == ["d/a.txt", "d/no-ending", "d/deep/er/b.txt"]
    assert "d/picture.png: not a text file" in said.err
    assert "d/empty.txt: empty file" in said.err


def test_a_folder_without_text_is_an_error(predict, put):
    put("d/picture.png", BINARY)
    said = predict("d")
    assert (said.code, said.out) == (1, "")
    assert "error: d: no text in this folder" in said.err


@pytest.mark.parametrize("args", [["-"], []])
def test_standard_input_is_a_document(predict, args):
    said = predict(*args, "--json", stdin=TEXT.encode())
    assert (said.code, sources(said)) == (0, ["stdin"])


def test_a_closed_standard_input_is_told(predict):
    said = predict(stdin=None)
    assert (said.code, said.out) == (1, "")
    assert said.err.startswith("error: no file given\n  framing predict FILE")
    assert predict("-", stdin=None).err == "error: stdin: empty file\n"


def test_standard_input_stands_in_line(predict, put):
    said = predict(put("b.txt"), "-", put("a.txt"), "--json", stdin=TEXT.encode())
    assert sources(said) == ["b.txt", "stdin", "a.txt"]


def test_a_compressed_file_is_read_as_it_is(predict, put):
    said = predict(put("a.txt"), put("a.txt.gz", gzip.compress(TEXT.encode())), "--json")
    plain, compressed = said.objects
    assert {**compressed, "source": "a.txt"} == plain


def test_line_ends_do_not_matter(predict, put):
    text = f"{TEXT}\n\n{TEXT}\n"
    said = predict(put("unix", text), put("windows", text.replace("\n", "\r\n")), "--json")
    one, other = said.objects
    assert {**other, "source": "unix"} == one


def test_broken_bytes_are_scored_with_a_note(predict, put):
    said = predict(put("latin.txt", TEXT.encode() + b" caf\xe9 d\xe9j\xe0 vu"), "--json")
    assert (said.code, said.err) == (
        0, "note: latin.txt: not valid UTF-8; broken bytes are read as U+FFFD\n"
    )  # fmt: skip
    assert_documented(said.objects[0])


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "empty file"),
        (b" \n\t \r\n", "nothing but white space"),
        ("\u3000\u2003\n".encode(), "nothing but white space"),
        (BINARY, "not a text file (NUL bytes or control characters)"),
        (b"\x01\x02\x03\x04" * 10, "not a text file (NUL bytes or control characters)"),
    ],
)
def test_what_holds_no_text_is_told(content, reason, predict, put):
    said = predict(put("x.txt", content), put("good.txt"), "--json")
    assert (said.code, said.err) == (3, f"error: x.txt: {reason}\n")
    assert sources(said) == ["good.txt"]
    said = predict("x.txt")
    assert (said.code, said.out) == (1, "")
    said = predict(stdin=content)
    assert (said.code, said.out, said.err) == (1, "", f"error: stdin: {reason}\n")


@pytest.mark.parametrize("name", ["missing.txt", "missing/", "*.none", "n" * 300, "x\0y", "pipe"])
def test_a_bad_name_costs_nothing_but_itself(name, predict, put, tmp_path):
    os.mkfifo(tmp_path / "pipe")
    said = predict(put("a.txt"), name, put("b.txt"), "--json")
    assert (said.code, sources(said)) == (3, ["a.txt", "b.txt"])
    assert said.err.startswith("error: ")
    assert predict(name).code == 1


@pytest.mark.parametrize("name", ["broken.gz", "broken.zst", "cut.txt.gz"])
def test_a_broken_archive_costs_nothing_but_itself(name, predict, put):
    put(name, gzip.compress(os.urandom(5000))[:3000] if name == "cut.txt.gz" else b"rubbish" * 50)
    said = predict(name, put("a.txt"), "--json")
    assert (said.code, sources(said)) == (3, ["a.txt"])
    assert said.err.startswith(f"error: {name}: cannot be read (")


def test_names_may_hold_anything_that_a_file_system_takes(predict, put, tmp_path):
    names = [put("emoji \U0001f600.txt"), put("-dash.txt"), put('quo"te.txt'), put("[b].txt")]
    odd = os.fsdecode(b"latin-\xff.txt")
    (tmp_path / odd).write_text(TEXT)
    said = predict("--json", "--", *names, odd)
    assert (said.code, sources(said)) == (0, [*names, "latin-\ufffd.txt"])
    assert predict(odd).out.splitlines()[0] == "latin-\ufffd.txt"


def test_a_text_of_two_million_characters_is_read_in_part_and_soon(predict, put):
    name = put("long.txt", f"{TEXT} " * (2_000_000 // len(TEXT)))
    start = time.perf_counter()
    said = predict(name, "--json")
    assert time.perf_counter() - start < 15
    assert said.code == 0
    assert_documented(said.objects[0])
    assert said.err.startswith("note: long.txt: 2,0")
    assert "characters; read are windows of 1,000,000 characters in all" in said.err


def test_without_a_bundle_the_hint_is_to_train_one(cli, put, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    said = cli("predict", put("a.txt"))
    assert (said.code, said.out) == (1, "")
    assert (
        said.err == "error: models/default: there is no such folder\n  Train one: framing train\n"
    )


def test_the_default_place_is_that_of_a_bare_run(cli, put, bundle, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "models").mkdir()
    (tmp_path / "models" / "default").symlink_to(bundle)
    assert cli("predict", put("a.txt")).code == 0


@pytest.mark.usefixtures("without_pages")
def test_a_model_without_a_target_says_nothing_of_it(cli, put, quick, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert cli("train", quick, "--output", "style").code == 0
    said = cli("predict", put("a.txt"), "--model", "style", "--json")
    assert said.objects[0]["corruption"] is None
    assert "damage" not in cli("predict", "a.txt", "--model", "style").out


def test_hostile_input_never_shows_a_traceback(process, bundle, put, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    hostile = {
        "surrogate": b"\xed\xa0\x80 half a pair", "control": b"word " * 50 + b"\x1b[2J\x07",
        "bom": b"\xef\xbb\xbf", "utf16": "six words of another encoding".encode("utf-16"),
        "half-utf16": b"\xff\xfea", "utf32": TEXT.encode("utf-32"), "one": b"a", "line": b"\n",
        "combining": ("a" + "\u0301" * 3000).encode(), "zero-width": "\u200b\u2060".encode(),
        "nul": b"\0", "high": "\U0010ffff\U000e0001".encode(), "rtl": "\u202egnirts".encode(),
        "marks": b'"?' * 500, "cr": b"\r" * 500, "word": b"x" * 100_000,
    }  # fmt: skip
    names = [put(name, content) for name, content in hostile.items()]
    said = process("predict", *names, "n" * 400, "missing", put("good.txt"), "--model", bundle,
                   "--json")  # fmt: skip
    assert said.code == 3
    assert "Traceback" not in said.err
    assert all(line.startswith(("error: ", "note: ", "  ")) for line in said.err.splitlines())
    for found in said.objects:
        assert_documented(found)
    told = {line.split(": ")[1] for line in said.err.splitlines() if line.startswith("error: ")}
    scored = set(sources(said))
    assert "good.txt" in scored
    assert scored | told >= set(names)
    assert not scored & told


def test_a_reader_that_has_seen_enough_gets_no_traceback(bundle, put, tmp_path):
    for i in range(200):
        put(f"many/{i}.txt")
    command = [sys.executable, "-c", "from framing.cli import main; main()", "predict",
               str(tmp_path / "many"), "--model", str(bundle), "--json"]  # fmt: skip
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as running:
        running.stdout.readline()
        running.stdout.close()
        assert running.stderr.read() == b""


def test_output_that_cannot_be_written_is_told_in_a_sentence(predict, put, monkeypatch):
    def full_disk(prediction):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("framing.cli.predict.readable", full_disk)
    said = predict(put("a.txt"))
    assert (said.code, said.out, said.err) == (1, "", "error: No space left on device\n")
