"""The practice page, from the count-in to the marked score, in a real Chromium with a real (fake) microphone."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, Route, expect

from tests.browser import stage
from tests.real_school import RealSchool

PLAYING_TAKES_MS = 40_000
GRADING_TAKES_MS = 30_000


@pytest.fixture(scope="module")
def exercise(school: RealSchool) -> int:
    return stage.put_on_stand(school)


@pytest.fixture
def stand(fake_microphone: Callable[..., Page], exercise: int, tmp_path: Path) -> Page:
    """Ada before the melody; the microphone will hear her play it with two wrong notes, leaving one out."""
    lead_s = stage.ARMED_S + stage.count_in_s()
    recording, _ = stage.take(tmp_path, lead_s, wrong=stage.WRONG, skip=(stage.LEFT_OUT,))
    page = fake_microphone(recording)
    stage.come_in(page, "Student")
    page.goto(f"/practice/{exercise}/")
    is_in_state(page, "ready")
    return page


def is_in_state(page: Page, state: str, within_ms: int = 10_000) -> None:
    page.wait_for_selector(f"body[data-state={state}]", timeout=within_ms)


def record_some(page: Page, seconds: float = 1.5) -> None:
    page.keyboard.press(" ")
    is_in_state(page, "recording")
    page.wait_for_timeout(1000 * stage.count_in_s())
    page.wait_for_timeout(1000 * seconds)
    page.keyboard.press(" ")
    is_in_state(page, "taken")


def test_two_wrong_notes_and_one_left_out_are_marked_and_no_other(stand: Page) -> None:
    stand.keyboard.press(" ")
    is_in_state(stand, "recording")
    is_in_state(stand, "taken", PLAYING_TAKES_MS)  # stops by itself after the last bar
    stand.keyboard.press("Enter")
    stand.wait_for_url("**/takes/*/", timeout=GRADING_TAKES_MS)
    marked = stage.marked_notes(stand)
    assert set(marked) == {*stage.WRONG, stage.LEFT_OUT}
    assert marked["n5"].endswith("C natural was heard instead")
    assert marked[stage.LEFT_OUT].endswith("left out")
    # Coloured and marked.
    for note in stage.WRONG:
        expect(stand.locator(f"g#{note}.v-pitch")).to_have_count(1)
    expect(stand.locator(f"g#{stage.LEFT_OUT}.v-missing")).to_have_count(1)
    assert {"C♮", "–"} <= set(stand.locator(".marks text").all_text_contents())
    expect(stand.get_by_role("link", name="Next exercise")).to_be_visible()


def test_it_says_whether_the_browsers_processing_is_really_off(stand: Page) -> None:
    stand.get_by_role("button", name="Check the microphone").click()
    expect(stand.get_by_text("are off: it hears what you play")).to_be_visible()
    expect(stand.get_by_text("Noise floor")).to_be_visible()


def test_the_reference_plays_with_a_cursor_and_stops(stand: Page) -> None:
    stand.keyboard.press("p")
    expect(stand.locator(".cursor")).to_be_visible()
    expect(stand.locator(".sounding")).not_to_have_count(0)
    first = stand.locator(".cursor").bounding_box()
    stand.wait_for_timeout(900)
    moved = stand.locator(".cursor").bounding_box()
    assert first is not None
    assert moved is not None
    assert moved["x"] > first["x"]
    stand.keyboard.press("p")
    expect(stand.locator(".cursor")).to_be_hidden()


def test_tempo_and_metronome_by_key(stand: Page) -> None:
    for _ in range(12):
        stand.keyboard.press("-")
    expect(stand.locator("[data-tempo] output")).to_have_text(f"{stage.BPM // 2} · 50 %")
    for _ in range(20):
        stand.keyboard.press("+")
    expect(stand.locator("[data-tempo] output")).to_have_text("115 · 120 %")
    stand.keyboard.press("m")
    expect(stand.get_by_role("button", name="Metronome")).to_have_attribute("aria-pressed", "false")


def test_an_unsent_take_outlives_a_reload(stand: Page) -> None:
    record_some(stand)
    stand.reload()
    is_in_state(stand, "taken")
    expect(stand.locator("[data-state-line]")).to_contain_text("was not sent")
    stand.keyboard.press("Escape")
    is_in_state(stand, "ready")
    stand.reload()
    is_in_state(stand, "ready")


def test_a_discarded_take_can_be_had_back(stand: Page) -> None:
    record_some(stand)
    stand.keyboard.press("Escape")
    stand.get_by_role("button", name="Bring it back").click()
    is_in_state(stand, "taken")


def test_when_the_network_fails_the_same_take_is_sent_again_under_the_same_key(stand: Page) -> None:
    keys: list[str] = []

    def once_unreachable(route: Route) -> None:
        keys.append(route.request.headers["idempotency-key"])
        route.abort() if len(keys) == 1 else route.continue_()

    stand.route("**/api/v1/submissions/", once_unreachable)
    record_some(stand, 4.0)
    stand.get_by_role("button", name="Send").click()
    expect(stand.locator("[data-state-line]")).to_contain_text("The take is kept")
    stand.wait_for_url("**/takes/*/", timeout=GRADING_TAKES_MS)
    assert len(keys) == 2
    assert keys[0] == keys[1]


def test_a_file_works_too(stand: Page, tmp_path: Path) -> None:
    recording, _ = stage.take(tmp_path, 0.7)
    stand.locator("[data-file]").set_input_files(recording)
    is_in_state(stand, "taken")
    stand.get_by_role("button", name="Send").click()
    stand.wait_for_url("**/takes/*/", timeout=GRADING_TAKES_MS)
    assert stage.marked_notes(stand) == {}


def test_a_refusal_is_said_and_the_take_stays(stand: Page, tmp_path: Path) -> None:
    no_music = tmp_path / "shopping.wav"
    no_music.write_text("milk, eggs, rosin")
    stand.locator("[data-file]").set_input_files(no_music)
    stand.get_by_role("button", name="Send").click()
    expect(stand.locator("[data-state-line]")).to_contain_text("not a recording we can hear")
    is_in_state(stand, "taken")


def test_without_a_microphone_it_says_what_to_do(page: Page, exercise: int, school: RealSchool) -> None:
    page.add_init_script(
        "navigator.mediaDevices.getUserMedia = () => Promise.reject(new DOMException('', 'NotAllowedError'))"
    )
    stage.come_in(page, "Student")
    page.goto(f"/practice/{exercise}/")
    is_in_state(page, "ready")
    page.get_by_role("button", name="Record").click()
    expect(page.locator("[data-state-line]")).to_contain_text("Allow it for this page")
    is_in_state(page, "ready")


@pytest.mark.parametrize("width", [390, 1280])
def test_the_score_is_engraved_for_the_width_it_is_seen_at(page: Page, exercise: int, width: int) -> None:
    page.set_viewport_size({"width": width, "height": 844})
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url) if "score.svg" in request.url else None)
    stage.come_in(page, "Student")
    asked.clear()
    page.goto(f"/practice/{exercise}/")
    is_in_state(page, "ready")
    page.wait_for_load_state("networkidle")
    box: Any = page.locator("[data-score] > svg").bounding_box()
    engraved_for = int(asked[-1].rpartition("width=")[2])
    # Stretched by less than a fifth: nothing is scaled blurry or small.
    assert engraved_for <= box["width"] + 1 <= engraved_for * 1.2


def test_a_key_works_after_the_tempo_was_moved(stand: Page) -> None:
    stand.get_by_label("Tempo").focus()
    stand.keyboard.press("ArrowLeft")
    stand.keyboard.press(" ")
    is_in_state(stand, "recording")


def test_pressed_twice_while_the_microphone_opens_it_records_one_take(stand: Page) -> None:
    stand.evaluate(
        "() => { window.opened = 0; const ask = navigator.mediaDevices.getUserMedia.bind(navigator.mediaDevices);"
        "navigator.mediaDevices.getUserMedia = async (wanted) => {"
        "window.opened += 1; await new Promise(done => setTimeout(done, 500)); return ask(wanted); }; }"
    )
    stand.keyboard.press(" ")
    stand.keyboard.press(" ")
    is_in_state(stand, "recording")
    assert stand.evaluate("window.opened") == 1


def test_stopped_in_the_count_in_nothing_is_kept(stand: Page) -> None:
    stand.keyboard.press(" ")
    is_in_state(stand, "recording")
    stand.keyboard.press(" ")
    is_in_state(stand, "ready")
    expect(stand.locator("[data-state-line]")).to_contain_text("Stopped in the count-in")


def test_the_focus_is_never_lost(stand: Page) -> None:
    has_focus = "!document.activeElement.matches('body') && document.activeElement.checkVisibility()"
    stand.get_by_role("button", name="Record").focus()
    stand.keyboard.press("Enter")
    is_in_state(stand, "recording")
    stand.wait_for_timeout(1000 * stage.count_in_s() + 900)
    stand.keyboard.press("Enter")
    is_in_state(stand, "taken")
    assert stand.evaluate(has_focus)
    stand.keyboard.press("Tab")
    expect(stand.get_by_role("button", name="Listen")).to_be_focused()
    stand.get_by_role("button", name="Discard").press("Enter")
    is_in_state(stand, "ready")
    assert stand.evaluate(has_focus)


def test_a_chosen_file_outlives_a_reload_and_can_be_chosen_again(stand: Page, tmp_path: Path) -> None:
    recording, _ = stage.take(tmp_path, 0.7)
    for _ in range(2):
        stand.locator("[data-file]").set_input_files(recording)
        is_in_state(stand, "taken")
        stand.keyboard.press("Escape")
        is_in_state(stand, "ready")
    stand.locator("[data-file]").set_input_files(recording)
    expect(stand.locator("[data-state-line]")).to_contain_text("listen to it")
    stand.wait_for_timeout(300)  # It is being kept.
    stand.reload()
    is_in_state(stand, "taken")


def test_the_score_is_printed_in_black(stand: Page) -> None:
    colours = stand.evaluate(
        "[...document.querySelectorAll('.score g.staff > path, .score g.stem path')]"
        ".map(line => getComputedStyle(line).stroke)"
    )
    assert set(colours) == {"rgb(0, 0, 0)"}
