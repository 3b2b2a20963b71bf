from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("lessons", "0013_digests_of_old_recipes"),
    ]

    operations = [
        migrations.AddConstraint(
            model_name="exercise",
            constraint=models.UniqueConstraint(
                condition=models.Q(("recipe_digest", ""), _negated=True),
                fields=("composed_for", "recipe_digest"),
                name="one_exercise_an_order",
            ),
        ),
    ]
