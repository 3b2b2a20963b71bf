from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("lessons", "0011_plan_items_keep_their_titles"),
    ]

    operations = [
        migrations.AddField(
            model_name="exercise",
            name="recipe_digest",
            field=models.CharField(blank=True, editable=False, max_length=64),
        ),
    ]
