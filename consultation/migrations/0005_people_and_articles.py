"""What older rows know in words or not at all: who is one person, and which articles changed."""

import re
import uuid

from django.db import migrations
from django.db.models import Count

NUMERALS = "零一二三四五六七八九"
ARTICLE = re.compile(r"第([0-9]+|[一二三四五六七八九十百零]+)条")


def chinese(number):
    hundreds, rest = divmod(number, 100)
    tens, ones = divmod(rest, 10)
    text = f"{NUMERALS[hundreds]}百" if hundreds else ""
    if tens:
        text += ("" if tens == 1 and not hundreds else NUMERALS[tens]) + "十"
    elif hundreds and ones:
        text += "零"
    return text + (NUMERALS[ones] if ones else "")


def tell_people_apart(apps, schema_editor):
    """Adding the column gave every row the same value; one contact stays one person."""
    Opinion = apps.get_model("consultation", "Opinion")
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute("UPDATE consultation_opinion SET person = gen_random_uuid()")
    else:
        batch = []
        for opinion in Opinion.objects.only("pk").iterator(chunk_size=2000):
            opinion.person = uuid.uuid4()
            batch.append(opinion)
            if len(batch) == 2000:
                Opinion.objects.bulk_update(batch, ["person"])
                batch = []
        Opinion.objects.bulk_update(batch, ["person"])
    known = Opinion.objects.exclude(receipt=None).exclude(receipt__contact_index="")
    several = known.order_by().values("consultation", "receipt__contact_index")
    for row in several.annotate(n=Count("pk")).filter(n__gt=1):
        same = Opinion.objects.filter(
            consultation=row["consultation"],
            receipt__contact_index=row["receipt__contact_index"],
        )
        same.update(person=uuid.uuid4())


def name_articles(apps, schema_editor):
    """第三条 becomes the article's key; what names none stays, at the end of the reason."""
    OpinionGroup = apps.get_model("consultation", "OpinionGroup")
    named = OpinionGroup.objects.exclude(changed_articles_text="").select_related("consultation")
    for group in named:
        keys = article_keys(group.consultation)
        found = [keys[name] for name in ARTICLE.findall(group.changed_articles_text) if name in keys]
        if found:
            group.changed_articles = list(dict.fromkeys(found))
        else:
            said = f"（{group.changed_articles_text}）"
            group.reason = f"{group.reason}{said}" if group.reason else said
        group.save(update_fields=["changed_articles", "reason"])


def article_keys(consultation):
    blocks = [block for block in consultation.draft.raw_data if block["type"] == "article"]
    keys = {}
    for number, block in enumerate(blocks, start=1):
        keys[str(number)] = block["id"]
        if number < 1000:
            keys[chinese(number)] = block["id"]
    return keys


class Migration(migrations.Migration):
    dependencies = [("consultation", "0004_desk_for_many")]

    operations = [
        migrations.RunPython(tell_people_apart, migrations.RunPython.noop),
        migrations.RunPython(name_articles, migrations.RunPython.noop),
    ]
