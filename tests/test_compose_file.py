"""docker-compose.yml: read as YAML everywhere, and by `docker compose config` where there is one."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml

ROOT = Path(__file__).resolve().parent.parent
SCHOOL = ("web", "worker", "beat")


@pytest.fixture(scope="module")
def compose() -> dict[str, Any]:
    return dict(yaml.safe_load((ROOT / "docker-compose.yml").read_text()))


def test_everything_a_school_needs_is_a_service(compose: dict[str, Any]) -> None:
    assert {*SCHOOL, "postgres", "valkey", "migrate"} == set(compose["services"])


def test_every_volume_that_is_mounted_is_declared(compose: dict[str, Any]) -> None:
    mounts = {mount.partition(":")[0] for one in compose["services"].values() for mount in one.get("volumes", [])}
    assert mounts == set(compose["volumes"])


def test_the_school_waits_until_what_it_needs_is_healthy(compose: dict[str, Any]) -> None:
    services = compose["services"]
    for name in SCHOOL:
        for needed, how in services[name]["depends_on"].items():
            assert needed in services
            assert how["condition"] == "service_completed_successfully" or "healthcheck" in services[needed]


def test_every_setting_it_passes_is_one_that_the_settings_read(compose: dict[str, Any]) -> None:
    settings = (ROOT / "tutor" / "settings.py").read_text()
    for name in SCHOOL:
        for variable in compose["services"][name]["environment"]:
            assert f'"{variable}"' in settings, variable


def test_no_secret_has_a_default() -> None:
    text = (ROOT / "docker-compose.yml").read_text()
    for secret in ("WOODSHED_SECRET_KEY", "POSTGRES_PASSWORD"):
        uses = re.findall(rf"\$\{{{secret}([^}}]*)\}}", text)
        assert uses, secret
        assert all(use.startswith(":?") for use in uses), secret


def test_only_the_web_is_reached_from_outside_and_only_on_this_machine(compose: dict[str, Any]) -> None:
    published = {name: one["ports"] for name, one in compose["services"].items() if "ports" in one}
    assert list(published) == ["web"]
    assert all(port.startswith("127.0.0.1:") for port in published["web"])


def test_the_image_is_built_from_files_that_are_here() -> None:
    ignored = (ROOT / ".dockerignore").read_text().splitlines()
    for line in (ROOT / "Dockerfile").read_text().splitlines():
        if line.startswith("COPY ") and "--from" not in line:
            for source in line.split()[1:-1]:
                assert (ROOT / source).exists(), source
                assert f"!{source}" in ignored, f"{source} does not reach the builder"


def test_the_image_installs_by_the_lock_file() -> None:
    assert "uv pip sync --no-cache --require-hashes" in (ROOT / "Dockerfile").read_text()


def test_docker_compose_accepts_it() -> None:
    if not shutil.which("docker") or subprocess.run(["docker", "compose", "version"], capture_output=True).returncode:
        pytest.skip("no `docker compose` on this machine")
    environment = {**os.environ, "WOODSHED_SECRET_KEY": "a", "POSTGRES_PASSWORD": "b"}
    done = subprocess.run(
        ["docker", "compose", "config", "--quiet"],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert done.returncode == 0, done.stderr
