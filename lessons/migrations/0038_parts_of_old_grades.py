"""Hearings of before say the parts of their grade too, a teacher's verdicts applied. In parts, as in 0035."""

import json
from collections import defaultdict
from dataclasses import asdict

from django.db import migrations

A_PART = 500
UPDATE = "UPDATE lessons_assessment SET parts = %s WHERE id = %s"


def tell(apps, schema_editor):
    alias = schema_editor.connection.alias
    hearings = apps.get_model("lessons", "Assessment").objects.using(alias)
    ruled = defaultdict(dict)
    rulings = apps.get_model("lessons", "Ruling").objects.using(alias).order_by("created_at", "pk")
    for hearing, note, verdict in rulings.values_list("assessment", "note_id", "verdict"):
        ruled[hearing][note] = verdict
    last = 0
    while part := list(hearings.filter(pk__gt=last).order_by("pk").values_list("pk", "result__grade")[:A_PART]):
        last = part[-1][0]
        told = [(_parts(grade), pk) for pk, grade in part if grade and pk not in ruled]
        if told:
            with schema_editor.connection.cursor() as cursor:
                cursor.executemany(UPDATE, told)
    for hearing in hearings.filter(pk__in=list(ruled)).select_related("submission").iterator(chunk_size=50):
        with schema_editor.connection.cursor() as cursor:
            cursor.execute(UPDATE, (_parts(_grade_of(hearing, ruled[hearing.pk])), hearing.pk))


def _parts(grade):
    return json.dumps({part: value for part, value in grade.items() if part != "overall"})


def _grade_of(hearing, ruled):
    """What cannot be read any more keeps the machine's."""
    from tutor.grading.assessment import Assessment
    from tutor.grading.grade import apply_rulings
    from tutor.grading.rubric import Rubric
    from tutor.notation.score import Score

    try:
        machine, score = Assessment.from_dict(hearing.result), Score.from_dict(hearing.submission.score)
        return asdict(apply_rulings(machine, ruled, Rubric.from_dict(hearing.rubric), score).grade)
    except (KeyError, TypeError, ValueError):
        return hearing.result["grade"]


class Migration(migrations.Migration):
    dependencies = [
        ("lessons", "0037_parts_of_a_grade"),
    ]

    operations = [migrations.RunPython(tell, migrations.RunPython.noop)]
