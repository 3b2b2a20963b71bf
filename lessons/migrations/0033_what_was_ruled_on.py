"""Rulings from before know what they were about from the hearing that they stand at now."""

from django.db import migrations


def remember(apps, schema_editor):
    rulings = apps.get_model("lessons", "Ruling").objects.select_related("assessment__submission")
    for ruling in rulings.filter(heard={}).iterator(chunk_size=200):
        result = ruling.assessment.result
        note = next((note for note in result["notes"] if note["id"] == ruling.note_id), None)
        if note is None:
            continue
        ruling.heard = {
            "engine": ruling.assessment.engine,
            "instrument": ruling.assessment.submission.instrument,
            "verdict": note["verdict"],
            "faults": note["faults"],
            "reason": note.get("reason", ""),
            "causes": [cause["code"] for cause in result["causes"] if ruling.note_id in cause["notes"]],
            "at_s": note.get("onset_s"),
        }
        ruling.save(update_fields=["heard"])


class Migration(migrations.Migration):
    dependencies = [
        ("lessons", "0032_contests_and_gradebook"),
    ]

    operations = [migrations.RunPython(remember, migrations.RunPython.noop)]
