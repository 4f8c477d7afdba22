import copy
import html
import json
import re
from html.parser import HTMLParser
from pathlib import Path

import pytest

from framing.report import write_report

SAMPLE = Path(__file__).parent.parent / "data" / "report" / "sample.json"


class Page(HTMLParser):
    """What a browser would make of a page: elements with attributes, and the tables' cells."""

    def __init__(self, text):
        super().__init__()
        self.elements = []
        self.tables = {}
        self.headings = []
        self.terms = []
        self.text = ""
        self._rows, self._cell, self._heading, self._caption, self._term = (
            [],
            None,
            None,
            None,
            None,
        )
        self.feed(text)
        self.close()

    def handle_starttag(self, tag, attrs):
        self.elements.append((tag, dict(attrs)))
        if tag == "table":
            self._rows = []
        elif tag == "tr":
            self._rows.append([])
        elif tag in ("td", "th"):
            self._cell = ""
        elif tag == "caption":
            self._caption = ""
        elif tag in ("h1", "h2", "h3"):
            self._heading = ""
        elif tag in ("dt", "dd"):
            self._term = ""

    def handle_endtag(self, tag):
        if tag in ("td", "th"):
            self._rows[-1].append(self._cell)
            self._cell = None
        elif tag == "caption":
            self._table_name, self._caption = self._caption, None
        elif tag == "table":
            self.tables.setdefault(self._table_name, []).append(self._rows)
        elif tag in ("h1", "h2", "h3"):
            self.headings.append(self._heading)
            self._heading = None
        elif tag in ("dt", "dd"):
            self.terms.append(self._term)
            self._term = None

    def handle_data(self, data):
        self.text += data
        for name in ("_cell", "_heading", "_caption", "_term"):
            if getattr(self, name) is not None:
                setattr(self, name, getattr(self, name) + data)


def markdown_tables(text):
    """The tables by caption, cells as a reader sees them."""
    tables, caption, inside = {}, None, False
    for line in text.splitlines():
        if line.startswith("**"):
            caption = plain(line.strip("*"))
        elif line.startswith("|---"):
            continue
        elif line.startswith("|"):
            if not inside:
                tables.setdefault(caption, []).append([])
            cells = re.split(r"(?<!\\)\|", line)[1:-1]
            tables[caption][-1].append([plain(cell.strip()) for cell in cells])
        inside = line.startswith("|")
    return tables


def plain(text):
    return html.unescape(re.sub(r"\\([^\w\s])", r"\1", text))


@pytest.fixture
def sample():
    return json.loads(SAMPLE.read_text(encoding="utf-8"))


@pytest.fixture
def small(sample):
    sample["targets"] = sample["targets"][:1]
    sample["data"]["labels"] = []
    sample["targets"][0]["evaluations"][0].update(confusion=None, reliability=None)
    return sample


@pytest.fixture(scope="session")
def written(tmp_path_factory):
    folder = tmp_path_factory.mktemp("report")
    write_report(json.loads(SAMPLE.read_text(encoding="utf-8")), folder)
    return folder


@pytest.fixture(scope="session")
def page(written):
    return Page((written / "index.html").read_text(encoding="utf-8"))


@pytest.fixture(scope="session")
def tables(written):
    return markdown_tables((written / "report.md").read_text(encoding="utf-8"))


@pytest.fixture
def rendered(tmp_path):
    def render(report):
        write_report(copy.deepcopy(report), tmp_path)
        return (
            Page((tmp_path / "index.html").read_text(encoding="utf-8")),
            (tmp_path / "report.md").read_text(encoding="utf-8"),
        )

    return render
