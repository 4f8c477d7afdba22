"""Names are found by their use and replaced by others; the rest of a text stays as it is."""

import re
from itertools import pairwise

import pytest

from framing.evaluation.names import NAME_KINDS, find_names
from framing.evaluation.swapping import swap_names

PEOPLE = ["Orla Vantry", "Denzil Marrick", "Petra Quillon", "Silas Umberley"]
PLACES = ["Zelbar", "Norrick", "Halstow", "Quenby"]
PARTIES = ["Kelp Party", "Heron Party", "Thistle Party", "Lantern Party"]
OUTLETS = ["Harbour Ledger", "Kite Daily"]


def document(i: int) -> str:
    person, place, party = (names[i % 4] for names in (PEOPLE, PLACES, PARTIES))
    last = person.split()[1]
    return (
        f"The mayor of {place} met President {person} on Monday, the {OUTLETS[i % 2]} said.\n\n"
        f"“Nobody in {place} asked for it,” said Mr. {last}. Voters of the {party} doubt {last}'s "
        f"figures. Officials waited; the officials of {place} are still waiting for {person}."
    )


TEXTS = [document(i) for i in range(8)]
NAMES = find_names(TEXTS, OUTLETS)


def swapped(seed=0, **options):
    return swap_names(TEXTS, NAMES, outlets=OUTLETS, seed=seed, **options)


def kinds_of(text: str, names) -> dict[str, str]:
    return {text[name.start : name.end]: name.kind for name in names}


@pytest.mark.parametrize("i", range(4))
def test_each_name_is_found_with_its_kind(i):
    last = PEOPLE[i].split()[1]
    assert kinds_of(TEXTS[i], NAMES[i]) == {
        PEOPLE[i]: "person", last: "person", PLACES[i]: "other", PARTIES[i]: "party",
        OUTLETS[i % 2]: "outlet",
    }  # fmt: skip


def test_what_stands_between_the_names_stays_byte_for_byte():
    for text, own, after in zip(TEXTS, NAMES, swapped(), strict=True):
        between, at = [], 0
        for name in own:
            between.append(re.escape(text[at : name.start]))
            at = name.end
        pattern = "(.+?)".join([*between, re.escape(text[at:])])
        assert re.fullmatch(pattern, after, re.DOTALL)
        assert after != text


def test_a_name_becomes_the_same_other_name_everywhere_and_the_last_name_follows():
    for i, after in enumerate(swapped()):
        (person,) = {p for p in PEOPLE if p in after}
        (place,) = {p for p in PLACES if p in after}
        (party,) = {p for p in PARTIES if p in after}
        (outlet,) = {o for o in OUTLETS if o in after}
        last = person.split()[1]
        assert person != PEOPLE[i % 4]
        assert outlet != OUTLETS[i % 2]
        assert PEOPLE[i % 4].split()[1] not in after
        assert (after.count(place), after.count(last), after.count(party)) == (3, 4, 1)


def test_only_names_of_the_kinds_asked_for_are_replaced():
    for i, after in enumerate(swapped(kinds=["person"])):
        assert PLACES[i % 4] in after
        assert OUTLETS[i % 2] in after
        assert PEOPLE[i % 4] not in after
    assert swapped(kinds=[]) == TEXTS


def test_choices_follow_from_the_seed():
    assert swapped(3) == swapped(3)
    assert swapped(3) != swapped(4)


def test_the_first_word_of_a_sentence_is_no_name_for_that():
    assert not any("Officials" in kinds_of(t, n) for t, n in zip(TEXTS, NAMES, strict=True))


@pytest.mark.parametrize(
    "text",
    [
        "", " \n\t", "no capitals at all", "日本の新聞は今日も出る。", "Ωραία μέρα στην πόλη",
        "\ud800 broken", "THE WHOLE TEXT SHOUTS", "...!?", "A", "I. II. III.", "\x00\u200b\ufeff",
        "Tall Headline Words Stand Here Alone",
    ],
)  # fmt: skip
def test_any_text_survives(text):
    texts = [*TEXTS, text]
    names = find_names(texts, OUTLETS)
    for own in names:
        places = [(name.start, name.end) for name in own]
        assert places == sorted(places)
        assert all(a[1] <= b[0] for a, b in pairwise(places))
    after = swap_names(texts, names, outlets=OUTLETS, seed=0)
    if not names[-1]:
        assert after[-1] == text


def test_a_name_without_another_of_its_kind_stays():
    text = TEXTS[0]
    names = find_names([text])
    assert swap_names([text], names, seed=0) == [text]


def test_labels_that_are_no_names_are_no_outlets():
    (names,) = find_names(["they turned left at the Left Bank"], ["left", "right"])
    assert "outlet" not in {name.kind for name in names}
    assert set(NAME_KINDS) >= {name.kind for name in names}
