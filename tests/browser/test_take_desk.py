"""The page of a take as a teacher's desk: verdicts by key, contests, loops, spoken comments, takes side by side."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, Route, expect

from tests.browser import stage
from tests.browser.test_result import open_take, overall
from tests.real_school import RealSchool

DOUBTFUL = [f"n{number}" for number in range(2, 12)]
# What came of the first ruling is told after what came of the others.
TOLD_LATE = """
  const ask = window.fetch;
  window.asked = 0;
  window.told = 0;
  window.fetch = async (url, options) => {
    if (!String(url).includes("trace=no")) return ask(url, options);
    const late_ms = 1500 / ++window.asked;
    const answer = await ask(url, options);
    await new Promise((done) => setTimeout(done, late_ms));
    setTimeout(() => window.told++, 100);
    return answer;
  };
"""


@pytest.fixture
def address(school: RealSchool, tmp_path: Path) -> str:
    return stage.send_take(school, stage.put_on_stand(school), tmp_path, wrong=stage.WRONG, skip=(stage.LEFT_OUT,))


def now_s(page: Page) -> float:
    return float(page.locator("[data-seek]").input_value())


def unsure_of(page: Page, ids: list[str]) -> None:
    """As if the ear were in doubt about these notes, the last of them most; until they are ruled on."""

    def told(route: Route) -> None:
        found: Any = route.fetch().json()
        ruled = {ruling["note_id"] for ruling in found["rulings"]}
        for at, note in enumerate(found["notes"]):
            if note["id"] in ids and note["id"] not in ruled:
                found["notes"][at] |= {"confidence": 0.7 - 0.01 * at}
        route.fulfill(json=found)

    page.route("**/assessment/*", told)


def test_ten_doubtful_notes_are_ruled_on_in_eleven_keys(page: Page, address: str) -> None:
    unsure_of(page, DOUBTFUL)
    open_take(page, "Teacher", address)
    expect(page.locator("[data-doubts]")).to_have_text("10")
    before = overall(page)
    page.evaluate("window.stayed = true")
    page.keyboard.press("d")
    expect(page.locator("[data-score] .ring.open")).to_have_attribute("data-note", "n11")
    for _ in DOUBTFUL:
        page.keyboard.press("1")
    expect(page.locator("[data-doubts]")).to_be_empty()
    expect(page.locator("[data-say]")).to_have_text("That was the last doubtful note.")
    expect(page.locator(".parts .overall")).not_to_have_text(str(before))
    assert overall(page) > before and page.evaluate("window.stayed")
    # The last word is taken back, and with it its points.
    ruled = overall(page)
    for _ in range(10):
        page.keyboard.press("u")
    expect(page.locator(".parts .overall")).to_have_text(str(before))
    assert ruled > before


def test_a_hand_that_is_faster_than_the_answers_comes_to_no_note_twice(page: Page, address: str) -> None:
    unsure_of(page, DOUBTFUL)
    page.add_init_script(TOLD_LATE)
    open_take(page, "Teacher", address)
    page.keyboard.press("d")
    page.keyboard.press("1")
    page.wait_for_function("() => window.asked === 1")
    for _ in DOUBTFUL[1:]:
        page.keyboard.press("1")
    expect(page.locator("[data-say]")).to_have_text("That was the last doubtful note.")
    page.wait_for_function("() => window.asked > 1 && window.told === window.asked")
    expect(page.locator("[data-doubts]")).to_be_empty()
    ruled = overall(page)
    page.unroute_all()
    page.reload()
    page.wait_for_selector("[data-marked]")
    assert overall(page) == ruled


def test_a_contested_note_goes_to_the_teacher_and_back(page: Page, address: str) -> None:
    open_take(page, "Student", address)
    page.locator(".hits [data-note=n5]").click()
    page.get_by_text("I don’t agree").click()
    page.get_by_role("button", name="I played it right").click()
    panel = page.locator("[data-note-panel]")
    expect(panel).to_contain_text("Not answered yet")
    expect(panel.get_by_role("button", name="Take it back")).to_be_visible()

    page.context.clear_cookies()
    open_take(page, "Teacher", address)
    page.keyboard.press("d")
    expect(panel).to_contain_text("“I played it right”")
    page.keyboard.press("w")
    page.keyboard.type("I hear the C sharp.")
    page.keyboard.press("Escape")
    page.keyboard.press("1")
    expect(panel).to_contain_text("and was right")

    page.context.clear_cookies()
    stage.come_in(page, "Student")
    page.goto(f"{address}#note=n5")
    expect(panel).to_contain_text("Joan Clark ruled: right. “I hear the C sharp.”")
    expect(panel.get_by_text("I don’t agree")).to_have_count(0)


def test_a_note_plays_at_enter_slower_and_in_a_loop(page: Page, address: str) -> None:
    open_take(page, "Teacher", address)
    for _ in range(6):
        page.keyboard.press("ArrowRight")
    at_s = now_s(page)
    assert at_s > 1
    page.keyboard.press("s")
    expect(page.get_by_role("button", name="¾")).to_have_attribute("aria-pressed", "true")
    page.keyboard.press("l")
    expect(page.locator(".roll-loop")).to_be_visible()
    page.keyboard.press("Enter")
    expect(page.locator("[data-do=take]")).to_have_attribute("aria-pressed", "true")
    # A bar lasts 2.5 s, 3.3 at this speed: after that it is at its beginning again.
    bar = page.evaluate("[...document.querySelectorAll('.roll-handle')].map(one => Number(one.ariaValueNow))")
    for _ in range(8):
        page.wait_for_timeout(500)
        assert bar[0] - 1 <= now_s(page) <= bar[1] + 1
    page.keyboard.press("Escape")
    expect(page.locator(".roll-loop")).to_be_hidden()


def test_sound_and_pitch_stand_on_one_axis_that_is_asked_by_tapping(page: Page, address: str) -> None:
    open_take(page, "Teacher", address)
    expect(page.locator(".roll .wave")).to_have_count(1)
    width = page.locator(".roll-paper").bounding_box()
    for _ in range(3):
        page.keyboard.press("+")
    nearer = page.locator(".roll-paper").bounding_box()
    assert width and nearer and nearer["width"] > 2 * width["width"]
    page.locator(".roll .target[data-note=n3]").click()
    expect(page.locator("[data-score] .ring.open")).to_have_attribute("data-note", "n3")
    page.get_by_role("button", name="Whole").click()
    roll = page.locator("[data-roll]")
    assert roll.evaluate("roll => roll.scrollWidth - roll.clientWidth") < 60


def test_a_note_that_is_drawn_anew_under_the_finger_opens_all_the_same(page: Page, address: str) -> None:
    """The sound arrives, the window moves: the axis is drawn again between press and release."""
    open_take(page, "Teacher", address)
    target = page.locator(".roll .target[data-note=n3]")
    before = target.element_handle()
    target.hover()
    page.mouse.down()
    page.locator("[data-roll]").evaluate("roll => { roll.style.marginRight = '1px'; }")
    page.evaluate("new Promise((done) => requestAnimationFrame(() => setTimeout(done)))")
    page.mouse.up()
    expect(page.locator("[data-score] .ring.open")).to_have_attribute("data-note", "n3")
    page.wait_for_function("one => !one.isConnected", arg=before)  # and only then it is drawn


def test_a_spoken_comment_is_heard_before_it_is_sent_and_after(page: Page, address: str) -> None:
    open_take(page, "Teacher", address)
    page.locator(".hits [data-note=n9]").click()
    page.keyboard.press("v")
    speak = page.locator("[data-do=speak]")
    expect(speak).to_contain_text("0:01 of 1:00", timeout=15_000)
    speak.click()
    expect(page.locator("[data-voice]")).to_be_visible()
    page.get_by_role("button", name="Say it").click()
    comment = page.locator(".comment").filter(has_text="bar 3").filter(has=page.locator("audio")).first
    expect(comment).to_be_visible()
    ready = "audio => audio.readyState || new Promise(done => audio.addEventListener('loadedmetadata', done))"
    comment.locator("audio").evaluate(ready)
    assert 0.8 < comment.locator("audio").evaluate("audio => audio.duration") < 30
    # Its pin leads to it, and it leads to its note.
    pin = page.locator(".roll-pin.spoken").first
    pin.focus()
    page.keyboard.press("Enter")
    expect(page.locator(".comment:focus")).to_be_visible()
    expect(page.locator(".score-pins .pin")).not_to_have_count(0)
    comment.get_by_role("button", name="Take back").click()
    expect(comment).to_have_count(0)


def test_who_may_not_be_heard_is_told_to_write(page: Page, address: str) -> None:
    page.add_init_script(
        "navigator.mediaDevices.getUserMedia = () => Promise.reject(new DOMException('no', 'NotAllowedError'))"
    )
    open_take(page, "Teacher", address)
    page.locator("[data-do=speak]").click()
    said = page.locator("[data-comment-status]")
    expect(said).to_contain_text("press Speak again, or write it.")
    expect(page.locator("[data-do=speak]")).to_be_enabled()


def test_an_earlier_take_lies_beside_it(page: Page, school: RealSchool, tmp_path: Path) -> None:
    exercise = stage.put_on_stand(school)
    earlier = stage.send_take(school, exercise, tmp_path, wrong={"n2": 1, "n5": -1})
    now = stage.send_take(school, exercise, tmp_path, wrong={"n5": -1})
    open_take(page, "Teacher", f"{now}?beside={earlier.split('/')[-2]}")
    words = page.locator("[data-beside-words]")
    expect(words).to_contain_text("Now right: F♯4 in bar 1.")
    expect(words).to_contain_text("Not right yet: C♯5 in bar 2.")
    expect(page.locator("[data-beside-scores] .hits")).to_have_count(2)
    expect(page.locator("[data-beside-traces] .side-1")).not_to_have_count(0)
    expect(page.locator("[data-beside-parts] table")).to_contain_text("Pitch")
    page.locator("[data-score] .hits [data-note=n5]").click()
    expect(page.get_by_role("button", name="Play from bar 2, C♯5")).to_have_count(2)


def test_a_teacher_goes_on_to_the_next_take_by_key(page: Page, school: RealSchool, tmp_path: Path) -> None:
    exercise = stage.put_on_stand(school)
    takes = [stage.send_take(school, exercise, tmp_path, wrong=wrong) for wrong in ({"n2": 1}, {"n3": 1})]
    ids = ",".join(take.split("/")[-2] for take in takes)
    open_take(page, "Teacher", f"{takes[0]}?queue={ids}")
    page.keyboard.press("j")
    page.wait_for_url(f"**{takes[1]}*")
    expect(page.get_by_role("navigation", name="Takes to listen to")).to_contain_text("2 of 2")
