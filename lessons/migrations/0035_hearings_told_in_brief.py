"""Hearings of before are told in brief too, a teacher's verdicts over the machine's. In parts, and by statements that
touch the four new columns alone: a row is large, and there are tens of thousands of them."""

import json
from collections import defaultdict

from django.db import migrations

A_PART = 500
UPDATE = "UPDATE lessons_assessment SET note_count = %s, not_heard = %s, confidence = %s, causes = %s WHERE id = %s"


def tell(apps, schema_editor):
    hearings = apps.get_model("lessons", "Assessment").objects.using(schema_editor.connection.alias)
    ruled = defaultdict(dict)
    rulings = apps.get_model("lessons", "Ruling").objects.using(schema_editor.connection.alias)
    for hearing, note, verdict in rulings.order_by("created_at", "pk").values_list("assessment", "note_id", "verdict"):
        ruled[hearing][note] = verdict
    last = 0
    while part := list(hearings.filter(pk__gt=last).order_by("pk").values_list("pk", "result")[:A_PART]):
        last = part[-1][0]
        told = [(*_in_brief(result, ruled.get(pk, {})), pk) for pk, result in part if "notes" in result]
        if told:
            with schema_editor.connection.cursor() as cursor:
                cursor.executemany(UPDATE, told)


def _in_brief(result, ruled):
    notes = [(ruled.get(note["id"], note["verdict"]), note) for note in result["notes"]]
    judged = [1.0 if note["id"] in ruled else note["confidence"] for verdict, note in notes if verdict != "not_heard"]
    unheard = sum(verdict == "not_heard" and note.get("reason") != "not reached" for verdict, note in notes)
    confidence = round(sum(judged) / len(judged), 3) if judged else None
    causes = list(dict.fromkeys(cause["code"] for cause in result.get("causes", ())))
    return len(notes), unheard, confidence, json.dumps(causes)


class Migration(migrations.Migration):
    dependencies = [
        ("lessons", "0034_hearings_in_brief"),
    ]

    operations = [migrations.RunPython(tell, migrations.RunPython.noop)]
