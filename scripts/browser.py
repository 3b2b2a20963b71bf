"""Finds a Chromium for the browser tests, and gets one where there is none.

python scripts/browser.py      makes sure there is one (`make test` does this), and says where
find_chromium()                for the tests: its path, or None
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")
MAC_APPS = ("Google Chrome", "Chromium")
LOG = Path(__file__).resolve().parent.parent / ".cache" / "browser.log"


def find_chromium() -> Path | None:
    """An installed one, or Playwright's own."""
    return installed_chromium() or _playwrights_own()


def installed_chromium() -> Path | None:
    """Where WOODSHED_CHROMIUM points, on the PATH, or among macOS's applications."""
    if chosen := os.environ.get("WOODSHED_CHROMIUM"):
        return Path(chosen)
    on_path = [Path(found) for name in NAMES if (found := shutil.which(name))]
    apps = [Path(f"/Applications/{app}.app/Contents/MacOS/{app}") for app in MAC_APPS]
    return next((path for path in [*on_path, *apps] if path.exists()), None)


def _playwrights_own() -> Path | None:
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        path = Path(playwright.chromium.executable_path)
    return path if path.exists() else None


def main() -> int:
    """0 where there is a Chromium in the end, else 1 and a sentence."""
    if find_chromium():
        return 0
    print(f"Getting a Chromium for the browser tests. Log: {LOG}")
    LOG.parent.mkdir(exist_ok=True)
    with LOG.open("w") as log:
        for command in _ways_to_get_one():
            subprocess.run(command, stdout=log, stderr=log, env={**os.environ, "DEBIAN_FRONTEND": "noninteractive"})
            if find_chromium():
                return 0
    print(
        "There is no Chromium here and none could be installed. Install one (Debian: apt-get install chromium; "
        "macOS: Google Chrome), or set WOODSHED_CHROMIUM to its path, and run make test again.",
        file=sys.stderr,
    )
    return 1


def _ways_to_get_one() -> list[list[str]]:
    ways = [[sys.executable, "-m", "playwright", "install", "chromium"]]
    if os.geteuid() == 0 and shutil.which("apt-get"):
        ways += [
            ["apt-get", "update", "-qq"],
            ["apt-get", "install", "-y", "-qq", "--no-install-recommends", "chromium"],
        ]
    return ways


if __name__ == "__main__":
    sys.exit(main())
