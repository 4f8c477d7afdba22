from pathlib import Path

import pytest

DATA = Path(__file__).parent.parent / "data" / "corruption"


@pytest.fixture(scope="session")
def article() -> str:
    return (DATA / "article.txt").read_text(encoding="utf-8").strip()
