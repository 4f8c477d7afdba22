import re
import shutil
import subprocess
from pathlib import Path

import pytest

CHROMIUM = (
    shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
)
FOREIGN = re.compile(r"^\s*(https?:|//|javascript:|data:)", re.IGNORECASE)


def test_no_script_no_handler_and_nothing_from_elsewhere(page):
    allowed = {
        "html", "head", "meta", "title", "style", "body", "header", "nav", "main", "section",
        "h1", "h2", "h3", "p", "ul", "li", "a", "code", "pre", "bdi", "div", "table", "caption",
        "thead", "tbody", "tr", "th", "td", "figure", "figcaption", "details", "summary",
        "dl", "dt", "dd", "span", "small",
        "svg", "g", "path", "text", "use", "defs", "clippath", "rect",
    }  # fmt: skip
    assert {tag for tag, _ in page.elements} <= allowed
    for _, attributes in page.elements:
        for name, value in attributes.items():
            assert not name.startswith("on")
            if name in ("src", "href", "xlink:href", "action"):
                assert not FOREIGN.match(value or "")


def test_the_page_names_no_address(written):
    assert not re.search(r"https?://", (written / "index.html").read_text(encoding="utf-8"))


def test_hostile_text_is_shown(page):
    assert "<script>alert(1)</script>" in page.text
    assert "<script>alert('config')</script>" in page.text
    assert "made up <img src=x onerror=alert(1)>" in page.text
    assert any("<b>bold</b>" in term and "<!--" not in term for term in page.terms)


def test_hostile_names_are_inert_everywhere(sample, rendered):
    evil = '"><script>alert(2)</script><svg onload=alert(3)>'

    def poisoned(value, key=""):
        if isinstance(value, dict):
            return {k: poisoned(v, k) for k, v in value.items()}
        if isinstance(value, list):
            return [poisoned(item, key) for item in value]
        fixed = key in ("type", "better", "columns")
        return evil + value if isinstance(value, str) and not fixed else value

    page, markdown = rendered(poisoned(sample))
    assert "script" not in {tag for tag, _ in page.elements}
    assert not [name for _, attributes in page.elements for name in attributes if name[:2] == "on"]
    outside_code = re.sub(r"(?s)^(`{3,}).*?^\1|(`+).*?\2", "", markdown, flags=re.MULTILINE)
    assert "<script" not in outside_code


def test_ngrams_show_their_layout(page):
    assert any("harbour␣post" in term for term in page.terms)
    assert any("↵↵" in term and "⟨U+200B⟩x" in term for term in page.terms)


def test_ids_are_unique_and_links_lead_somewhere(page):
    ids = [attributes["id"] for _, attributes in page.elements if "id" in attributes]
    assert len(ids) == len(set(ids))
    targets = {
        attributes["href"] for tag, attributes in page.elements if tag in ("a", "use")
    } | set(re.findall(r"url\((#[^)]+)\)", str(page.elements)))
    assert {target.removeprefix("#") for target in targets} <= set(ids)


def test_every_plot_has_a_role_a_text_and_a_caption(page):
    tags = [tag for tag, _ in page.elements]
    plots = [attributes for tag, attributes in page.elements if tag == "svg"]
    assert len(plots) == tags.count("figure") == tags.count("figcaption") > 5
    for attributes in plots:
        assert attributes["role"] == "img"
        assert re.search(r"\d", attributes["aria-label"])


def test_drawings_take_all_colours_from_the_page(written):
    text = (written / "index.html").read_text(encoding="utf-8")
    for drawing in re.findall(r"<svg.*?</svg>", text, re.DOTALL):
        for tag in re.findall(r"<[^<>]+>", drawing):
            assert not re.search(r"(fill|stroke): #", tag)
            assert "font-family" not in tag


def test_tables_have_captions_and_scopes(page):
    tags = [tag for tag, _ in page.elements]
    assert tags.count("caption") == tags.count("table")
    assert all("scope" in attributes for tag, attributes in page.elements if tag == "th")


def test_sections_come_in_reading_order(page):
    order = ["Verdict", "Data", "Split", "Target: outlet", "Target: source_kind",
             "Target: corruption", "Probes", "Cost", "Config and versions"]  # fmt: skip
    assert [heading for heading in page.headings if heading in order] == order


@pytest.mark.skipif(CHROMIUM is None, reason="chromium is not installed")
def test_a_browser_shows_the_headings_and_does_not_scroll_sideways(written, tmp_path, page):
    # the probe is a frame as wide as a phone around the page; its script reports what it sees
    probe = tmp_path / "probe.html"
    text = (written / "index.html").read_text(encoding="utf-8")
    (tmp_path / "page.html").write_text(text.replace("alert(1)", "document.title='run'"), "utf-8")
    probe.write_text(
        "<iframe src='page.html' width='390' height='800'></iframe><script>"
        "onload = () => { const d = document.querySelector('iframe').contentDocument;"
        "document.body.dataset.wide = d.documentElement.scrollWidth;"
        "document.body.dataset.title = d.title;"
        "document.body.dataset.headings = d.querySelectorAll('h1,h2,h3').length; }</script>"
    )
    done = subprocess.run(
        [CHROMIUM, "--headless", "--no-sandbox", "--disable-gpu", "--allow-file-access-from-files",
         f"--user-data-dir={tmp_path / 'profile'}", "--dump-dom", Path(probe).as_uri()],
        capture_output=True, text=True, timeout=60, check=False,
    )  # fmt: skip
    assert f'data-headings="{len(page.headings)}"' in done.stdout, done.stderr
    assert 'data-title="framing report: default"' in done.stdout
    wide = re.search(r'data-wide="(\d+)"', done.stdout)
    assert wide
    assert int(wide.group(1)) <= 390
