"""Which tune each exercise is, so that one that is imported again is recognised."""

from django.db import migrations

from tutor.notation.sameness import melody_mark


def mark_tunes(apps, schema_editor):
    exercise = apps.get_model("lessons", "Exercise")
    for row in exercise.objects.filter(composed_for=None).only("pk", "score").order_by().iterator(chunk_size=200):
        exercise.objects.filter(pk=row.pk).update(melody=melody_mark(row.score))


class Migration(migrations.Migration):
    dependencies = [("lessons", "0030_music_brought_along")]

    operations = [migrations.RunPython(mark_tunes, migrations.RunPython.noop)]
