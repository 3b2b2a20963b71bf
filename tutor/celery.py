"""The queue's wiring. Nothing musical happens here: see lessons/tasks.py."""

import os

from celery import Celery

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tutor.settings")

app = Celery("woodshed")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
