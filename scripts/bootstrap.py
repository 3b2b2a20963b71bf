"""Gets the tools that this project needs and a bare machine lacks: uv, and a Node for the assets.

Runs on the machine's own python3, whatever its age, so nothing here but the standard library.
"""

import os
import shutil
import subprocess
import sys
from pathlib import Path

TOOLS = Path(".tools")
OLDEST_PYTHON = (3, 11)
OLDEST_NODE = 18


def main() -> int:
    """Do the one thing that is asked."""
    asked = sys.argv[1] if len(sys.argv) == 2 else ""
    if asked == "find-python":
        return find_python()
    if asked == "uv":
        return get_uv()
    if asked == "node":
        return get_node()
    print("usage: bootstrap.py find-python | uv | node", file=sys.stderr)
    return 2


def find_python() -> int:
    """Print the path of a Python that is new enough, the one we run on first."""
    names = [sys.executable, *(f"python3.{minor}" for minor in (14, 13, 12, 11)), "python3"]
    for name in names:
        path = shutil.which(name)
        if path and _version_of(path) >= OLDEST_PYTHON:
            print(path)
            return 0
    print(
        "Woodshed needs Python {}.{} or newer, and this machine's python3 is {}.{}. Install a newer one "
        "(Debian 12: apt-get install python3; macOS: python.org or Homebrew) and run make again.".format(
            *OLDEST_PYTHON, *sys.version_info[:2]
        ),
        file=sys.stderr,
    )
    return 1


def _version_of(python: str) -> tuple:
    said = _try([python, "-c", "import sys; print(*sys.version_info[:2])"])
    return tuple(int(part) for part in said.split()) if said else (0, 0)


def get_uv() -> int:
    """Put a working uv at .tools/uv/bin/uv, in the first of four ways that this machine allows."""
    target = TOOLS / "uv"
    shutil.rmtree(target, ignore_errors=True)
    target.parent.mkdir(exist_ok=True)
    for way in (_link_the_machines_uv, _uv_in_a_venv, _uv_by_pip_target, _uv_after_apt):
        if way(target) and _try([str(target / "bin" / "uv"), "--version"]):
            return 0
        shutil.rmtree(target, ignore_errors=True)
    print(
        "uv could not be installed: this Python has neither venv nor pip. Install one of them "
        "(Debian: apt-get install python3-venv) or uv itself (docs.astral.sh/uv), and run make again.",
        file=sys.stderr,
    )
    return 1


def _link_the_machines_uv(target: Path) -> bool:
    found = shutil.which("uv")
    if not found or not _try([found, "--version"]):
        return False
    (target / "bin").mkdir(parents=True)
    (target / "bin" / "uv").symlink_to(found)
    return True


def _uv_in_a_venv(target: Path) -> bool:
    if not _try([sys.executable, "-m", "ensurepip", "--version"]):
        return False  # Debian's own python: `-m venv` would leave half an environment behind.
    return _run([sys.executable, "-m", "venv", str(target)]) and _run(
        [str(target / "bin" / "python"), "-m", "pip", "install", "--quiet", "uv"]
    )


def _uv_by_pip_target(target: Path) -> bool:
    if not _try([sys.executable, "-m", "pip", "--version"]):
        return False
    return _run([sys.executable, "-m", "pip", "install", "--quiet", "--target", str(target), "uv"])


def _uv_after_apt(target: Path) -> bool:
    if os.geteuid() != 0 or not shutil.which("apt-get"):
        return False
    print("  (asking apt for python3-venv)")
    wanted = ["apt-get", "install", "-y", "-qq", "--no-install-recommends", "python3-venv"]
    if not _run(wanted) and not (_run(["apt-get", "update", "-qq"]) and _run(wanted)):
        return False
    return _uv_in_a_venv(target)


def get_node() -> int:
    """Put node and npm at .tools/node/bin: the machine's own where they are new enough, else from a wheel."""
    bin_folder = TOOLS / "node" / "bin"
    shutil.rmtree(bin_folder.parent, ignore_errors=True)
    node, npm = shutil.which("node"), shutil.which("npm")
    if node and npm and _node_major(node) >= OLDEST_NODE and _try([npm, "--version"]):
        bin_folder.mkdir(parents=True)
        # Two lines of shell rather than links: npm finds itself by where its link points.
        for name, path in (("node", node), ("npm", npm)):
            wrapper = bin_folder / name
            wrapper.write_text(f'#!/bin/sh\nexec "{path}" "$@"\n')
            wrapper.chmod(0o755)
        return 0
    print(f"  (no Node {OLDEST_NODE} or newer here: taking the one in the wheel, 60 MB)")
    uv = str(TOOLS / "uv" / "bin" / "uv")
    python = str(bin_folder / "python")
    made = _run([uv, "venv", "--quiet", "--python", ".venv/bin/python", str(bin_folder.parent)])
    sync = [uv, "pip", "sync", "--quiet", "--require-hashes", "--python", python, "scripts/node.lock"]
    if made and _run(sync) and _try([str(bin_folder / "npm"), "--version"]):
        return 0
    shutil.rmtree(bin_folder.parent, ignore_errors=True)
    print("There is no Node here and none could be installed. Install Node 18 or newer.", file=sys.stderr)
    return 1


def _node_major(node: str) -> int:
    said = _try([node, "--version"]).lstrip("v").partition(".")[0]
    return int(said) if said.isdigit() else 0


def _try(command: list) -> str:
    """What the command says, or nothing where it can't be run or fails."""
    try:
        done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, timeout=60)
    except (OSError, subprocess.SubprocessError):
        return ""
    return done.stdout.decode(errors="replace").strip() or "yes" if done.returncode == 0 else ""


def _run(command: list) -> bool:
    try:
        return subprocess.run(command, env=dict(os.environ, DEBIAN_FRONTEND="noninteractive")).returncode == 0
    except OSError:
        return False


if __name__ == "__main__":
    sys.exit(main())
