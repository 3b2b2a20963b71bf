"""MusicXML by hand: `page("C4:q D4:e. E4:s | F4:h")`, for readers that trust nobody's writer."""

from fractions import Fraction

TYPES = {"w": ("whole", 4), "h": ("half", 2), "q": ("quarter", 1), "e": ("eighth", 0.5), "s": ("16th", 0.25)}
DIVISIONS = 24
SIGNS = {"#": ("sharp", 1), "b": ("flat", -1), "n": ("natural", 0), "x": ("double-sharp", 2)}


def page(line, metre="4/4", fifths=0, mode="major", clef="G2", upbeat=False, bpm=60, more=""):
    """A note is step, sign printed (#, b, n) or meant by key or bar (^, _), octave, ":", length letter, dots,
    "3" for a triplet, "~" begins a tie, "<" ends one. "r" is a rest."""
    beats, beat_type = metre.split("/")
    measures = []
    for index, bar in enumerate(line.split("|")):
        implicit = upbeat and index == 0
        number = index if upbeat else index + 1
        attributes = (
            f"<attributes><divisions>{DIVISIONS}</divisions><key><fifths>{fifths}</fifths><mode>{mode}</mode></key>"
            f"<time><beats>{beats}</beats><beat-type>{beat_type}</beat-type></time>"
            f"<clef><sign>{clef[0]}</sign><line>{clef[1]}</line></clef>{more}</attributes>"
            f'<sound tempo="{bpm}"/>'
            if index == 0
            else ""
        )
        notes = "".join(note(text, f"n{index}-{place}") for place, text in enumerate(bar.split()))
        implied = ' implicit="yes"' if implicit else ""
        measures.append(f'<measure number="{number}"{implied}>{attributes}{notes}</measure>')
    return (
        '<score-partwise><part-list><score-part id="P1"><part-name/></score-part></part-list>'
        f'<part id="P1">{"".join(measures)}</part></score-partwise>'
    )


def note(text, note_id):
    name, _, value = text.partition(":")
    type_name, quarters = TYPES[value[0]]
    length = Fraction(quarters) * (Fraction(3, 2) if "." in value else 1) * (Fraction(2, 3) if "3" in value else 1)
    ties = [kind for sign, kind in (("<", "stop"), ("~", "start")) if sign in value]
    printed, alter = "", 0
    for sign in name[1:-1]:
        if sign in SIGNS:
            printed, alter = SIGNS[sign]
        alter += {"^": 1, "_": -1}.get(sign, 0)
    pitch = (
        "<rest/>"
        if name == "r"
        else f"<pitch><step>{name[0]}</step><alter>{alter}</alter><octave>{name[-1]}</octave></pitch>"
    )
    return (
        f'<note id="{note_id}">{pitch}<duration>{length * DIVISIONS}</duration>'
        + "".join(f'<tie type="{kind}"/>' for kind in ties)
        + f"<voice>1</voice><type>{type_name}</type>{'<dot/>' * value.count('.')}"
        + (f"<accidental>{printed}</accidental>" if printed else "")
        + (
            "<time-modification><actual-notes>3</actual-notes><normal-notes>2</normal-notes></time-modification>"
            if "3" in value
            else ""
        )
        + "</note>"
    )
