"""Everybody can read it: no axe violation, nothing to scroll sideways, in light and in dark."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import suppress
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page
from playwright.sync_api import TimeoutError as PlaywrightTimeoutError

from tests.browser import stage
from tests.real_school import RealSchool

PAGES = {
    "welcome": ("", "/"),
    "join": ("", "/join/"),
    "login": ("", "/login/"),
    "setup": ("Student", "/setup/"),
    "home": ("Student", "/home/"),
    "lessons": ("Student", "/lessons/"),
    "practice": ("Student", "/practice/{exercise}/"),
    "result": ("Student", "{take}"),
    "progress": ("Student", "/progress/"),
    "choosing": ("Student", "/home/"),
    "echo": ("Student", "/practice/{echo}/"),
    "plans": ("Student", "/plans/"),
    "skill": ("Student", "/progress/"),
    "clapped rhythm": ("Student", "/practice/{rhythm}/?clap=1"),
    "clapped result": ("Student", "{clapped}"),
    "rubrics": ("Student", "/grading/"),
    "rubric": ("Student", "/grading/standard/"),
    "rubric of clapping": ("Student", "/grading/clapping/"),
    "rubric of a take": ("Student", "{take}grading/"),
    "class": ("Teacher", "/"),
    "class's limits": ("Teacher", "/classes/1/limits/"),
    "student": ("Teacher", "/classes/1/students/{ada}/"),
    "student's limits": ("Teacher", "/classes/1/students/{ada}/limits/"),
    "student's plans": ("Teacher", "/classes/1/students/{ada}/plans/"),
    "class's rubric": ("Teacher", "/classes/1/grading/"),
    "teacher's result": ("Teacher", "{take}"),
    "contested notes": ("Teacher", "/contested/"),
    "gradebook": ("Teacher", "/classes/1/gradebook/"),
    "gradebook's weights": ("Teacher", "/classes/1/gradebook/weights/"),
    "report": ("Teacher", "/classes/1/students/{ada}/report/"),
    "managing a class": ("Teacher", "/classes/1/manage/"),
    "class list": ("Teacher", "/classes/1/roster/"),
    "account": ("Teacher", "/profile/"),
    "school": ("Admin", "/school/"),
    "admin": ("Admin", "/admin/"),
    "admin's ear": ("Admin", "/ear/"),
    "admin exercises": ("Admin", "/admin/lessons/exercise/"),
    "admin upload": ("Admin", "/admin/lessons/exercise/add/"),
    "admin person": ("Admin", "/admin/lessons/user/{ada}/change/"),
    "admin lessons": ("Admin", "/admin/lessons/lesson/"),
    "admin assignment": ("Admin", "/admin/lessons/assignment/add/"),
}


@pytest.fixture(scope="module")
def addresses(school: RealSchool, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    exercise = stage.put_on_stand(school)
    folder = tmp_path_factory.mktemp("take")
    take = stage.send_take(school, exercise, folder, wrong=stage.WRONG, skip=(stage.LEFT_OUT,))
    rhythm = stage.put_rhythm_on_stand(school)
    clapped = stage.send_claps(school, rhythm, folder)
    echo = stage.put_kind_on_stand(school, "echo")
    ada = stage.ada_of(school).get("/api/v1/me/").json()["id"]
    return {"exercise": exercise, "take": take, "rhythm": rhythm, "clapped": clapped, "echo": echo, "ada": ada}


@pytest.fixture(scope="module")
def window(browser: Browser, browser_context_args: dict[str, Any]) -> Iterator[Callable[..., Page]]:
    """`window("Student", 390, "light")`: opened once, and the person comes in once."""
    opened: dict[tuple[str, int, str], Page] = {}

    def window_of(who: str, width: int, scheme: Any) -> Page:
        key = (who, width, scheme)
        if key not in opened:
            size = {"width": width, "height": 844}
            context = browser.new_context(**{**browser_context_args, "viewport": size}, color_scheme=scheme)
            opened[key] = context.new_page()
            if who:
                stage.come_in(opened[key], who)
        return opened[key]

    yield window_of
    for page in opened.values():
        page.context.close()


def visit(page: Page, name: str, addresses: dict[str, Any]) -> None:
    page.goto(PAGES[name][1].format(**addresses))
    # Chromium now and then never reports a quiet network on a page that is long since complete.
    with suppress(PlaywrightTimeoutError):
        page.wait_for_load_state("networkidle", timeout=5_000)
    if "result" in name:
        page.wait_for_selector("[data-marked]")
    if name == "choosing":
        page.get_by_text("Or choose for yourself").click()
    if name == "skill":
        page.locator("button.mark").first.click()


@pytest.mark.parametrize(("width", "scheme"), [(390, "light"), (1280, "dark")])
@pytest.mark.parametrize("name", PAGES)
def test_everybody_can_read_it(
    window: Callable[..., Page], addresses: dict[str, Any], name: str, width: int, scheme: str
) -> None:
    page = window(PAGES[name][0], width, scheme)
    visit(page, name, addresses)
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    found = Axe().run(page)
    assert found.violations_count == 0, found.generate_report()


def test_buttons_on_the_practice_page_are_large_enough_for_a_thumb(
    window: Callable[..., Page], addresses: dict[str, Any]
) -> None:
    page = window("Student", 390, "light")
    visit(page, "practice", addresses)
    for button in page.locator("main button:visible, .recordbar button:visible").all():
        box = button.bounding_box()
        assert box is not None
        assert box["height"] >= 44, button.inner_text()
