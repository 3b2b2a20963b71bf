"""The door for sheet music: what is kept, what is said to be left out, and what is refused."""

from __future__ import annotations

import io
import zipfile
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.scores import score_of
from tutor.notation.musicxml import to_musicxml
from tutor.notation.reading import ScoreError, read_score

PLAIN = to_musicxml(score_of("C4 D4 E4 F4 G4/4", title="Five")).encode()


def document(measures: str, attributes: str = "") -> bytes:
    return f"""<score-partwise><part-list><score-part id="P1"><part-name>Flute</part-name></score-part></part-list>
<part id="P1"><measure number="1"><attributes><divisions>2</divisions>
<time><beats>4</beats><beat-type>4</beat-type></time>{attributes}</attributes>
{measures}</measure></part></score-partwise>""".encode()


def note(step="C", octave=4, duration=2, extra="", attributes=""):
    pitch = f"<pitch><step>{step}</step><octave>{octave}</octave></pitch>"
    return f"<note {attributes}>{extra}{pitch}<duration>{duration}</duration></note>"


def written(score):
    return [note.written.name for note in score.notes]


def test_note_ids_are_kept_where_the_file_has_them_and_made_where_not():
    score = read_score(
        document(note(attributes='id="first"') + note("D") + note("E", attributes='id="n2"') + note("F"))
    )
    assert [symbol.id for symbol in score.symbols] == ["first", "n2-2", "n2", "n4"]


def test_a_compressed_score_is_read():
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(
            "META-INF/container.xml", '<container><rootfiles><rootfile full-path="a.xml"/></rootfiles></container>'
        )
        archive.writestr("a.xml", PLAIN)
    assert read_score(packed.getvalue(), "five.mxl").title == "Five"


def test_transposition_includes_the_octave():
    transpose = (
        "<transpose><diatonic>-1</diatonic><chromatic>-2</chromatic><octave-change>-1</octave-change></transpose>"
    )
    score = read_score(document(note(duration=8), transpose))
    assert (score.transposition, score.notes[0].pitch, score.notes[0].written.midi) == (-14, 46, 60)


def test_the_top_of_a_chord_is_kept_and_the_rest_is_said():
    score = read_score(
        document(note() + note("G", extra="<chord/>") + note("E", extra="<chord/>") + note("D", duration=6))
    )
    assert written(score) == ["G4", "D4"]
    assert score.dropped == ("2 lower chord notes were left out, in bar 1.",)


def test_a_lower_voice_and_grace_notes_are_left_out_and_said():
    upper = note("E", extra="<grace/>").replace("<duration>2</duration>", "") + note("G", duration=8, extra="")
    lower = "<backup><duration>8</duration></backup>" + note("C", duration=8).replace(
        "</note>", "<voice>2</voice></note>"
    )
    score = read_score(document(upper + lower))
    assert written(score) == ["G4"]
    assert set(score.dropped) == {
        "1 note of a lower voice was left out, in bar 1.",
        "1 grace note was left out, in bar 1.",
    }


def test_repeats_with_two_endings_are_played_out_under_ids_of_their_own():
    def bar(number, step, left="", right=""):
        music = note(step, duration=8, attributes=f'id="x{number}"')
        return f'<measure number="{number}">{left}{music}{right}</measure>'

    end = '<barline location="right"><ending number="1" type="stop"/><repeat direction="backward"/></barline>'
    music = bar(2, "D", '<barline location="left"><ending number="1" type="start"/></barline>', end) + bar(
        3, "E", '<barline location="left"><ending number="2" type="start"/></barline>'
    )
    source = document(note(duration=8, attributes='id="x1"')).replace(b"</measure>", b"</measure>" + music.encode())
    score = read_score(source)
    assert written(score) == ["C4", "D4", "C4", "E4"]
    assert [symbol.id for symbol in score.symbols] == ["x1", "x2", "x1-2", "x3"]
    assert [bar.number for bar in score.bars] == [1, 2, 3, 4]


def test_an_upbeat_is_bar_nought():
    score = score_of("G4 C5/2 E5/2", pickup_beats=1)
    assert [bar.number for bar in read_score(to_musicxml(score).encode(), "a.xml").bars] == [0, 1]


def test_a_length_that_no_symbol_prints_is_split_into_tied_ones():
    score = read_score(document(note(duration=5) + note("D", duration=3)))
    assert [symbol.duration_beat for symbol in score.symbols] == [2, Fraction(1, 2), Fraction(3, 2)]
    assert [float(note.duration_beat) for note in score.notes] == [2.5, 1.5]


def test_abc_is_read_with_its_key_tempo_and_upbeat():
    score = read_score(b"X:1\nT:Tune\nM:3/4\nL:1/4\nQ:1/4=90\nK:D\nA|d f a|(3f/e/d/ c2|]\n", "tune.abc")
    assert written(score) == ["A4", "D5", "F♯5", "A5", "F♯5", "E5", "D5", "C♯5"]
    assert (score.title, score.bpm, score.keys[0].fifths, score.bars[0].number) == ("Tune", 90, 2, 0)


