"""Walls: `tutor/` knows music and nobody's Django; the repository names no machine and no registry."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
# The wiring is Django's and Celery's by trade. Everything else below tutor/ is music.
WIRING = {"tutor.settings", "tutor.urls", "tutor.celery", "tutor.asgi", "tutor.wsgi"}

# import-linter reads statements; it misses that importing tutor.listening imports tutor/__init__.py first, and
# whatever an import does at run time. So: a bare interpreter, in which Django does not exist.
IMPORT_WITHOUT_DJANGO = """
import importlib, sys

sys.path[:0] = sys.argv[1].split(":")
FORBIDDEN = {"django", "rest_framework", "celery", "kombu", "lessons"}

class Wall:
    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] in FORBIDDEN:
            raise ImportError(f"{name} has no business here")

sys.meta_path.insert(0, Wall())
for name in sys.argv[2:]:
    importlib.import_module(name)
    assert not FORBIDDEN & {module.partition(".")[0] for module in sys.modules}, name
    assert "music21" not in sys.modules, f"{name} imports music21 at its head: 1.5 s for every web process"
print("imported", len(sys.argv[2:]))
"""


def musical_modules() -> list[str]:
    """Every module of tutor/ but the wiring. `__main__` too: it runs nothing when it is imported by name."""
    names = [module_name(path) for path in sorted((ROOT / "tutor").rglob("*.py"))]
    return [name for name in names if name not in WIRING]


def module_name(path: Path) -> str:
    parts = path.relative_to(ROOT).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def import_without_django(names: list[str], *roots: Path) -> subprocess.CompletedProcess[str]:
    site_packages = [path for path in sys.path if path.endswith("site-packages")]
    path = ":".join([*map(str, roots or (ROOT,)), *site_packages])
    command = [sys.executable, "-I", "-S", "-c", IMPORT_WITHOUT_DJANGO, path, *names]
    return subprocess.run(command, capture_output=True, text=True, timeout=120)


def test_the_engine_is_imported_without_django() -> None:
    names = musical_modules()
    assert {"tutor.clock", "tutor.notation.score"} <= set(names)
    done = import_without_django(names)
    assert done.returncode == 0, done.stderr
    assert done.stdout == f"imported {len(names)}\n"


def test_the_wall_would_be_seen_if_it_were_crossed(tmp_path: Path) -> None:
    (tmp_path / "crossing.py").write_text("def f():\n    pass\nimport django.db\n")
    done = import_without_django(["crossing"], tmp_path)
    assert done.returncode != 0
    assert "django has no business here" in done.stderr


@pytest.mark.parametrize("path", sorted((ROOT / "tutor").rglob("__init__.py")), ids=module_name)
def test_a_package_of_the_engine_has_an_empty_init(path: Path) -> None:
    assert path.read_text() == "", "what stands here runs for every module below"


def test_the_import_contracts_hold() -> None:
    command = [str(Path(sys.executable).parent / "lint-imports"), "--no-logo", "--no-cache"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stdout
    assert "0 broken" in done.stdout


def test_every_musical_module_stands_under_the_import_contract() -> None:
    import tomllib

    contracts = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["importlinter"]["contracts"]
    guarded = {name for contract in contracts for name in contract.get("source_modules", [])}
    top_level = {".".join(name.split(".")[:2]) for name in musical_modules()} - {"tutor"}
    assert top_level <= guarded


# Written in pieces, so that this file is not its own find.
MACHINE_PATHS = re.compile(
    # Of the machine, not of a folder in here: templates/home is one.
    r"(?<!\w)(" + "|".join(["/work" + "/", "/home" + "/[a-z]", "/Users" + "/[A-Za-z]", "/opt" + "/(pypi|wheels)"]) + ")"
)
REGISTRIES = re.compile(
    r"(files\.python" + r"hosted\.org|pypi" + r"\.org/simple|registry\.npm" + r"js\.org|registry\.yarn)"
)


def files_of_the_repository() -> list[Path]:
    listing = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        capture_output=True,
        check=True,
    )
    return [ROOT / name for name in listing.stdout.decode().split("\0") if name and (ROOT / name).is_file()]


@pytest.mark.parametrize("found", [MACHINE_PATHS, REGISTRIES], ids=["machine path", "registry"])
def test_no_file_names_a_machine(found: re.Pattern[str]) -> None:
    offences = []
    for path in files_of_the_repository():
        for number, line in enumerate(path.read_text(errors="ignore").splitlines(), start=1):
            if match := found.search(line):
                offences.append(f"{path.relative_to(ROOT)}:{number}: {match.group()}")
    assert offences == []


@pytest.mark.parametrize(
    ("line", "found"),
    [("cd /work" + "/main", MACHINE_PATHS), ("resolved: https://registry.npm" + "js.org/pitchy", REGISTRIES)],
)
def test_the_search_finds_what_it_looks_for(line: str, found: re.Pattern[str]) -> None:
    assert found.search(line)
