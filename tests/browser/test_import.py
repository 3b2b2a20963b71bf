"""An author drops a file, and a student plays it; bars are chosen by mouse and by keyboard."""

from __future__ import annotations

import base64
import re

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from tests.browser import stage
from tests.scores import score_of
from tutor.notation.musicxml import to_musicxml

DROP = """([data, name]) => {
  const bytes = Uint8Array.from(atob(data), (char) => char.charCodeAt(0));
  const dataTransfer = new DataTransfer();
  dataTransfer.items.add(new File([bytes], name));
  document.querySelector("[data-drop]").dispatchEvent(new DragEvent("drop", { dataTransfer, bubbles: true }));
}"""


def drop(page: Page, title: str) -> None:
    """A file of sixteen bars on the desk, and its preview engraved."""
    music = to_musicxml(score_of("C4 D4 E4 F4 G4 A4 B4 C5 " * 8, title=title)).encode()
    stage.come_in(page, "Admin")
    page.goto("/desk/import/")
    page.evaluate(DROP, [base64.b64encode(music).decode(), "dropped.musicxml"])
    page.wait_for_url(re.compile(r"/desk/import/[\w-]+/1/$"), timeout=30_000)
    page.wait_for_selector(".bar-pane")


def passages(page: Page) -> list[tuple[str, str]]:
    rows = page.locator("[data-passage]").all()
    return [(row.locator("[name=from]").input_value(), row.locator("[name=to]").input_value()) for row in rows]


def test_a_dropped_file_is_a_lesson_after_two_clicks(page: Page) -> None:
    drop(page, "Dropped")
    page.get_by_label("Written by me").check()
    page.get_by_role("button", name="Save and publish").click()
    expect(page.get_by_role("status").filter(has_text="published")).to_be_visible()
    page.context.clear_cookies()
    stage.come_in(page, "Student")
    page.goto("/lessons/")
    page.get_by_role("link", name=re.compile("Dropped")).click()
    page.get_by_role("link", name=re.compile("Dropped")).click()
    expect(page.get_by_role("button", name="Record", exact=True)).to_be_enabled()


def test_pressed_twice_it_is_saved_once(page: Page) -> None:
    drop(page, "Twice")
    page.get_by_label("Written by me").check()
    button = page.get_by_role("button", name="Save as draft")
    button.evaluate("button => { button.click(); setTimeout(() => button.click(), 100); }")
    expect(page.get_by_role("status").filter(has_text="saved")).to_be_visible()
    page.goto("/desk/exercises/?search=Twice")
    expect(page.get_by_role("main").get_by_role("link", name="Twice", exact=True)).to_have_count(1)


def test_bars_are_clicked_and_typed_and_seen_as_they_will_be(page: Page) -> None:
    drop(page, "Split")
    bars = page.locator(".bar-pane")
    expect(bars).to_have_count(16)
    for bar in (1, 4, 8, 5):
        bars.nth(bar - 1).click(force=True)
    assert passages(page) == [("1", "4"), ("5", "8")]
    page.get_by_role("button", name="One more").press("Enter")
    page.keyboard.type("9")
    page.keyboard.press("Tab")
    page.keyboard.type("10")
    assert passages(page)[2] == ("9", "10")
    expect(page.locator(".bar-pane.in-passage")).to_have_count(10)
    page.get_by_role("button", name="See it").nth(2).click()
    expect(page.locator("[data-excerpt]").nth(2).locator("g.note")).to_have_count(8)
    page.get_by_role("button", name="Remove").nth(1).click()
    assert passages(page) == [("1", "4"), ("9", "10")]


@pytest.mark.parametrize(("width", "scheme"), [(390, "light"), (1280, "dark")])
def test_everybody_can_read_the_desk(page: Page, width: int, scheme: str) -> None:
    page.set_viewport_size({"width": width, "height": 844})
    page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
    drop(page, "Readable")
    page.locator("details.choosing summary").click()
    piece = page.url
    for address in (None, "/desk/import/", piece.removesuffix("1/"), "/desk/exercises/", "/desk/exercises/1/"):
        if address:
            page.goto(address)
        assert page.evaluate("document.documentElement.scrollWidth") <= width, page.url
        found = Axe().run(page)
        assert found.violations_count == 0, f"{page.url}: {found.generate_report()}"


def test_without_a_script_files_are_chosen_and_pieces_split(browser, school) -> None:  # type: ignore[no-untyped-def]
    page = browser.new_context(java_script_enabled=False, base_url=school.url).new_page()
    stage.come_in(page, "Admin")
    page.goto("/desk/import/")
    music = to_musicxml(score_of("C4 D4 E4 F4 " * 8, title="Plain")).encode()
    page.set_input_files("input[type=file]", {"name": "plain.musicxml", "mimeType": "text/xml", "buffer": music})
    page.get_by_role("button", name="Read them").click()
    for _ in range(40):
        if page.get_by_role("link", name="Go on").is_visible():
            break
        page.wait_for_timeout(500)
        page.reload()
    page.get_by_role("link", name="Go on").click()
    expect(page.locator(".preview-page img")).to_be_visible()
    page.get_by_role("link", name=re.compile("Every four bars")).click()
    expect(page.locator("[name=to]").first).to_have_value("4")
    # One more row stands there to be filled in.
    expect(page.locator("[name=to]")).to_have_count(2)
    page.get_by_label("Public domain").check()
    page.get_by_role("button", name="Save as draft").click()
    expect(page.get_by_role("status").filter(has_text="saved")).to_be_visible()
