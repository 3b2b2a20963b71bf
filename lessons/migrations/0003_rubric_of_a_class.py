from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("lessons", "0002_what_others_played"),
    ]

    operations = [
        migrations.AddField(
            model_name="classroom",
            name="rubric",
            field=models.SlugField(
                blank=True, default="", help_text="A preset's name, “own” for its own tolerances, or nothing."
            ),
            preserve_default=False,
        ),
        migrations.AddField(
            model_name="classroom",
            name="tolerances",
            field=models.JSONField(blank=True, default=dict, help_text="Its own rubric, whole, if it made one."),
        ),
    ]
