"""A real Chromium, a real fake microphone, and a school in processes of its own.

def test_home(school, page):            page is a plain Playwright page; page.goto("/") is the school
def test_a_take(fake_microphone, …):    page = fake_microphone(wav): the page hears that file
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page

from scripts.browser import installed_chromium
from tests.real_school import RealSchool

FLAGS = (
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--autoplay-policy=no-user-gesture-required",
    "--use-fake-ui-for-media-stream",
    "--use-fake-device-for-media-stream",
)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker(pytest.mark.browser)


@pytest.fixture(scope="session", autouse=True)
def _django_beside_a_running_loop() -> Iterator[None]:
    """Playwright's sync API runs an event loop, beside which Django refuses to ask its database."""
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
    yield
    del os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"]


@pytest.fixture(scope="session")
def school(tmp_path_factory: pytest.TempPathFactory, ready_database: Path) -> Iterator[RealSchool]:
    """One seeded demo school for all browser tests: `school.url`, `school.client("ada")`, `school.manage(…)`."""
    with RealSchool(tmp_path_factory.mktemp("school"), ready_database) as running:
        yield running


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args: dict[str, Any]) -> dict[str, Any]:
    chromium = installed_chromium()
    arguments: dict[str, Any] = {**browser_type_launch_args, "args": [*FLAGS, *_as_root()]}
    return {**arguments, "executable_path": str(chromium)} if chromium else arguments


def _as_root() -> list[str]:
    return ["--no-sandbox"] if os.geteuid() == 0 else []


@pytest.fixture(scope="session")
def base_url(school: RealSchool) -> str:
    return school.url


@pytest.fixture(scope="session")
def browser_context_args(browser_context_args: dict[str, Any]) -> dict[str, Any]:
    return {**browser_context_args, "permissions": ["microphone"]}


@pytest.fixture
def fake_microphone(
    launch_browser: Callable[..., Browser],
    browser_type_launch_args: dict[str, Any],
    browser_context_args: dict[str, Any],
) -> Iterator[Callable[..., Page]]:
    """`fake_microphone(wav)` is a page that hears this file, from the moment that it opens the microphone.

    It hears it once; `loop=True` starts it again at its end. Other arguments are the context's: viewport=… The file is
    Chromium's for its whole life, so each call has a browser of its own."""
    browsers: list[Browser] = []

    def page_that_hears(wav: Path, *, loop: bool = False, **context: Any) -> Page:
        file = f"--use-file-for-fake-audio-capture={wav}{'' if loop else '%noloop'}"
        browsers.append(launch_browser(args=[*browser_type_launch_args["args"], file]))
        return browsers[-1].new_context(**{**browser_context_args, **context}).new_page()

    yield page_that_hears
    for browser in browsers:
        browser.close()
