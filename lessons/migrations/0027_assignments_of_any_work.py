"""Lessons, exercises and kinds to compose; whom they are for; tests and their sittings."""

import django.core.validators
import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("lessons", "0026_versions_stand"),
    ]

    operations = [
        migrations.CreateModel(
            name="AssignedPiece",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("created_at", models.DateTimeField(auto_now_add=True)),
            ],
        ),
        migrations.CreateModel(
            name="TestSitting",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("opened_at", models.DateTimeField(default=django.utils.timezone.now)),
                ("look_s", models.PositiveSmallIntegerField(help_text="As it was when the score was shown.")),
                ("set_aside_at", models.DateTimeField(blank=True, null=True)),
            ],
            options={
                "ordering": ["opened_at"],
            },
        ),
        migrations.AlterModelOptions(
            name="assignment",
            options={"ordering": [models.OrderBy(models.F("due_at"), nulls_last=True), "-created_at", "-pk"]},
        ),
        migrations.AddField(
            model_name="assignment",
            name="audience",
            field=models.CharField(
                choices=[("class", "Class"), ("group", "Group"), ("students", "Students")],
                default="class",
                max_length=10,
            ),
        ),
        migrations.AddField(
            model_name="assignment",
            name="counts",
            field=models.CharField(choices=[("best", "Best"), ("last", "Last")], default="best", max_length=10),
        ),
        migrations.AddField(
            model_name="assignment",
            name="due_at",
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name="assignment",
            name="exercise",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.RESTRICT,
                related_name="assignments",
                to="lessons.exercise",
            ),
        ),
        migrations.AddField(
            model_name="assignment",
            name="goal",
            field=models.FloatField(
                blank=True,
                null=True,
                validators=[django.core.validators.MinValueValidator(0), django.core.validators.MaxValueValidator(100)],
            ),
        ),
        migrations.AddField(
            model_name="assignment",
            name="group",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="assignments",
                to="lessons.studentgroup",
            ),
        ),
        migrations.AddField(
            model_name="assignment",
            name="late",
            field=models.CharField(
                choices=[("accept", "Accept"), ("penalty", "Penalty"), ("refuse", "Refuse")],
                default="accept",
                max_length=10,
            ),
        ),
        migrations.AddField(
            model_name="assignment",
            name="late_penalty",
            field=models.FloatField(
                default=0.0,
                help_text="Points off a late take.",
                validators=[django.core.validators.MinValueValidator(0), django.core.validators.MaxValueValidator(100)],
            ),
        ),
        migrations.AddField(
            model_name="assignment",
            name="look_s",
            field=models.PositiveSmallIntegerField(
                default=30,
                help_text="Of a test: how long the score is shown before the count-in.",
                validators=[django.core.validators.MinValueValidator(5), django.core.validators.MaxValueValidator(600)],
            ),
        ),
        migrations.AddField(
            model_name="assignment",
            name="mode",
            field=models.CharField(
                choices=[("practice", "Practice"), ("test", "Test")], default="practice", max_length=10
            ),
        ),
        migrations.AddField(
            model_name="assignment",
            name="opens_at",
            field=models.DateTimeField(default=django.utils.timezone.now),
        ),
        migrations.AddField(
            model_name="assignment",
            name="order",
            field=models.JSONField(
                blank=True, help_text="A kind to compose: see lessons/assigning/orders.py.", null=True
            ),
        ),
        migrations.AddField(
            model_name="assignment",
            name="remind_days",
            field=models.PositiveSmallIntegerField(
                blank=True, default=1, help_text="Days before it is due; empty: nobody is reminded.", null=True
            ),
        ),
        migrations.AddField(
            model_name="assignment",
            name="students",
            field=models.ManyToManyField(blank=True, related_name="assignments_by_name", to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name="assignment",
            name="told",
            field=models.CharField(
                choices=[("at once", "At Once"), ("after due", "After Due")],
                default="at once",
                help_text="Of a test: when its result.",
                max_length=10,
            ),
        ),
        migrations.AddField(
            model_name="assignment",
            name="tries",
            field=models.PositiveSmallIntegerField(
                blank=True,
                help_text="Takes of each exercise that may count; empty: any number.",
                null=True,
                validators=[django.core.validators.MinValueValidator(1), django.core.validators.MaxValueValidator(50)],
            ),
        ),
        migrations.AddField(
            model_name="assignment",
            name="weight",
            field=models.FloatField(
                default=1.0, help_text="In the gradebook.", validators=[django.core.validators.MinValueValidator(0)]
            ),
        ),
        migrations.AddField(
            model_name="assignment",
            name="withdrawn_at",
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name="submission",
            name="assignment",
            field=models.ForeignKey(
                blank=True,
                help_text="What it was played for; empty: it was practice.",
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="submissions",
                to="lessons.assignment",
            ),
        ),
        migrations.AlterField(
            model_name="assignment",
            name="lesson",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.RESTRICT,
                related_name="assignments",
                to="lessons.lesson",
            ),
        ),
        migrations.AddIndex(
            model_name="assignment",
            index=models.Index(fields=["classroom", "due_at"], name="assignments_of_class"),
        ),
        migrations.AddConstraint(
            model_name="assignment",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("exercise", None), ("lesson__isnull", False), ("order__isnull", True)),
                    models.Q(("exercise__isnull", False), ("lesson", None), ("order__isnull", True)),
                    models.Q(("exercise", None), ("lesson", None), ("order__isnull", False)),
                    _connector="OR",
                ),
                name="assignment_of_one_thing",
            ),
        ),
        migrations.AddConstraint(
            model_name="assignment",
            constraint=models.CheckConstraint(
                condition=models.Q(("tries", None), ("tries__gte", 1), _connector="OR"), name="assignment_has_tries"
            ),
        ),
        migrations.AddConstraint(
            model_name="assignment",
            constraint=models.CheckConstraint(
                condition=models.Q(("goal", None), models.Q(("goal__gte", 0), ("goal__lte", 100)), _connector="OR"),
                name="assignment_goal_is_a_grade",
            ),
        ),
        migrations.AddConstraint(
            model_name="assignment",
            constraint=models.CheckConstraint(
                condition=models.Q(("weight__gte", 0)), name="assignment_weight_not_negative"
            ),
        ),
        migrations.AddConstraint(
            model_name="assignment",
            constraint=models.CheckConstraint(
                condition=models.Q(("late_penalty__gte", 0), ("late_penalty__lte", 100)),
                name="assignment_penalty_in_points",
            ),
        ),
        migrations.AddConstraint(
            model_name="assignment",
            constraint=models.CheckConstraint(
                condition=models.Q(models.Q(("mode", "test"), _negated=True), ("tries", 1), _connector="OR"),
                name="assignment_test_is_one_take",
            ),
        ),
        migrations.AddConstraint(
            model_name="assignment",
            constraint=models.CheckConstraint(
                condition=models.Q(("group", None), ("audience", "group"), _connector="OR"),
                name="assignment_of_its_group",
            ),
        ),
        migrations.AddField(
            model_name="assignedpiece",
            name="assignment",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE, related_name="pieces", to="lessons.assignment"
            ),
        ),
        migrations.AddField(
            model_name="assignedpiece",
            name="exercise",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE, related_name="assigned_pieces", to="lessons.exercise"
            ),
        ),
        migrations.AddField(
            model_name="assignedpiece",
            name="student",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE, related_name="+", to=settings.AUTH_USER_MODEL
            ),
        ),
        migrations.AddField(
            model_name="testsitting",
            name="assignment",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE, related_name="sittings", to="lessons.assignment"
            ),
        ),
        migrations.AddField(
            model_name="testsitting",
            name="exercise",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.RESTRICT, related_name="sittings", to="lessons.exercise"
            ),
        ),
        migrations.AddField(
            model_name="testsitting",
            name="set_aside_by",
            field=models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.SET_NULL, related_name="+", to=settings.AUTH_USER_MODEL
            ),
        ),
        migrations.AddField(
            model_name="testsitting",
            name="student",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE, related_name="+", to=settings.AUTH_USER_MODEL
            ),
        ),
        migrations.AddField(
            model_name="testsitting",
            name="submission",
            field=models.OneToOneField(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="sitting",
                to="lessons.submission",
            ),
        ),
        migrations.AddConstraint(
            model_name="assignedpiece",
            constraint=models.UniqueConstraint(fields=("assignment", "student"), name="one_piece_a_student"),
        ),
        migrations.AddConstraint(
            model_name="testsitting",
            constraint=models.UniqueConstraint(
                condition=models.Q(("set_aside_at", None)),
                fields=("assignment", "student", "exercise"),
                name="one_sitting_at_a_time",
            ),
        ),
    ]
