"""What was due on a day is due at the end of it, in the school's time zone; what was assigned was open from then on.

What was assigned after its own day opens the day before: nobody may lose a line of their list."""

from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import migrations


def give_hours(apps, schema_editor):
    school = ZoneInfo(settings.TIME_ZONE)
    for row in apps.get_model("lessons", "Assignment").objects.all():
        row.opens_at = row.created_at
        if row.due_on:
            row.due_at = datetime.combine(row.due_on, time(23, 59, 59), school)
            row.opens_at = min(row.created_at, row.due_at - timedelta(days=1))
        row.save(update_fields=["opens_at", "due_at"])


def take_hours(apps, schema_editor):
    school = ZoneInfo(settings.TIME_ZONE)
    for row in apps.get_model("lessons", "Assignment").objects.exclude(due_at=None):
        row.due_on = row.due_at.astimezone(school).date()
        row.save(update_fields=["due_on"])


class Migration(migrations.Migration):
    dependencies = [("lessons", "0027_assignments_of_any_work")]

    operations = [migrations.RunPython(give_hours, take_hours)]
