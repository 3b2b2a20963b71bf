"""Every exercise was “standard” because nobody had said anything: now that a class may choose, it says nothing."""

from django.db import migrations


def forget_standard(apps, schema_editor):
    apps.get_model("lessons", "Exercise").objects.filter(rubric="standard").update(rubric="")


def remember_standard(apps, schema_editor):
    apps.get_model("lessons", "Exercise").objects.filter(rubric="").update(rubric="standard")


class Migration(migrations.Migration):
    dependencies = [
        ("lessons", "0004_rubric_on_purpose"),
    ]

    operations = [migrations.RunPython(forget_standard, remember_standard)]
