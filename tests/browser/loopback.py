"""A loudspeaker whose sound a microphone hears: a PulseAudio server of our own with a null sink and its monitor."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.real_school import wait_until


def is_possible() -> bool:
    return bool(shutil.which("pulseaudio") and shutil.which("pactl"))


@contextmanager
def loopback(folder: Path) -> Iterator[dict[str, str]]:
    """The environment in which a browser's sound comes back to it."""
    home = folder / "pulse"
    home.mkdir(mode=0o700)
    socket = home / "socket"
    environment = {**os.environ, "HOME": str(home), "XDG_RUNTIME_DIR": str(home), "PULSE_SERVER": f"unix:{socket}"}
    modules = (
        "module-null-sink sink_name=room",
        # A browser offers no monitor as a microphone, but does offer this.
        "module-remap-source source_name=microphone master=room.monitor",
        f"module-native-protocol-unix socket={socket} auth-anonymous=1",
    )
    command = [
        "pulseaudio",
        "-n",
        "--daemonize=no",
        "--use-pid-file=no",
        "--exit-idle-time=-1",
        "--high-priority=yes",
        "--realtime=yes",
    ]
    server = subprocess.Popen(
        [*command, *(f"--load={module}" for module in modules)],
        env={name: value for name, value in environment.items() if name != "PULSE_SERVER"},
        stdout=subprocess.DEVNULL,
        stderr=(home / "log").open("w"),
    )
    try:
        wait_until(lambda: _is_ready(environment), 20, lambda: f"no PulseAudio: {(home / 'log').read_text()}")
        yield environment
    finally:
        server.terminate()
        server.wait(10)


def _is_ready(environment: dict[str, str]) -> bool:
    chosen = [["set-default-sink", "room"], ["set-default-source", "microphone"]]
    done = [subprocess.run(["pactl", *words], env=environment, capture_output=True, timeout=5) for words in chosen]
    return all(one.returncode == 0 for one in done)
