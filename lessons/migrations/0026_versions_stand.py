"""Every row has its own name now; and the database itself refuses to change a version.

Who published it may still be forgotten, when that person goes."""

import uuid

from django.db import migrations, models

WRITTEN_ONCE = {
    "lessons_exerciseversion": "number, digest, exercise_id, title, score, musicxml, tempo_bpm, grade, rubric, hints, "
    "instruments, reference, reference_source, published_at, words",
    "lessons_lessonversion": "number, digest, lesson_id, title, text, needs, exercises, published_at, words",
}
SQLITE = """CREATE TRIGGER {table}_stands BEFORE UPDATE OF {columns} ON {table}
BEGIN SELECT RAISE(ABORT, 'a published version never changes'); END"""
POSTGRES_REFUSAL = """CREATE FUNCTION lessons_version_stands() RETURNS trigger AS $$
BEGIN RAISE EXCEPTION 'a published version never changes' USING ERRCODE = 'integrity_constraint_violation'; END;
$$ LANGUAGE plpgsql"""
POSTGRES = """CREATE TRIGGER {table}_stands BEFORE UPDATE OF {columns} ON {table}
FOR EACH ROW EXECUTE FUNCTION lessons_version_stands()"""


def refuse_changes(apps, schema_editor):
    postgres = schema_editor.connection.vendor == "postgresql"
    if postgres:
        schema_editor.execute(POSTGRES_REFUSAL, params=None)
    for table, columns in WRITTEN_ONCE.items():
        schema_editor.execute((POSTGRES if postgres else SQLITE).format(table=table, columns=columns), params=None)


def allow_changes(apps, schema_editor):
    postgres = schema_editor.connection.vendor == "postgresql"
    for table in WRITTEN_ONCE:
        schema_editor.execute(f"DROP TRIGGER {table}_stands" + (f" ON {table}" if postgres else ""), params=None)
    if postgres:
        schema_editor.execute("DROP FUNCTION lessons_version_stands()", params=None)


def _own_name(model):
    uid = models.UUIDField(default=uuid.uuid4, editable=False, unique=True)
    return migrations.AlterField(model_name=model, name="uid", field=uid)


class Migration(migrations.Migration):
    dependencies = [("lessons", "0025_first_versions")]

    operations = [
        *(_own_name(model) for model in ("course", "lesson", "exercise")),
        migrations.RunPython(refuse_changes, allow_changes),
    ]
