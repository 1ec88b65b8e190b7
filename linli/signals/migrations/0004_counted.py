from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('signals', '0003_quarantine_tries'),
    ]

    operations = [
        migrations.CreateModel(
            name='Counted',
            fields=[
                ('id', models.BigAutoField(primary_key=True, serialize=False)),
                ('protocol', models.CharField(max_length=16)),
                ('hour', models.DateTimeField()),
                ('connection', models.IntegerField(default=0)),
                ('logged', models.BigIntegerField(default=0)),
                ('folded', models.BigIntegerField(default=0)),
                ('duplicates', models.BigIntegerField(default=0)),
                ('quarantined', models.BigIntegerField(default=0)),
            ],
            options={
                'indexes': [models.Index(fields=['hour'], name='signals_counted_hour')],
                'unique_together': {('protocol', 'hour', 'connection')},
            },
        ),
        migrations.RunSQL(
            'ALTER TABLE signals_counted SET (fillfactor = 50);'
            'ALTER TABLE signals_counted ALTER connection SET DEFAULT 0, ALTER logged SET DEFAULT 0,'
            ' ALTER folded SET DEFAULT 0, ALTER duplicates SET DEFAULT 0, ALTER quarantined SET DEFAULT 0',
            migrations.RunSQL.noop,
        ),
    ]
