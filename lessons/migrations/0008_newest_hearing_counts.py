"""Until now the newest hearing of a take was the one that counted."""

from django.db import migrations
from django.db.models import OuterRef, Subquery


def only_the_newest(apps, schema_editor):
    hearings = apps.get_model("lessons", "Assessment").objects
    newest = hearings.filter(submission=OuterRef("submission")).order_by("-created_at", "-pk")
    outdone = hearings.exclude(pk=Subquery(newest.values("pk")[:1])).values_list("pk", flat=True)
    hearings.filter(pk__in=list(outdone)).update(counts=False)


class Migration(migrations.Migration):
    dependencies = [
        ("lessons", "0007_hearing_that_counts"),
    ]

    operations = [migrations.RunPython(only_the_newest, migrations.RunPython.noop)]
