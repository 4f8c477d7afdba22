"""Write stories.jsonl beside this file; see README.md."""

import datetime
import json
import random
import re
from pathlib import Path

SEED = 20
PER_OUTLET = 30
RETOLD = 12
SYLLABLES = (
    "bar",
    "tol",
    "wen",
    "dra",
    "mis",
    "kel",
    "fo",
    "ruth",
    "san",
    "pim",
    "os",
    "gal",
    "nev",
    "hul",
    "tri",
    "lom",
    "eck",
    "vay",
    "cor",
    "ish",
    "dun",
    "mar",
    "zel",
    "quo",
)
THINGS = (
    "weathervane",
    "ferry",
    "orchard",
    "clocktower",
    "footbridge",
    "bakery",
    "quarry",
    "lido",
    "tramline",
    "windmill",
    "archive",
    "greenhouse",
    "lighthouse",
    "reservoir",
    "bandstand",
    "allotment",
    "library",
    "viaduct",
    "aviary",
    "boathouse",
    "cinema",
    "observatory",
    "kiln",
    "harbour wall",
    "velodrome",
    "pumphouse",
    "sawmill",
    "planetarium",
    "chapel",
)
MATERIALS = (
    "copper",
    "granite",
    "cedar",
    "tin",
    "slate",
    "marble",
    "wicker",
    "canvas",
    "brass",
    "limestone",
    "oak",
    "rubber",
    "felt",
    "pewter",
    "bamboo",
    "cork",
    "enamel",
    "flint",
)
ACTS = (
    "restored",
    "painted",
    "flooded",
    "auctioned",
    "measured",
    "closed",
    "moved",
    "insured",
    "photographed",
    "fenced",
    "rented",
    "renamed",
    "drained",
    "rewired",
    "surveyed",
    "sealed",
)
CREATURES = (
    "otters",
    "swifts",
    "geese",
    "hedgehogs",
    "ponies",
    "newts",
    "bees",
    "herons",
    "moths",
    "goats",
    "badgers",
    "larks",
    "eels",
    "ravens",
    "hares",
    "toads",
    "pigeons",
    "crabs",
)
WEATHERS = ("hail", "fog", "drizzle", "sleet", "thunder", "frost", "gales", "sunshine", "snow")
TOPICS = ("council", "nature", "culture")

# [a|b] is a choice; {slot} comes from the event
OUTLETS = {
    "Harbour Ledger": (
        "[The council|A committee|The board] of {place} has [resolved|determined|concluded] that "
        "the {material} {thing} is to be {act} before [the autumn|the winter|the spring], "
        "notwithstanding the [objections|concerns|reservations] of {person}.",
        "It was [observed|stated|noted] by {person} that {number} {creatures} had been [recorded|"
        "counted|found] in the vicinity of the {thing}, [a figure|a total|a number] which is "
        "[regarded|described|considered] as exceptional.",
        "The cost, which is [estimated|expected|understood] to exceed {number} thousand crowns, "
        "will be [borne|met|shared] by {org} and by the [residents|ratepayers|inhabitants] of "
        "{place}.",
        "[Whether|How soon] the {thing} can be {act} [remains|must remain|is still] uncertain, "
        "since {weather} [has delayed|has hindered|had interrupted] the [works|survey|"
        "undertaking] at {place}.",
        "{person}, who [has presided|presides|has long presided] over {org}, [declined|was "
        "unable|did not wish] to be drawn upon the [matter|question|subject] of the {creatures}.",
        "A [further|second|final] report, to be [laid before|submitted to|considered by] {org}, "
        "is [anticipated|awaited|expected] within {number} weeks.",
    ),
    "Northgate Wire": (
        "{PLACE} (Northgate) - {org} [said|announced|reported] on [Monday|Tuesday|Friday] the "
        "{material} {thing} was {act}, [according to|citing] {person}.",
        "{number} [people|workers|visitors] were at the {thing} [when|as] {weather} [began|hit|"
        "struck] {place}, {org} said.",
        "[Shares|Bonds] in {org} [rose|fell|gained|lost] {number} percent in [early|late|midday] "
        "trade after {person} [spoke|testified|reported] on the {creatures}.",
        "There were [no|few] [reports|details] of [injuries|losses] at {place}. {person} [gave|"
        "had] no [comment|estimate|date].",
        "[In a statement|In an email|By telephone], {person} said {number} {creatures} were "
        "[seen|counted|caught] near {place} since [March|April|May].",
        "{org} [plans|aims|expects] to have the {thing} {act} by [July|August|October], at a cost "
        "of {number} million crowns. ([Reporting|Editing|Writing] by {person})",
    ),
    "Kite Daily": (
        "[Guess what|Hold on tight|Well, well], {place}: [your|our|that] [lovely|crazy|dear old] "
        "{material} {thing} just got {act}, and [we can't believe it|we're over the moon|nobody "
        "told us]!",
        "[Honestly|Seriously|OK], who [knew|saw coming|could've guessed] there'd be {number} "
        "{creatures} [hanging out|having a party|making a racket] by the {thing}?",
        "\"[I'm gobsmacked|I nearly cried|It's bonkers],\" [laughed|grinned|shrieked] {person}, "
        "[who's|who is] [mad about|nuts for|in love with] {creatures}.",
        "[So|And] don't [forget|leave|lose] your [brolly|wellies|hat], [folks|everyone|guys]: "
        "{weather} is [coming|on its way|back] to {place} [this weekend|tonight|any minute]!",
        "[Fancy a peek|Want a go|Up for it]? It's {number} crowns a head, and {person} [won't|"
        "doesn't] [mind|care|bite], [promise|we swear|really]!",
        "[Oops|Yikes|Ouch]! Turns out {org} [didn't|couldn't|forgot to] [ask|check|tell anyone], "
        "and you'd [think|guess|hope] they'd be sorry.",
    ),
    "Lantern Post": (
        "[I|We] [walked|cycled|wandered] down to {place} [this morning|last night|at dawn], and "
        "there it was: my grandmother's {material} {thing}, {act} [like a secret|like an old song|"
        "as in a dream].",
        "[Perhaps|Maybe] you [remember|have met|know] {person}; [she|he] once kept {number} "
        "{creatures} and [a heart|a temper|a silence] as wide as the [sea|sky|moor].",
        "The {weather} [fell|came|settled] softly, [softly|slowly|sweetly], over {place}, and "
        "[I|we] thought of [childhood|home|summer].",
        "[What|How much] do we [owe|give|leave] the {creatures}, I [wondered|asked myself|mused], "
        "while {org} [counts|weighs|dreams of] its {number} crowns?",
        "[Oh|Ah], but {person} only [smiled|sighed|hummed], [dear reader|my friends|gentle "
        "reader], and [touched|stroked|patted] the {material} of the {thing}.",
        "And so [I|we] [leave|bid farewell to] {place}, [a little|rather|somewhat] [sadder|"
        "wiser|gladder], with [my|our] [pockets|thoughts|letters] full of {weather}.",
    ),
}  # fmt: skip

