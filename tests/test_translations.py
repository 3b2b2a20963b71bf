"""Everything a person reads can be said in every language of the school: nothing is left out of the catalogues, and
nothing bypasses them."""

from __future__ import annotations

import ast
import json
import re
import sys
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path

import pytest
from django.conf import settings
from django.template.base import Lexer, TokenType
from django.utils import translation

from lessons.titles import titled
from lessons.words import cause_words, pitch_named, quoted, said, said_from, sentence_of, trouble_words
from tests.tutor.composing.test_refusals import REFUSED, refusal
from tutor.composing.scales import KEYS
from tutor.composing.skills import WORDS, describe
from tutor.grading.words import NOTES, bars, heard_name, interval, seconds
from tutor.listening.errors import TooLong, Truncated
from tutor.notation.instruments import INSTRUMENTS
from tutor.notation.score import Pitch
from tutor.saying import Phrase, capital, day, from_json, joined, listed, phrase, phrase_n, pitch, term, to_json

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / "scripts"))

import messages  # noqa: E402

# -- The catalogues ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("language", messages.languages())
@pytest.mark.parametrize("domain", messages.SOURCES)
def test_every_word_is_translated_and_none_is_doubtful(domain: str, language: str) -> None:
    assert messages.faults_in(domain, language) == []


def test_each_language_on_offer_has_a_folder_and_each_folder_is_on_offer() -> None:
    assert set(messages.languages()) == {code for code, _ in settings.LANGUAGES} - {"en"}


def test_another_fact_is_a_fault() -> None:
    ours = messages.Message("{n} of {all}", "{n} von {allen}")
    assert "{all}" in messages.facts_that_differ(messages.Message("{n} of {all}"), ours)


def test_the_pages_get_plurals_by_their_name() -> None:
    made = messages.page_value(messages.Message(("{n} take", "{n} takes"), ("{n} Aufnahme", "{n} Aufnahmen")), "de")
    assert made == {"one": "{n} Aufnahme", "other": "{n} Aufnahmen"}


# -- Nothing bypasses them: templates ---------------------------------------------------------------------------------

READ_ALOUD = ("aria-label", "alt", "title", "placeholder", "data-label", "aria-roledescription", "summary")
# Names, units and signs that are the same everywhere; and words for whoever types commands.
SAME_EVERYWHERE = {"Woodshed", "MusicXML", "CSV", "XLSX", "min", "ms"}
# Blocks that hold no words, but class names and data.
CLASSES = {"page_class", "main_data"}
# Shown when nothing works any more, the translations included.
LAST_RESORTS = {"500.html"}


@pytest.mark.parametrize("path", sorted((ROOT / "templates").rglob("*.html")), ids=lambda path: path.name)
def test_a_template_says_nothing_untranslated(path: Path) -> None:
    if path.name not in LAST_RESORTS:
        assert list(bare_words(path.read_text())) == []


def test_bare_words_are_found() -> None:
    found = bare_words('<p>Hello {{ name }}</p><img alt="A dog"><p>{% translate "Well" %}</p><b>{{ x }} %</b>')
    assert list(found) == ["Hello", "A dog"]


def bare_words(source: str) -> Iterator[str]:
    parser = _Words()
    parser.feed(_without_tags(source))
    yield from (words for words in parser.found if words.strip(" :,.·…–()%") not in SAME_EVERYWHERE)


def _without_tags(source: str) -> str:
    """What is left for a browser when every tag of Django's says nothing."""
    kept, depth = [], 0
    blocks: list[str] = []
    for token in Lexer(source).tokenize():
        if token.token_type == TokenType.BLOCK:
            name, *rest = token.contents.split()
            blocks += [rest[0]] if name == "block" else []
            depth += {"blocktranslate": 1, "comment": 1, "endblocktranslate": -1, "endcomment": -1}.get(name, 0)
            depth += name == "block" and rest[0] in CLASSES
            depth -= name == "endblock" and blocks.pop() in CLASSES
        elif token.token_type == TokenType.TEXT and not depth:
            kept.append(token.contents)
    return "".join(kept)


