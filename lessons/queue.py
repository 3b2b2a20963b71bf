"""Telling the workers. The rows drive everything: a queue that is down costs nothing but time, the sweeps ask again."""

from __future__ import annotations

import logging
from typing import Any

from celery import Task, current_app
from kombu.exceptions import OperationalError

log = logging.getLogger(__name__)


def hand_out(task: Task, *args: Any) -> bool:
    """Whether the queue took it. For half a second only: one that takes the call and never answers must not hold
    whoever waits for the page."""
    patience = {"socket_timeout": 0.5, "retry_on_timeout": False}
    try:
        with current_app.connection_for_write(transport_options=patience) as connection:
            task.apply_async(args, connection=connection)
    except (OperationalError, OSError) as problem:
        log.warning("The queue is down (%s); %s%s waits for the sweep", problem, task.name, args)
        return False
    return True
