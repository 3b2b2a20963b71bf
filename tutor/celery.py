"""The queue's wiring. Nothing musical happens here: see lessons/tasks.py."""

import os

from celery import Celery
from celery.schedules import crontab

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tutor.settings")

app = Celery("woodshed")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
app.conf.beat_schedule = {
    "every minute": {"task": "lessons.tasks.sweep_submissions", "schedule": 60.0},
    # At night, when nobody practises: what is due by tomorrow.
    "every night": {"task": "lessons.tasks.replan_students", "schedule": crontab(hour=3, minute=0)},
}