class _Words(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []
        self.silent = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.silent += tag in ("script", "style", "kbd")
        for name, value in attrs:
            if name in READ_ALOUD and value:
                self._note(value)

    def handle_endtag(self, tag: str) -> None:
        self.silent -= tag in ("script", "style", "kbd")

    def handle_data(self, data: str) -> None:
        if not self.silent:
            self._note(data)

    def _note(self, text: str) -> None:
        if re.search(r"[A-Za-z]{2,}", text):
            self.found.append(" ".join(text.split()))


# -- … scripts --------------------------------------------------------------------------------------------------------

STRING = re.compile(r'"((?:[^"\\\n]|\\.)*)"|`((?:[^`\\]|\\.)*)`|\'((?:[^\'\\\n]|\\.)*)\'')
COMMENTS = re.compile(r"/\*.*?\*/|(?<![:\"'])//[^\n]*", re.DOTALL)
SPOKEN = re.compile(r"\b(?:t|tn)\(\s*$|\b(?:t|tn)\([^()]*,\s*$")
# A sentence, or words that begin one: what a script would show to somebody.
LOOKS_SPOKEN = re.compile(r"[A-Z][a-z]+ (?:\{\} )?[a-z]+|^[A-Z][a-z]+ …?$|[a-z]+ [a-z]+\.$")


@pytest.mark.parametrize("path", sorted((ROOT / "static/src").rglob("*.js")), ids=lambda path: path.name)
def test_a_script_says_nothing_untranslated(path: Path) -> None:
    assert list(bare_sentences(path.read_text())) == []


def test_bare_sentences_are_found() -> None:
    script = 'say("There it is."); say(t("Here it is.")); tn("One take", "Many takes", n); say(`Bar ${n} is off`)'
    assert list(bare_sentences(script)) == ["There it is.", "Bar {} is off"]


def bare_sentences(source: str) -> Iterator[str]:
    source = COMMENTS.sub("", source)
    for match in STRING.finditer(source):
        text = re.sub(r"\$\{[^{}]*\}", "{}", next(group for group in match.groups() if group is not None))
        if LOOKS_SPOKEN.search(text) and not SPOKEN.search(source[max(match.start() - 400, 0) : match.start()]):
            yield text


# -- … and the server -------------------------------------------------------------------------------------------------

# What is called with a sentence for a person, and which of its arguments that is.
SAYS = {
    **dict.fromkeys(("success", "info", "warning", "error"), 1),
    **dict.fromkeys(("ClassroomError", "Refusal", "TooLarge", "WrongType", "NoLength", "KeyReused", "JobTrouble"), 0),
    **dict.fromkeys(("add_error",), 1),
}
SAID_BY_NAME = ("label", "help_text", "verbose_name")
# Of commands and of the log: for whoever types and reads there.
FOR_TECHNICIANS = ("management", "migrations", "models", "api", "demo")


@pytest.mark.parametrize("path", sorted((ROOT / "lessons").rglob("*.py")), ids=lambda path: path.name)
def test_the_server_says_nothing_untranslated(path: Path) -> None:
    if not set(path.relative_to(ROOT / "lessons").parts) & set(FOR_TECHNICIANS):
        assert list(_bare_arguments(ast.parse(path.read_text()))) == []


def _bare_arguments(tree: ast.AST) -> Iterator[str]:
    for call in (node for node in ast.walk(tree) if isinstance(node, ast.Call)):
        name = call.func.attr if isinstance(call.func, ast.Attribute) else getattr(call.func, "id", "")
        owner = call.func.value.id if isinstance(call.func, ast.Attribute) and hasattr(call.func.value, "id") else ""
        if owner in ("log", "logger", "logging"):
            continue
        said_here = [call.args[SAYS[name]]] if name in SAYS and len(call.args) > SAYS[name] else []
        said_here += [one.value for one in call.keywords if one.arg in SAID_BY_NAME]
        for argument in said_here:
            parts = argument.values if isinstance(argument, ast.JoinedStr) else [argument]
            if any(isinstance(part, ast.Constant) and _is_words(part.value) for part in parts):
                yield f"line {argument.lineno}: {ast.unparse(argument)}"


def _is_words(value: object) -> bool:
    return isinstance(value, str) and bool(re.search(r"[A-Za-z]{2,}.* |^[A-Z][a-z]+$", value))


# -- The engine's phrases ---------------------------------------------------------------------------------------------

SAMPLES = [
    phrase("Start each one anew."),
    phrase("{where}: {note} came late, by {seconds}.", where=bars([2]), note=NOTES["B"][1], seconds=seconds(0.25)),
    phrase_n("Bar {bars}", "Bars {bars}", 2, bars=listed(["2", "3"])),
    capital(phrase("{skill}: new here.", skill=describe("rhythm:dotted-quarter-eighth"))),
    joined([phrase("Start each one anew."), "Plain."]),
    term("note", "B flat"),
    phrase("{octaves} and {rest}", octaves=interval(12), rest=interval(2)),
]


@pytest.mark.parametrize("sample", SAMPLES, ids=str)
def test_a_phrase_comes_back_from_json_as_it_was(sample: Phrase) -> None:
    back = from_json(json.loads(json.dumps(to_json(sample))))
    assert back == sample
    assert to_json(back) == to_json(sample)
    with translation.override("de"):
        assert said(back) == said(sample)


@pytest.mark.parametrize("sample", SAMPLES, ids=str)
def test_in_english_a_phrase_is_said_as_the_engine_said_it(sample: Phrase) -> None:
    with translation.override("en"):
        assert said(sample) == str(sample)


def test_a_day_is_written_as_the_language_writes_it() -> None:
    from datetime import date

    kept = to_json(day(date(2026, 3, 1)))
    assert str(from_json(kept)) == "1 March"
    with translation.override("de"):
        assert said(from_json(kept)) == "1. März"


@pytest.mark.parametrize(
    ("english", "german"),
    [
        (heard_name(70, Pitch(4, "B", 0), 0), "B"),
        (heard_name(71, Pitch(4, "B", -1), -1), "H"),
        (heard_name(66, Pitch(4, "F", 0), 0), "Fis"),
        (bars([0, 1, 2]), "Auftakt und Takte 1 und 2"),
        (bars([3]), "Takt 3"),
        (bars([1, 2, 3, 4, 7]), "Takte 1 bis 4 und 7"),
        (seconds(0.25), "0,2 s"),
        (interval(14), "eine Oktave und einen Ganzton"),
        (describe("rhythm:dotted-quarter-eighth"), "punktierte Viertel"),
        (describe("metre:6/8"), "6/8-Takt"),
        (KEYS["B♭ major"], "B-Dur"),
        (KEYS["B minor"], "h-Moll"),
        (KEYS["F♯ minor"], "fis-Moll"),
        (INSTRUMENTS["clarinet"].label, "Klarinette in B"),
    ],
)
def test_german_musicians_would_say_it_so(english: str, german: str) -> None:
    with translation.override("de"):
        assert said(english) == german


@pytest.mark.parametrize(
    ("kept", "german"),
    [("C4", "c′"), ("B♭4", "b′"), ("B4", "h′"), ("F♯5", "fis″"), ("C3", "c"), ("C2", "C"), ("B♭1", "B₁"), ("?", "?")],
)
def test_octaves_are_told_by_strokes_in_german(kept: str, german: str) -> None:
    assert pitch_named(kept) == kept
    with translation.override("de"):
        assert pitch_named(kept) == german


def test_no_two_notes_have_one_name_in_german() -> None:
    with translation.override("de"):
        names = [said(note) for row in NOTES.values() for note in row]
    assert len(set(names)) == len(names)


@pytest.mark.parametrize(
    ("english", "german"),
    [
        ("Scale of B♭ major", "Tonleiter B-Dur"),
        ("Scale of A harmonic minor", "Tonleiter a-Moll harmonisch"),
        ("Study in F major: dotted quarters", "Etüde in F-Dur: punktierte Viertel"),
        ("Variation on Melody in D major", "Variation über Melodie in D-Dur"),
        ("Thirds in B minor", "Terzen in h-Moll"),
        ("Rhythm: a pattern in 3/4", "Rhythmus: ein Muster im 3/4-Takt"),
        # Somebody's own words stay.
        ("Study in Blue", "Study in Blue"),
        ("Gavotte", "Gavotte"),
    ],
)
def test_titles_of_composed_exercises_are_found_again(english: str, german: str) -> None:
    with translation.override("de"):
        assert titled(english) == german
    assert titled(english) == english


def test_every_skill_has_its_own_words() -> None:
    with translation.override("de"):
        names = [said(words) for words in WORDS.values()]
    assert len(set(names)) == len(names)


@pytest.mark.parametrize("trouble", [TooLong(600.0), Truncated(3.0, 9.0)], ids=str)
def test_what_went_wrong_is_found_again_in_its_english(trouble: Exception) -> None:
    with translation.override("de"):
        words = trouble_words(str(trouble))
    assert words != str(trouble)
    assert set(re.findall(r"\d+", words)) == set(re.findall(r"\d+", str(trouble)))


def test_an_older_row_stays_english() -> None:
    old = {"code": "late", "text": "Bar 2 came late.", "notes": ["n1"], "showed": "", "remedy": "", "asks_for": None}
    with translation.override("de"):
        assert cause_words(old) == old
        assert said_from(None, "Something older.") == "Something older."


# -- … refusals of the composer ---------------------------------------------------------------------------------------

ENGLISH = {"the", "a", "of", "to", "more", "fewer", "notes", "bars", "bar", "allowed", "other", "no", "or", "and"}


@pytest.mark.parametrize("name", REFUSED)
def test_a_refusal_has_no_english_inside_it(name: str) -> None:
    refused = refusal(**REFUSED[name])
    with translation.override("de"):
        words = set(re.findall(r"[\w-]+", sentence_of(refused).lower()))
    assert not words & ENGLISH


def test_a_pitch_in_a_sentence_is_told_by_strokes_in_german() -> None:
    sentence = phrase(
        "From {low} to {high} there is no room for {what} in {key}.",
        low=pitch("C♯4"),
        high=pitch("C5"),
        what="",
        key="",
    )
    with translation.override("de"):
        assert said(from_json(to_json(sentence))).startswith("Von cis′ bis c″ ")


def test_what_somebody_wrote_stands_in_the_languages_own_quotation_marks() -> None:
    assert quoted("Bravo.") == "“Bravo.”"
    with translation.override("de"):
        assert quoted("Bravo.") == "„Bravo.“"
