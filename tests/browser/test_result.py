"""The page of a take: what was heard is opened, listened to, talked about and ruled on."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, Route, expect

from tests.browser import stage
from tests.real_school import RealSchool


@pytest.fixture
def address(school: RealSchool, tmp_path: Path) -> str:
    return stage.send_take(school, stage.put_on_stand(school), tmp_path, wrong=stage.WRONG, skip=(stage.LEFT_OUT,))


def open_take(page: Page, who: str, address: str) -> None:
    stage.come_in(page, who)
    page.goto(address)
    page.wait_for_selector("[data-marked]")


def overall(page: Page) -> int:
    return int(page.locator(".parts .overall").inner_text())


def test_a_note_opens_by_keyboard_to_what_was_heard(page: Page, address: str) -> None:
    open_take(page, "Student", address)
    page.locator(".hits [data-note]").first.focus()
    for _ in range(4):
        page.keyboard.press("ArrowRight")
    panel = page.locator("[data-note-panel]")
    expect(panel).to_contain_text("C natural was heard instead")
    for fact in ("Heard", "Time", "Length", "Sure"):
        expect(panel).to_contain_text(fact)


def test_every_fault_of_a_note_is_said(page: Page, address: str) -> None:
    def late_and_flat(route: Route) -> None:
        found = route.fetch().json()
        found["notes"][2]["faults"] = [{"kind": "late", "amount": 170.4}, {"kind": "intonation", "amount": -31.2}]
        route.fulfill(json=found)

    page.route("**/assessment/", late_and_flat)
    open_take(page, "Student", address)
    page.locator(".hits [data-note=n3]").click()
    expect(page.locator("[data-note-panel] h2")).to_contain_text("170 ms late; 31 cents flat")
    expect(page.locator("[data-legend]")).to_contain_text("late off the beat")


def hear_instead(page: Page, change: Callable[[Any], None]) -> None:
    """What the page is told of the take, changed on the way."""

    def changed(route: Route) -> None:
        found = route.fetch().json()
        change(found)
        route.fulfill(json=found)

    page.route("**/assessment/", changed)


def recorded_here(route: Route) -> None:
    """The page of a take as if it had come with a clock."""
    page = route.fetch().text().replace('"has_clock": false', '"has_clock": true')
    route.fulfill(body=page, content_type="text/html")


def test_what_the_ear_is_not_sure_of_reads_well(page: Page, address: str) -> None:
    def unsure(found: Any) -> None:
        found["notes"][2] |= {"verdict": "not_heard", "reason": "unsure", "confidence": 0.42, "faults": []}

    hear_instead(page, unsure)
    open_take(page, "Student", address)
    note = page.locator(".hits [data-note=n3]")
    note.click()
    expect(page.locator("[data-note-panel] h2")).to_contain_text("not sure what was heard here")
    expect(page.locator("[data-note-panel]")).to_contain_text("Sure42 %")
    expect(note.locator("title")).to_contain_text("42 % sure")
    expect(page.locator("[data-legend]")).to_contain_text("not heard for certain, not judged")


def test_a_cause_has_its_remedy_and_makes_its_exercise(page: Page, address: str) -> None:
    """The school's own cause, whatever it is: the exercise that it asks for opens at a press."""
    open_take(page, "Student", address)
    first = page.locator("[data-causes] li").first
    expect(first.locator(".remedy")).not_to_be_empty()
    first.get_by_role("button", name="Practise this").click()
    page.wait_for_url("**/practice/*/")
    expect(page.locator("h1")).not_to_have_text(stage.TITLE)


@pytest.mark.parametrize(
    ("latency", "words"),
    [
        ({"latency_s": 0.1, "doubt_s": 0.003, "heard": 4}, "measured from this take’s clicks, ± 3 ms."),
        ({"latency_s": 0.1, "doubt_s": 0.06, "heard": 0}, "from your last calibration, ± 60 ms."),
        (None, "nobody says whether you were ahead of the beat"),
    ],
    ids=["clicks", "headphones", "never"],
)
def test_it_says_how_sure_its_timing_is(page: Page, address: str, latency: Any, words: str) -> None:
    hear_instead(page, lambda found: found.update(latency=latency))
    # This take came as a file, and so without a clock; the page of one that was recorded here says more.
    open_take(page, "Student", address)
    expect(page.locator("[data-timing]")).to_be_empty()
    page.route(f"**{address}", recorded_here)
    open_take(page, "Student", address)
    expect(page.locator("[data-timing]")).to_contain_text(words)


def test_a_clapped_take_says_nothing_of_pitch(page: Page, address: str) -> None:
    hear_instead(page, lambda found: found.update(onsets_only=True, rubric_label="Clapping"))
    open_take(page, "Student", address)
    parts = page.locator("[data-parts]")
    expect(parts).to_contain_text("Rhythm")
    expect(parts).not_to_contain_text("Pitch")
    expect(parts).not_to_contain_text("Tuning")
    expect(page.locator(".roll .wave")).to_have_count(1)
    expect(page.locator(".roll .trace")).to_have_count(0)
    expect(page.locator("[data-rubric]")).to_have_text("Clapping")
    page.get_by_role("link", name="How this take was graded").click()
    expect(page.locator("h1")).to_contain_text("How takes are graded")


