import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("lessons", "0009_one_hearing_counts"),
    ]

    operations = [
        migrations.AddField(
            model_name="planitem",
            name="grade",
            field=models.FloatField(null=True),
        ),
        migrations.AddField(
            model_name="planitem",
            name="instrument",
            field=models.CharField(
                blank=True, help_text="Of an order: the instrument that it was written for.", max_length=50
            ),
        ),
        migrations.AddField(
            model_name="planitem",
            name="kind",
            field=models.CharField(
                default="piece", help_text="piece, drill, sight-reading, echo, rhythm, …", max_length=30
            ),
        ),
        migrations.AddField(
            model_name="planitem",
            name="recipe",
            field=models.JSONField(blank=True, default=dict, help_text="The order to compose it to, seed and all."),
        ),
        migrations.AddField(
            model_name="planitem",
            name="skills",
            field=models.JSONField(blank=True, default=dict, help_text="Skill tag: how many notes show it, or should."),
        ),
        migrations.AddField(
            model_name="planitem",
            name="title",
            field=models.CharField(blank=True, max_length=200),
        ),
        migrations.AlterField(
            model_name="planitem",
            name="exercise",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="+",
                to="lessons.exercise",
            ),
        ),
    ]
