"""The cast. Ada and Ben are in Ms Clark's class; Zoe is a stranger: what is Ada's, Ms Clark may see and Zoe may not."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import settings as hypothesis_settings

from tests.ready_database import ready_database as ready_database_in

# A law is about music, not about how busy the machine is: examples have no time limit. Slow tests show in the suite.
hypothesis_settings.register_profile("woodshed", deadline=None)
hypothesis_settings.load_profile("woodshed")


@pytest.fixture
def rng() -> np.random.Generator:
    return np.random.default_rng(20261122)


@pytest.fixture(scope="session")
def ready_database(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A migrated SQLite file, to be copied."""
    own = tmp_path_factory.getbasetemp()
    return ready_database_in(own.parent if "PYTEST_XDIST_WORKER" in os.environ else own)


@pytest.fixture(scope="session")
def django_db_modify_db_settings(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> None:
    """SQLite in a file, as a school has it: in memory all threads share one connection, and nothing can race. It
    begins as a copy of a migrated one; so it does on PostgreSQL, where one is named."""
    from django.conf import settings

    database = settings.DATABASES["default"]
    if _on_sqlite():
        copy = tmp_path_factory.mktemp("school") / "test.sqlite3"
        database.setdefault("TEST", {})["NAME"] = shutil.copy(request.getfixturevalue("ready_database"), copy)
    elif "WOODSHED_TEST_TEMPLATE" in os.environ:
        database.setdefault("TEST", {})["TEMPLATE"] = os.environ["WOODSHED_TEST_TEMPLATE"]


@pytest.fixture(scope="session")
def django_db_keepdb() -> bool:
    """Whether the tests take the database that is there: the copy, that is."""
    return _on_sqlite()


def _on_sqlite() -> bool:
    from django.conf import settings

    return bool(settings.DATABASES["default"]["ENGINE"].endswith("sqlite3"))


@pytest.fixture(autouse=True)
def _in_english() -> Iterator[None]:
    """A page asked for in German leaves its thread speaking German, until the next request says otherwise."""
    from django.utils import translation

    yield
    translation.deactivate()


@pytest.fixture(autouse=True, scope="session")
def _no_broker() -> Iterator[None]:
    """A queue in this process's memory that nobody reads: a test calls the functions, not the queue, and never
    reaches the school that may be running on this machine."""
    from tutor.celery import app

    app.conf.update(broker_url="memory://", broker_transport_options={})
    yield


@pytest.fixture(autouse=True)
def _own_school(request: pytest.FixtureRequest) -> None:
    """Each test with a database has its own folder of recordings and an empty cache; passwords hash fast."""
    uses_database = {"db", "transactional_db", "django_db_reset_sequences", "live_server"} & set(request.fixturenames)
    if not uses_database and request.node.get_closest_marker("django_db") is None:
        return
    from django.core.cache import cache

    settings: Any = request.getfixturevalue("settings")
    folder: Path = request.getfixturevalue("tmp_path")
    settings.MEDIA_ROOT = folder / "media"
    # Each client would look through all static files first; no test asks for one.
    settings.WHITENOISE_AUTOREFRESH = True
    settings.VAR = folder / "var"
    settings.CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    cache.clear()


@pytest.fixture
def classroom(db: None) -> Any:
    from tests.factories import ClassroomFactory

    return ClassroomFactory(name="Thursday strings")


@pytest.fixture
def ada(classroom: Any) -> Any:
    """A student: plays the violin, grade 2, in Ms Clark's class."""
    from tests.factories import StudentFactory

    return StudentFactory(username="ada", first_name="Ada", instrument="violin", level=2, classroom=classroom)


@pytest.fixture
def ben(classroom: Any) -> Any:
    """Ada's classmate: plays the B flat clarinet."""
    from tests.factories import StudentFactory

    return StudentFactory(username="ben", first_name="Ben", instrument="clarinet", level=1, classroom=classroom)


@pytest.fixture
def ms_clark(classroom: Any) -> Any:
    """Ada's and Ben's teacher."""
    from tests.factories import TeacherFactory

    return TeacherFactory(username="clark", first_name="Joan", last_name="Clark", classroom=classroom)


@pytest.fixture
def zoe(db: None) -> Any:
    """A stranger: another school, another teacher."""
    from tests.factories import StudentFactory

    return StudentFactory(username="zoe", first_name="Zoe", instrument="flute")


@pytest.fixture
def api() -> Any:
    """A client that speaks JSON: `api.force_login(ada)`, then `api.get("/api/v1/…")`."""
    from rest_framework.test import APIClient

    return APIClient()
