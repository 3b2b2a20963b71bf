import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("lessons", "0016_practice_limits"),
    ]

    operations = [
        migrations.CreateModel(
            name="PracticeFeedback",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("said", models.CharField(choices=[("too-easy", "too easy"), ("too-hard", "too hard")], max_length=10)),
                ("grade", models.FloatField(help_text="Of the exercise, when it was said.")),
                ("created_at", models.DateTimeField(auto_now_add=True)),
            ],
            options={
                "ordering": ["-created_at", "-pk"],
            },
        ),
        migrations.AddField(
            model_name="practicefeedback",
            name="exercise",
            field=models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.SET_NULL, related_name="+", to="lessons.exercise"
            ),
        ),
        migrations.AddField(
            model_name="practicefeedback",
            name="student",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE,
                related_name="practice_feedback",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddIndex(
            model_name="practicefeedback",
            index=models.Index(fields=["student", "-created_at"], name="feedback_of_student"),
        ),
    ]
