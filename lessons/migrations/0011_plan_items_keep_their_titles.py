"""A plan is to be readable when its exercises are gone: each item takes down what its exercise was."""

from django.db import migrations
from django.db.models import OuterRef, Subquery


def take_down(apps, schema_editor):
    items = apps.get_model("lessons", "PlanItem").objects
    exercises = apps.get_model("lessons", "Exercise").objects.filter(pk=OuterRef("exercise"))
    items.filter(title="", exercise__isnull=False).update(
        title=Subquery(exercises.values("title")[:1]), grade=Subquery(exercises.values("grade")[:1])
    )
    items.filter(exercise__origin="composed").update(kind="drill")


class Migration(migrations.Migration):
    dependencies = [
        ("lessons", "0010_plan_items_of_orders"),
    ]

    operations = [migrations.RunPython(take_down, migrations.RunPython.noop)]
