from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("consultation", "0005_people_and_articles")]

    operations = [
        migrations.RemoveField(model_name="opiniongroup", name="changed_articles_text"),
    ]