def test_a_tap_opens_it_too(page: Page, address: str) -> None:
    open_take(page, "Student", address)
    page.locator(f".hits [data-note={stage.LEFT_OUT}]").click()
    expect(page.locator("[data-note-panel]")).to_contain_text("left out")


def test_marks_stand_free_of_notes_and_of_each_other(page: Page, school: RealSchool, tmp_path: Path) -> None:
    everything = {note.id: 1 for note in stage.MELODY.notes}
    address = stage.send_take(school, stage.put_on_stand(school), tmp_path, wrong=everything)
    page.set_viewport_size({"width": 390, "height": 844})
    open_take(page, "Student", address)
    boxes = page.evaluate(
        """() => {
          const box = element => element.getBoundingClientRect().toJSON();
          return {marks: [...document.querySelectorAll('.marks text')].map(box),
                  heads: [...document.querySelectorAll('.score .notehead')].map(box)};
        }"""
    )
    assert len(boxes["marks"]) >= len(everything) // 2
    for index, mark in enumerate(boxes["marks"]):
        assert not [other for other in boxes["marks"][index + 1 :] + boxes["heads"] if _overlap(mark, other)]


def _overlap(one: dict[str, float], other: dict[str, float]) -> bool:
    # Text boxes are taller than their letters.
    return (
        one["left"] + 1 < other["right"]
        and other["left"] + 1 < one["right"]
        and one["top"] + 3 < other["bottom"]
        and other["top"] + 3 < one["bottom"]
    )


def test_it_says_why_and_points_at_the_notes(page: Page, address: str) -> None:
    open_take(page, "Student", address)
    cause = page.locator("[data-causes] li").first
    cause.get_by_role("button", name="Show").click()
    expect(page.locator(".ring.shown")).not_to_have_count(0)
    expect(page.locator("[data-note-panel]")).to_be_visible()


def test_the_take_plays_with_the_cursor_on_the_score(page: Page, address: str) -> None:
    open_take(page, "Student", address)
    page.keyboard.press(" ")
    expect(page.locator(".cursor")).to_be_visible()
    expect(page.locator("[data-time]")).not_to_contain_text("0:00 /")
    page.keyboard.press(" ")
    expect(page.locator(".cursor")).to_be_hidden()


def test_the_line_is_drawn_over_the_written_notes(page: Page, address: str) -> None:
    open_take(page, "Student", address)
    expect(page.locator(".roll .target")).to_have_count(len(stage.MELODY.notes))
    expect(page.locator(".roll .target.v-missing")).to_have_count(1)
    expect(page.locator(".roll .trace.v-pitch")).not_to_have_count(0)


def test_a_ruling_moves_the_grade_and_the_student_sees_who_ruled(page: Page, address: str) -> None:
    open_take(page, "Student", address)
    expect(page.locator(".ruling")).to_have_count(0)
    page.locator(".hits [data-note=n5]").click()
    expect(page.locator(".ruling")).to_have_count(0)
    before = overall(page)

    page.context.clear_cookies()
    open_take(page, "Teacher", address)
    page.locator(".hits [data-note=n5]").click()
    page.get_by_label("Your ruling, and why").fill("The C sharp was there, under the bow change.")
    page.get_by_role("button", name="Right", exact=True).click()
    expect(page.locator("[data-note-panel]")).to_contain_text("under the bow change")
    assert "n5" not in stage.marked_notes(page)
    assert overall(page) > before

    page.context.clear_cookies()
    open_take(page, "Student", address)
    page.locator(".hits [data-note=n5]").click()
    expect(page.locator("[data-note-panel]")).to_contain_text("Joan Clark ruled: right")


def test_a_comment_is_pinned_to_its_time(page: Page, address: str) -> None:
    open_take(page, "Teacher", address)
    page.locator(".hits [data-note=n9]").click()
    at = page.locator("[data-comment-at]").inner_text()
    page.get_by_label("At 0:").fill("Listen to this one against the open string.")
    page.get_by_role("button", name="Say it").click()
    expect(page.locator("[data-comments]")).to_contain_text("against the open string")
    page.locator("[data-seek]").fill("0")
    page.get_by_role("button", name=f"Go to {at}").click()
    expect(page.locator("[data-comment-at]")).to_have_text(at)


def test_a_take_that_failed_says_what_to_do(page: Page, school: RealSchool, tmp_path: Path) -> None:
    recording, wave = stage.take(tmp_path, 1.0, level=0.0, noise_db=None)
    ada = stage.ada_of(school)
    sent = ada.send_take(stage.put_on_stand(school), recording, tempo_bpm=stage.BPM, duration_s=wave.duration_s).json()
    ada.wait_for(sent["id"], "failed")
    stage.come_in(page, "Student")
    page.goto(sent["page_url"])
    expect(page.get_by_role("link", name="Play it again")).to_be_visible()
    expect(page.locator("[data-sentence]")).not_to_be_empty()