def test_midi_comes_back_with_its_rhythm_spelled_by_its_key(tmp_path):
    import music21

    score = score_of("Eb4 F4 G4/1/2 Ab4/1/2 Bb4 A4/2 G4/1/3 F4/1/3 Eb4/1/3 D4", fifths=-3)
    music21.converter.parseData(to_musicxml(score), format="musicxml").write("midi", tmp_path / "a.mid")
    read = read_score(tmp_path / "a.mid")
    assert [(s.onset_beat, s.duration_beat, s.pitch) for s in read.symbols] == [
        (s.onset_beat, s.duration_beat, s.pitch) for s in score.symbols
    ]


@pytest.mark.parametrize(
    ("data", "name", "words"),
    [
        (b"", "a.xml", "empty"),
        (b"Dear teacher", "letter.txt", "no format for sheet music"),
        (b"Dear teacher", "letter.abc", "K:"),
        (b"Dear teacher", "letter.mid", "not a MIDI file"),
        (b"MThd\x00\x00\x00\x06\x00\x01", "a.mid", "can't be read as MIDI"),
        (b"PK\x03\x04 not really", "a.mxl", "damaged"),
        (b"<html><body>Not found</body></html>", "a.xml", "begins with <html>"),
        (PLAIN[: len(PLAIN) // 2], "a.xml", "not well-formed"),
        (PLAIN.replace(b"<step>E</step>", b"<step>H</step>"), "a.xml", "Bar 1 (line"),
        (PLAIN.replace(b"<octave>4</octave>", b"<octave>four</octave>"), "a.xml", "octave"),
        (PLAIN.replace(b"<beat-type>4", b"<beat-type>5"), "a.xml", "beat type"),
        (PLAIN.replace(b"<divisions>1", b"<divisions>0"), "a.xml", "divisions"),
        (PLAIN.replace(b"<pitch>", b"<unpitched>").replace(b"</pitch>", b"</unpitched>"), "a.xml", "no notes"),
    ],
)
def test_what_cannot_be_read_is_refused_in_one_sentence(data, name, words):
    with pytest.raises(ScoreError) as refusal:
        read_score(data, name)
    assert words in str(refusal.value)
    assert "\n" not in str(refusal.value)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
def test_entities_are_refused_before_they_can_grow(encoding):
    bomb = (
        '<?xml version="1.0"?><!DOCTYPE s [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]><score-partwise>&b;</score-partwise>'
    )
    with pytest.raises(ScoreError, match="entity"):
        read_score(bomb.encode(encoding), "a.xml")


def test_a_file_is_never_read_through_an_external_entity(tmp_path):
    secret = tmp_path / "secret"
    secret.write_text("hidden")
    xml = f'<!DOCTYPE s [<!ENTITY x SYSTEM "{secret.as_uri()}">]><score-partwise>&x;</score-partwise>'
    with pytest.raises(ScoreError, match="entity"):
        read_score(xml.encode(), "a.xml")


def test_a_zip_bomb_is_refused():
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("a.xml", b" " * 11_000_000)
    with pytest.raises(ScoreError, match="too large once unzipped"):
        read_score(packed.getvalue(), "a.mxl")


def test_repeats_cannot_multiply_a_score_without_end():
    barline = b'<barline location="right"><repeat direction="backward" times="99"/></barline></measure>'
    score = read_score(PLAIN.replace(b"</measure>", barline, 1))
    assert len(score.bars) <= 10


@settings(max_examples=150, deadline=None)
@given(st.data())
def test_a_damaged_file_is_read_or_refused_but_never_crashes(data):
    damaged = bytearray(PLAIN)
    for _ in range(data.draw(st.integers(1, 4))):
        place = data.draw(st.integers(0, len(damaged) - 1))
        damaged[place : place + data.draw(st.integers(0, 6))] = data.draw(st.binary(max_size=4))
    try:
        read_score(bytes(damaged), "a.xml")
    except ScoreError as refusal:
        assert str(refusal)


@pytest.mark.parametrize(
    ("header", "tune", "beats", "bars"),
    [
        ("M:4/4\nL:1/4\n", "GGdd|eed2|]", 8, 2),
        ("M:4/4\nL:1/4\n", "GGdd|]", 4, 1),
        ("M:3/4\nL:1/4\n", "GGd eed", 6, 2),
        ("L:1/8\n", "CDEFGABc|cBAGFEDC|CDEFGABc|", 12, 3),
        ("", "CDEFGABc|cBAGFEDC|CDEFGABc|c8|", 16, 4),
    ],
)
def test_a_short_abc_tune_is_a_tune(header, tune, beats, bars):
    """music21 makes no measures of a tune of one bar or two, and knows no length where the header gives none."""
    score = read_score(f"X:1\nT:Short\n{header}K:C\n{tune}\n".encode(), "tune.abc")
    assert (score.notes[-1].offset_beat, len(score.bars)) == (beats, bars)
