"""What students see becomes version 1 of itself, and what they played belongs to it."""

import hashlib
import json
import uuid

from django.db import migrations
from django.db.models import OuterRef, Q, Subquery

EXERCISE = ("title", "score", "musicxml", "dropped", "source", "tempo_bpm", "grade", "skills", "rubric", "hints")
EXERCISE += ("instruments", "reference_source")
AT_ONCE = 500


def give_names(apps, schema_editor):
    for name in ("Course", "Lesson", "Exercise"):
        model = apps.get_model("lessons", name)
        rows = model.objects.filter(uid=None).only("pk")
        for batch in _batches(rows.iterator(chunk_size=AT_ONCE)):
            for row in batch:
                row.uid = uuid.uuid4()
            model.objects.bulk_update(batch, ["uid"])
    apps.get_model("lessons", "Course").objects.update(status="published")


def keep_first_versions(apps, schema_editor):
    exercise, version = apps.get_model("lessons", "Exercise"), apps.get_model("lessons", "ExerciseVersion")
    # A composed one never changes and needs none; a draft that was played had been published before.
    shown = exercise.objects.filter(Q(status="published") | Q(submissions__isnull=False), composed_for=None).distinct()
    # Keys first: PostgreSQL can't tell whether two JSON documents are distinct.
    keys = list(shown.order_by().values_list("pk", flat=True))
    for start in range(0, len(keys), AT_ONCE):
        rows = exercise.objects.filter(pk__in=keys[start : start + AT_ONCE]).order_by()
        version.objects.bulk_create(_version_of_exercise(version, row) for row in rows)
    first = version.objects.filter(exercise=OuterRef("exercise"), number=1).values("pk")
    apps.get_model("lessons", "Submission").objects.filter(exercise__composed_for=None).update(version=Subquery(first))
    lesson, version = apps.get_model("lessons", "Lesson"), apps.get_model("lessons", "LessonVersion")
    version.objects.bulk_create(
        _version_of_lesson(version, row, exercise) for row in lesson.objects.filter(status="published").order_by()
    )


def _version_of_exercise(version, row):
    content = {name: getattr(row, name) for name in EXERCISE}
    content |= {"grade": float(row.grade), "reference": ""}
    return version(exercise=row, number=1, digest=_digest(content), published_at=row.created_at, **content)


def _version_of_lesson(version, row, exercise):
    shown = exercise.objects.filter(lesson=row, status="published", composed_for=None).order_by("position", "pk")
    listed = [{"uid": str(uid), "title": title} for uid, title in shown.values_list("uid", "title")]
    content = {"title": row.title, "text": row.text, "needs": [], "exercises": listed}
    return version(lesson=row, number=1, digest=_digest(content), **content)


def _digest(content):
    return hashlib.sha256(json.dumps(content, sort_keys=True).encode()).hexdigest()


def _batches(rows):
    batch = []
    for row in rows:
        batch.append(row)
        if len(batch) == AT_ONCE:
            yield batch
            batch = []
    if batch:
        yield batch


class Migration(migrations.Migration):
    dependencies = [("lessons", "0024_units_reviews_versions")]

    operations = [
        migrations.RunPython(give_names, migrations.RunPython.noop),
        migrations.RunPython(keep_first_versions, migrations.RunPython.noop),
    ]
