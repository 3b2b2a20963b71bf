"""The whole road, once: the next exercise, a take of it, every note judged, and what comes after."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from tests.journeys.conftest import score_on_her_stand
from tests.real_school import RealSchool, SchoolClient
from tests.synthesis import play


def test_from_a_recording_to_the_next_exercise(school: RealSchool, ada: SchoolClient, tmp_path: Path) -> None:
    offered = ada.get("/api/v1/next/").json()
    assert offered["reason"]
    score = score_on_her_stand(ada, offered["exercise"]["id"])
    wrong, left_out = faults_to_make([note.id for note in score.notes])
    take = play(score, wrong=dict.fromkeys(wrong, 2), skip=[left_out], timbre="string")

    sent = ada.send_take(
        offered["exercise"]["id"],
        take.write_wav(tmp_path / "take.wav"),
        tempo_bpm=take.bpm,
        duration_s=take.duration_s,
        clock=json.dumps({"bpm": take.bpm, "beat0_s": take.beat0_s}),
    )
    assert sent.status == 201
    assert sent.json()["state"] in {"received", "queued"}
    done = ada.wait_for(sent.json()["id"])

    assessment = ada.get(done["assessment_url"]).json()
    verdicts = {note["id"]: note["verdict"] for note in assessment["notes"]}
    assert list(verdicts) == [note.id for note in score.notes]
    assert {note for note, verdict in verdicts.items() if verdict == "wrong"} == set(wrong)
    assert {note for note, verdict in verdicts.items() if verdict == "missing"} == {left_out}
    assert all(is_a_grade(assessment["grade"][part]) for part in ("overall", "pitch", "completeness"))

    after = follow_until_learnt(ada, done["id"])
    assert after["next"]["reason"]
    assert ada.get("/api/v1/next/").json()["exercise"] == after["next"]["exercise"]
    met = school.ask_database("select skill from lessons_skillstate")
    assert met, "the take moved no skill"


def faults_to_make(notes: list[str]) -> tuple[list[str], str]:
    """Two wrong notes and one left out, apart from each other and from both ends."""
    third = len(notes) // 4
    return [notes[third], notes[3 * third]], notes[2 * third]


def is_a_grade(grade: float) -> bool:
    return 0 <= grade <= 100


def follow_until_learnt(student: SchoolClient, submission_id: str) -> Any:
    from tests.real_school import wait_until

    seen: list[Any] = []

    def has_next() -> bool:
        seen.append(student.get(f"/api/v1/submissions/{submission_id}/").json())
        return seen[-1]["next"] is not None

    wait_until(has_next, 20, lambda: f"no next exercise: {seen[-1:]}")
    return seen[-1]


def test_the_same_key_again_is_the_same_take(ada: SchoolClient, tmp_path: Path) -> None:
    exercise_id = ada.get("/api/v1/next/").json()["exercise"]["id"]
    take = play(score_on_her_stand(ada, exercise_id), timbre="string")
    wav = take.write_wav(tmp_path / "take.wav")
    first, again = (ada.send_take(exercise_id, wav, key="one take", tempo_bpm=take.bpm) for _ in range(2))
    assert (first.status, again.status) == (201, 200)
    assert first.json()["id"] == again.json()["id"]


def test_a_classmate_and_a_stranger_find_nothing_and_the_teacher_hears_it(
    school: RealSchool, ada: SchoolClient, tmp_path: Path
) -> None:
    exercise_id = ada.get("/api/v1/next/").json()["exercise"]["id"]
    take = play(score_on_her_stand(ada, exercise_id), timbre="string")
    sent = ada.send_take(exercise_id, take.write_wav(tmp_path / "take.wav"), tempo_bpm=take.bpm).json()
    recording = f"/api/v1/submissions/{sent['id']}/recording"
    assert school.client("ben").get(recording).status == 404
    assert SchoolClient(school.url).get(recording).status in {401, 403}
    part = school.client("ms_clark").get(recording, Range="bytes=0-3")
    assert (part.status, part.body) == (206, b"RIFF")
