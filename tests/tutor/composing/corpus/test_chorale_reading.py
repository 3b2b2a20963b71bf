"""Of a chorale the soprano is read, with its fermatas."""

from __future__ import annotations

import io
import zipfile

import pytest

from tutor.composing.corpus.chorale_reading import read_chorale

ATTRIBUTES = "<attributes><divisions>2</divisions><key><fifths>{fifths}</fifths></key>{time}</attributes>"
TIME = "<time><beats>4</beats><beat-type>4</beat-type></time>"


def note(step: str, duration: int, *, more: str = "", alter: int = 0) -> str:
    pitch = f"<pitch><step>{step}</step><alter>{alter}</alter><octave>5</octave></pitch>"
    return f"<note>{pitch}<duration>{duration}</duration>{more}</note>"


def chorale(*measures: str, fifths: int = 0, first_part: str = "Soprano", time: str = TIME) -> bytes:
    """A score of two parts; where the first is a soprano too, it has the music."""
    attributes = ATTRIBUTES.format(fifths=fifths, time=time)
    names = parts = ""
    for number, name in enumerate([first_part, "Soprano"], start=1):
        first, *rest = measures if name == "Soprano" else (note("A", 8),)
        music = "".join(f"<measure>{measure}</measure>" for measure in (attributes + first, *rest))
        parts += f"<part id='P{number}'>{music}</part>"
        names += f"<score-part id='P{number}'><part-name>{name}</part-name></score-part>"
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        xml = f"<score-partwise><part-list>{names}</part-list>{parts}</score-partwise>"
        archive.writestr("chorale.xml", xml)
    return file.getvalue()


def test_the_soprano_is_read_though_a_horn_stands_above():
    tune = read_chorale(chorale(note("C", 4) + note("D", 4), first_part="Corno"), "bwv0")
    assert tune is not None
    assert [(n.pitch, n.step, n.ticks) for n in tune.bars[0].notes] == [(72, 42, 48), (74, 43, 48)]


def test_fermatas_and_ties_are_kept():
    bars = (
        note("C", 4, more="<notations><fermata/></notations>") + note("D", 4, more="<tie type='start'/>"),
        note("D", 8, more="<tie type='stop'/>"),
    )
    tune = read_chorale(chorale(*bars), "bwv0")
    assert tune is not None
    notes = [n for bar in tune.bars for n in bar.notes]
    assert [n.fermata for n in notes] == [True, False, False]
    assert [n.tied for n in notes] == [False, False, True]


@pytest.mark.parametrize(
    ("steps", "mode", "tonic"),
    [("GEC", "major", 0), ("CBA", "minor", 9), ("EDG", "major", 0), ("CDE", "major", 0)],
)
def test_the_mode_is_heard_from_the_last_note(steps, mode, tonic):
    tune = read_chorale(chorale("".join(note(step, 2) for step in steps)), "bwv0")
    assert tune is not None
    assert (tune.mode, tune.tonic) == (mode, tonic)


def test_ending_on_the_third_after_a_raised_leading_note_is_minor():
    tune = read_chorale(chorale(note("G", 2, alter=1) + note("A", 2) + note("E", 4)), "bwv0")
    assert tune is not None
    assert (tune.mode, tune.tonic, tune.tonic_letter) == ("minor", 9, 5)


def test_a_change_of_metre_is_not_read():
    measures = (note("C", 8), f"<attributes>{TIME.replace('4', '3', 1)}</attributes>" + note("D", 6))
    assert read_chorale(chorale(*measures), "bwv0") is None


def test_a_score_without_a_soprano_is_not_read():
    data = chorale(note("C", 8))
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        xml = archive.read("chorale.xml").decode().replace("Soprano", "Violin")
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr("chorale.xml", xml)
    assert read_chorale(file.getvalue(), "bwv0") is None
