"""How schools head their lists, and what they call the instruments, in English and in German."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

from tutor.notation.instruments import INSTRUMENTS, UnknownInstrument, get_instrument

FIRST, LAST, NAME, LAST_FIRST = "first", "last", "name", "last-first"
USERNAME, EMAIL, INSTRUMENT, LEVEL, GROUP = "username", "email", "instrument", "level", "group"
IGNORED = ""

_HEADINGS = {
    FIRST: "first; first name; firstname; forename; given name; given names; vorname; vornamen; rufname",
    LAST: "last; last name; lastname; surname; family name; nachname; familienname; zuname",
    NAME: "name; full name; student; student name; pupil; schuler; schulerin; schuler in; schulername",
    LAST_FIRST: "last first; last name first name; surname first name; name vorname; nachname vorname; display name",
    USERNAME: "username; user name; user; login; login name; account; benutzername; benutzer; anmeldename; kennung",
    EMAIL: "email; e mail; mail; email address; e mail address; e mail adresse; email adresse; mailadresse",
    INSTRUMENT: "instrument; plays; instrument voice; voice; instrument stimme; stimme; spielt; hauptfach",
    LEVEL: "level; grade; stufe; niveau; leistungsstufe; playing level",
    GROUP: "group; section; gruppe; register; stimmgruppe; ensemble",
}
_INSTRUMENTS = {
    "piccolo": "pikkolo; piccoloflote; pikkoloflote",
    "flute": "querflote; flote; transverse flute; concert flute",
    "clarinet": "klarinette; b klarinette; clarinet; clarinet in b; bb clarinet; b flat clarinet",
    "bassoon": "fagott",
    "soprano-sax": "sopransaxophon; sopransaxofon; sopran sax; soprano saxophone",
    "alto-sax": "altsaxophon; altsaxofon; alt sax; saxophon; saxofon; saxophone; alto saxophone",
    "tenor-sax": "tenorsaxophon; tenorsaxofon; tenor saxophone",
    "baritone-sax": "baritonsaxophon; baritonsaxofon; bari sax; baritone saxophone",
    "descant-recorder": "blockflote; sopranblockflote; c blockflote",
    "alto-recorder": "altblockflote; f blockflote; treble recorder",
    "horn": "waldhorn; f horn; french horn",
    "trumpet": "trompete; b trompete; bb trumpet; b flat trumpet",
    "cornet": "kornett; cornet",
    "trombone": "posaune; tenorposaune; zugposaune",
    "euphonium": "eufonium; bariton horn; baritone horn; euphonium",
    "violin": "violine; geige; vl; violin 1; violin 2; violin i; violin ii; 1 violin; 2 violin; violine 1; violine 2; "
    "1 violine; 2 violine",
    "viola": "bratsche; va",
    "cello": "violoncello; vc; cello",
    "double-bass": "kontrabass; kontrabaß; bass strings; string bass; upright bass; kb; db",
    "guitar": "gitarre; klassische gitarre; classical guitar; konzertgitarre",
    "bass-guitar": "e bass; bassgitarre; electric bass",
    "mandolin": "mandoline",
    "piano": "klavier; keyboard; flugel; piano",
    "glockenspiel": "bells",
    "xylophone": "xylophon; xylofon",
    "soprano": "sopran; soprano",
    "mezzo-soprano": "mezzosopran; mezzo",
    "alto": "alt; alto; contralto; altistin",
    "tenor": "tenor",
    "baritone": "bariton; baritone",
    "bass": "bass",
    "voice": "gesang; singen; singing; stimme",
}
# "B flat", "B-flat" and "Bb" are one key.
_FLAT = re.compile(r"\b([a-g])(?:[ -]?flat|b)\b", re.IGNORECASE)


def heading(text: str) -> str | None:
    """What a column of this heading is; None if the word is none of a list's."""
    return _headings().get(plain(text))


def instrument(text: str) -> str | None:
    """The instrument's name in the school, of whatever a list calls it; None if there is none."""
    found = _instruments().get(plain(_FLAT.sub(r"\1♭", text)))
    if found is None:
        try:
            return get_instrument(text).name
        except UnknownInstrument:
            return None
    return found


def plain(text: str) -> str:
    """Small letters without marks, words apart by one space: `E-Mail-Adresse*` is "e mail adresse"."""
    letters = unicodedata.normalize("NFKD", text.replace("♭", " b").casefold())
    kept = "".join(letter if letter.isalnum() else " " for letter in letters if not unicodedata.combining(letter))
    return " ".join(kept.split())


@lru_cache
def _headings() -> dict[str, str]:
    return {plain(word): kind for kind, words in _HEADINGS.items() for word in words.split(";")}


@lru_cache
def _instruments() -> dict[str, str]:
    own = {
        plain(word): one.name for one in INSTRUMENTS.values() for word in (one.name, one.label, _key_first(one.label))
    }
    return own | {plain(word): name for name, words in _INSTRUMENTS.items() for word in words.split(";")}


def _key_first(label: str) -> str:
    name, _in, key = label.partition(" in ")
    return f"{key} {name}"
