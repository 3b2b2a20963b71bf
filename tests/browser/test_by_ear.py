"""An echo from the first hearing to the marked score: nothing to read before, everything after."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from playwright.sync_api import Browser, Page, expect

from tests.browser import stage
from tests.browser.test_practice import GRADING_TAKES_MS, PLAYING_TAKES_MS, is_in_state
from tests.real_school import RealSchool


def test_an_echo_is_heard_played_and_only_then_read(
    fake_microphone: Callable[..., Page], school: RealSchool, tmp_path: Path
) -> None:
    exercise = stage.put_kind_on_stand(school, "echo")
    recording, _ = stage.take(tmp_path, stage.ARMED_S + stage.count_in_s(), wrong={"n5": -1})
    page = fake_microphone(recording)
    answers: list[str] = []
    page.on("response", lambda answer: answers.append(answer.url))
    stage.come_in(page, "Student")
    page.goto(f"/practice/{exercise}/")
    is_in_state(page, "ready")
    expect(page.locator(".score g.note")).to_have_count(0)
    expect(page.locator(".score g.measure")).to_have_count(4)
    assert page.evaluate(f"fetch('/api/v1/exercises/{exercise}/').then(a => a.json())")["notes"] == []

    page.get_by_role("button", name="Hear it").click()
    expect(page.get_by_role("button", name="Stop")).to_be_visible()
    page.wait_for_timeout(500)
    assert any("/sound.wav" in url for url in answers)
    expect(page.locator(".cursor")).to_be_hidden()

    page.get_by_role("button", name="Record").click()
    is_in_state(page, "recording")
    # The needle would name what the loudspeaker plays.
    expect(page.locator("[data-tuner]")).to_be_hidden()
    is_in_state(page, "taken", PLAYING_TAKES_MS)
    page.keyboard.press("Enter")
    page.wait_for_url("**/takes/*/", timeout=GRADING_TAKES_MS)
    assert set(stage.marked_notes(page)) == {"n5"}
    page.goto(f"/practice/{exercise}/")
    expect(page.locator(".score g.note")).not_to_have_count(0)


def test_at_sight_one_may_look_first_and_begin_before_the_time_is_over(page: Page, school: RealSchool) -> None:
    stage.come_in(page, "Student")
    page.goto(f"/practice/{stage.put_kind_on_stand(school, 'sight-reading')}/")
    is_in_state(page, "ready")
    page.get_by_role("button", name="Look first").click()
    page.get_by_role("button", name="Record").click()
    expect(page.locator("[data-state-line]")).to_contain_text("Look at it: 20 seconds")
    assert page.evaluate("document.body.dataset.state") == "ready"
    page.get_by_role("button", name="Record").click()
    is_in_state(page, "recording", 3_000)


def test_a_singer_is_given_the_chord_and_the_first_note(page: Page, school: RealSchool) -> None:
    page.add_init_script(
        "window.asked = []; const post = Worker.prototype.postMessage;"
        "Worker.prototype.postMessage = function (data) { asked.push(data); return post.call(this, data); }"
    )
    stage.come_in(page, "Student")
    page.goto(f"/practice/{stage.put_kind_on_stand(school, 'sight-singing')}/")
    is_in_state(page, "ready")
    page.get_by_role("button", name="Give me the first note").click()
    page.wait_for_function("asked.some(one => one.notes)")
    sounds = [note["pitch"] for note in page.evaluate("asked.find(one => one.notes).notes")]
    # D major from its keynote, and the D that it begins on.
    assert sounds == [62, 66, 69, 62]


def test_without_a_script_no_button_is_dead(browser: Browser, base_url: str, school: RealSchool) -> None:
    context = browser.new_context(base_url=base_url, java_script_enabled=False)
    page = context.new_page()
    page.goto("/")
    page.get_by_role("button", name="Student", exact=True).click()
    page.goto(f"/practice/{stage.put_on_stand(school)}/")
    expect(page.get_by_role("button", name="Record")).to_be_hidden()
    expect(page.get_by_role("button", name="Hear it")).to_be_hidden()
    page.get_by_role("button", name="More like this").click()
    expect(page.get_by_text("Composed for you")).to_be_visible()
    context.close()


def test_the_skill_map_opens_by_keyboard_and_leads_to_practice(page: Page, school: RealSchool, tmp_path: Path) -> None:
    stage.send_take(school, stage.put_on_stand(school), tmp_path)
    stage.come_in(page, "Student")
    page.goto("/progress/")
    mark = page.locator("button.mark").first
    mark.focus()
    page.keyboard.press("Enter")
    card = page.locator(".card:popover-open")
    expect(card).to_contain_text("right")
    page.keyboard.press("Escape")
    expect(card).to_have_count(0)
    page.keyboard.press("Enter")
    card.get_by_role("button", name="Practise this").click()
    page.wait_for_url("**/practice/*/")
    expect(page.locator("h1")).not_to_be_empty()