# what two outlets have in common
REGISTERS = {
    ("Harbour Ledger", "Northgate Wire"): (
        "[Officials|Representatives] of {org} [confirmed|indicated] that [an official|a formal] "
        "[inquiry|review] is [under way|in preparation].",
        "[According to|As stated in] the [official|annual] [figures|accounts], the [sum|amount] "
        "was [approved|authorised] by {person}.",
        "The [department|ministry] [responsible|concerned] has [confirmed|approved] the "
        "[amount|figures] for {place}.",
    ),
    ("Kite Daily", "Lantern Post"): (
        "[You know|You see], my [love|dear], [it's|that's] [just|simply] [how|what] {place} is "
        "[like|about]!",
        "[I'm|We're] [just|simply] [so happy|so glad] for {person}, [aren't|wouldn't] you?",
        "[My|Our] [heart|tea] [just|simply] [jumped|spilled] when I [saw|heard] it, you know?",
    ),
}  # fmt: skip


def name(rng, parts):
    return "".join(rng.choice(SYLLABLES) for _ in range(parts)).capitalize()


def make_event(rng, number):
    return {
        "event": f"event-{number:03}",
        "topic": rng.choice(TOPICS),
        "place": name(rng, 3),
        "person": f"{name(rng, 2)} {name(rng, 3)}",
        "org": f"the {name(rng, 3)} Trust",
        "thing": rng.choice(THINGS),
        "material": rng.choice(MATERIALS),
        "act": rng.choice(ACTS),
        "creatures": rng.choice(CREATURES),
        "weather": rng.choice(WEATHERS),
    }


def write(rng, outlet, event):
    sentences = []
    shared = next(pool for outlets, pool in REGISTERS.items() if outlet in outlets)
    for template in rng.sample(OUTLETS[outlet], 4) + rng.sample(shared, 2):
        text = re.sub(r"\[([^]]*)\]", lambda m: rng.choice(m[1].split("|")), template)
        number = str(rng.randint(11, 989))
        text = text.format(**event, number=number, PLACE=event["place"].upper())
        sentences.append(text[0].upper() + text[1:])
    return f"{' '.join(sentences[:2])}\n\n{' '.join(sentences[2:])}"


def damaged(rng, text, how):
    """What a broken encoding leaves: the marks that framing knows."""
    words = text.split(" ")
    at = rng.randrange(3, len(words) - 3)
    words[at] = {"quote": '"?' + words[at], "lost": words[at][:1] + "\ufffd" + words[at][1:]}[how]
    return " ".join(words)


def main():
    rng = random.Random(SEED)
    rows = []
    events = [make_event(rng, n) for n in range(4 * PER_OUTLET - RETOLD)]
    # the first events are told by two outlets each, the others by one
    told = [(e, n) for n, e in enumerate(events)] + [
        (e, n + 1) for n, e in enumerate(events[:RETOLD])
    ]
    for event, turn in told:
        outlet = list(OUTLETS)[turn % 4]
        day = datetime.date(2021, 1, 1) + datetime.timedelta(days=5 * int(event["event"][-3:]))
        rows.append(
            {
                "id": "",
                "title": f"{event['place']} {event['thing']} {event['act']}",
                "text": write(rng, outlet, event),
                "date": day.isoformat(),
                "outlet": outlet,
                "topic": event["topic"],
                "event": event["event"],
                "part": rng.choice(["train", "train", "train", "valid", "test", "spare"]),
                "year": day.year,
            }
        )
    for row in rng.sample(rows, 16):
        row["text"] = damaged(rng, row["text"], rng.choice(["quote", "lost"]))
    for row in rng.sample(rows[RETOLD:-RETOLD], 4):
        # said again a day later, with another last word and no event that would tell
        again = {**row, "text": row["text"].rsplit(" ", 1)[0] + " again.", "event": None}
        rows.append(again)
    rows.append({**rows[20], "part": "train"})
    rows.append({**rows[21], "text": None, "event": None})
    rng.shuffle(rows)
    for number, row in enumerate(rows):
        row["id"] = f"story-{number:03}"
    lines = [json.dumps(row, ensure_ascii=False) + "\n" for row in rows]
    Path(__file__).with_name("stories.jsonl").write_text("".join(lines), encoding="utf-8")


if __name__ == "__main__":
    main()
