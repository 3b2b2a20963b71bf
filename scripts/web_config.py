"""gunicorn's, for a school on one machine: load all while the database is made ready, open the door after that."""

import os
import time
from pathlib import Path
from typing import Any


def on_starting(_: Any) -> None:
    """Called after the application is loaded, before the port is taken and the workers are forked."""
    from django.urls import get_resolver

    # Django would import every view at the first request, in each worker by itself.
    _ = get_resolver().url_patterns
    ready = Path(os.environ["WOODSHED_READY_FILE"])
    while not ready.exists():
        time.sleep(0.02)
