from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('networked_alarms', '0001_initial'),
    ]

    operations = [
        migrations.AddField(
            model_name='alarmsystem',
            name='code_word',
            field=models.CharField(blank=True, default='', editable=False, max_length=200),
            preserve_default=False,
        ),
    ]
