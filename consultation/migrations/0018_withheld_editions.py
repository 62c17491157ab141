import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from cms.record.guards import append_only, guarding


class Migration(migrations.Migration):

    dependencies = [
        ('consultation', '0017_take_overs'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='Withholding',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('reason', models.CharField(help_text='Why the public cannot read it any more. Becomes public: name nobody.', max_length=300, verbose_name='reason')),
                ('withheld_at', models.DateTimeField(verbose_name='withheld at')),
                ('edition', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='withholding', to='consultation.reportedition')),
                ('withheld_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'verbose_name': 'edition withheld',
                'ordering': ['pk'],
                'constraints': [models.CheckConstraint(condition=models.Q(('reason', ''), _negated=True), name='withholding_says_why')],
            },
        ),
        guarding(
            append_only(
                "consultation_withholding",
                "what was withheld stays on record",
                same="OLD.id = NEW.id OR OLD.edition_id = NEW.edition_id",
            )
        ),
    ]
