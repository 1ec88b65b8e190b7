import datetime
import django.contrib.postgres.constraints
import django.contrib.postgres.fields
import django.contrib.postgres.fields.ranges
import django.db.models.deletion
import django.db.models.expressions
import linli.base.ids
from django.db import migrations, models

from linli.base.protection import protect_like_case


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('accounts', '0001_initial'),
        ('cases', '0001_initial'),
        ('registers', '0002_contacts_and_duties'),
    ]

    operations = [
        migrations.CreateModel(
            name='AlarmEvent',
            fields=[
                ('case', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, primary_key=True, related_name='%(app_label)s_%(class)s', serialize=False, to='cases.case')),
                ('nature', models.CharField(choices=[('intrusion', 'intrusion'), ('panic', 'hold-up'), ('fire', 'fire'), ('gas', 'gas'), ('medical', 'medical emergency'), ('tamper', 'tampering'), ('other', 'water or environment')], max_length=12, verbose_name='alarm')),
                ('zone', models.CharField(blank=True, max_length=8, verbose_name='zone')),
                ('zone_name', models.CharField(blank=True, max_length=80, verbose_name='name of the zone')),
                ('second_zone', models.CharField(blank=True, max_length=8, verbose_name='second zone')),
                ('code', models.CharField(blank=True, max_length=12, verbose_name='code of the panel')),
                ('device_time', models.DateTimeField(blank=True, null=True, verbose_name='time by the panel')),
                ('silent', models.BooleanField(default=False, verbose_name='silent: do not call the site')),
                ('in_test', models.BooleanField(default=False, verbose_name='in a test window')),
                ('has_video', models.BooleanField(default=False, verbose_name='can be seen on video')),
                ('setting', models.CharField(choices=[('urban', 'urban'), ('rural', 'rural')], default='urban', max_length=8, verbose_name='site')),
                ('method', models.CharField(blank=True, choices=[('call_back', 'call-back'), ('video', 'video'), ('second_zone', 'second zone'), ('guard', 'guard'), ('on_site', 'staff on site')], max_length=12, verbose_name='verified by')),
                ('clip', models.CharField(blank=True, max_length=40, verbose_name='number of the clip (optional)')),
                ('ground', models.CharField(blank=True, choices=[('panic', 'hold-up, confirmed or the user not reached (case 1)'), ('adjacent_zones', 'two adjacent zones within 120 s (case 2)'), ('two_principles', 'two detectors of different principle within 120 s (case 2)'), ('on_site', 'confirmed by the guard or staff on site (case 3)'), ('video', 'video shows suspicious persons or acts (case 4)'), ('wired', 'also wired to 110 (case 5)'), ('call_point', 'manual call point'), ('two_detectors', 'two fire detectors'), ('fire_confirmed', 'fire confirmed on site or by video'), ('unanswered', 'call-back unanswered for 60 s')], max_length=16, verbose_name='ground of the hand-over')),
                ('receiver', models.CharField(blank=True, choices=[('110', 'police (110)'), ('119', 'fire brigade (119)'), ('120', 'ambulance (120)')], max_length=3, verbose_name='handed over to')),
                ('receiver_number', models.CharField(blank=True, max_length=40, verbose_name='number at the receiver')),
                ('outcome', models.CharField(blank=True, choices=[('true', 'true alarm'), ('false', 'false alarm'), ('test', 'test'), ('device_fault', 'device fault'), ('user_error', 'user error')], max_length=12, verbose_name='outcome')),
                ('cause', models.CharField(blank=True, max_length=200, verbose_name='cause (optional)')),
            ],
            options={
                'verbose_name': 'alarm',
            },
        ),
        migrations.CreateModel(
            name='AlarmSystem',
            fields=[
                ('asset', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, primary_key=True, related_name='alarm_system', serialize=False, to='registers.asset')),
                ('kind', models.CharField(choices=[('intrusion', 'intrusion'), ('panic', 'hold-up button'), ('fire', 'fire'), ('video', 'video'), ('access', 'access control')], max_length=12, verbose_name='system')),
                ('eligible_class', models.CharField(blank=True, choices=[('key_unit', 'key unit for public security'), ('bank', 'bank'), ('school', 'school'), ('hospital', 'hospital of level 2 or above'), ('entertainment', 'entertainment venue'), ('hotel', 'hotel'), ('jeweller', 'jeweller or pawnshop'), ('dangerous_store', 'store of dangerous goods'), ('mall', 'shopping mall'), ('estate', 'estate with a control room'), ('township_unit', 'township unit')], max_length=16, verbose_name='place it guards')),
                ('accepted_on', models.DateField(blank=True, null=True, verbose_name='accepted on')),
                ('path_1', models.CharField(blank=True, max_length=40, verbose_name='transmission path 1')),
                ('path_2', models.CharField(blank=True, max_length=40, verbose_name='transmission path 2 (optional)')),
                ('video', models.BooleanField(default=False, verbose_name='alarms can be seen on video')),
                ('wired_to_110', models.BooleanField(default=False, verbose_name='hold-up button also wired to 110')),
                ('setting', models.CharField(choices=[('urban', 'urban'), ('rural', 'rural')], default='urban', max_length=8, verbose_name='site')),
                ('hours', models.CharField(blank=True, max_length=80, verbose_name='business hours (optional)')),
            ],
            options={
                'verbose_name': 'alarm system',
            },
        ),
        migrations.CreateModel(
            name='Improvement',
            fields=[
                ('case', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, primary_key=True, related_name='%(app_label)s_%(class)s', serialize=False, to='cases.case')),
                ('false_alarms', models.PositiveIntegerField(verbose_name='false alarms in 30 days')),
                ('cause', models.CharField(blank=True, max_length=200, verbose_name='cause')),
                ('measure', models.CharField(blank=True, max_length=200, verbose_name='measure')),
                ('bypassed_zones', models.CharField(blank=True, max_length=80, verbose_name='zones bypassed')),
            ],
            options={
                'verbose_name': 'improvement',
            },
        ),
        migrations.CreateModel(
            name='LinkLoss',
            fields=[
                ('case', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, primary_key=True, related_name='%(app_label)s_%(class)s', serialize=False, to='cases.case')),
                ('silent_since', models.DateTimeField(blank=True, null=True, verbose_name='silent since')),
                ('cause', models.CharField(blank=True, max_length=200, verbose_name='cause')),
            ],
            options={
                'verbose_name': 'lost link',
            },
        ),
        migrations.CreateModel(
            name='AlarmOperator',
            fields=[
                ('id', models.UUIDField(default=linli.base.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                ('kind', models.CharField(choices=[('company', 'licensed company'), ('police', 'police centre'), ('fire', 'fire brigade centre')], default='company', max_length=8, verbose_name='kind')),
                ('radius_m', models.PositiveIntegerField(default=5000, verbose_name='contract radius of the guards (m)')),
                ('body', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='alarm_operator', to='accounts.body', verbose_name='centre')),
                ('organisation', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='alarm_operator', to='registers.organisation')),
            ],
            options={
                'verbose_name': 'alarm operator',
            },
        ),
        migrations.CreateModel(
            name='Contract',
            fields=[
                ('id', models.UUIDField(default=linli.base.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                ('account', models.CharField(max_length=20, verbose_name='account')),
                ('during', django.contrib.postgres.fields.ranges.DateRangeField(verbose_name='from – to')),
                ('operator', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='contracts', to='networked_alarms.alarmoperator')),
                ('system', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='contracts', to='networked_alarms.alarmsystem')),
            ],
            options={
                'verbose_name': 'contract',
            },
        ),
        migrations.CreateModel(
            name='Licence',
            fields=[
                ('id', models.UUIDField(default=linli.base.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                ('number', models.CharField(max_length=40, verbose_name='licence number')),
                ('during', django.contrib.postgres.fields.ranges.DateRangeField(verbose_name='valid')),
                ('operator', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='licences', to='networked_alarms.alarmoperator')),
            ],
        ),
        migrations.CreateModel(
            name='Suspension',
            fields=[
                ('id', models.UUIDField(default=linli.base.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                ('during', django.contrib.postgres.fields.ranges.DateRangeField(verbose_name='from – to')),
                ('ground', models.CharField(max_length=200, verbose_name='ground')),
                ('contract', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='suspensions', to='networked_alarms.contract')),
            ],
        ),
        migrations.CreateModel(
            name='TestWindow',
            fields=[
                ('id', models.UUIDField(default=linli.base.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                ('starts_at', models.DateTimeField(verbose_name='from')),
                ('ends_at', models.DateTimeField(verbose_name='to')),
                ('reason', models.CharField(max_length=200, verbose_name='reason')),
                ('opened_by', models.UUIDField(editable=False, null=True)),
                ('post', models.CharField(editable=False, max_length=64)),
                ('cancelled_at', models.DateTimeField(editable=False, null=True)),
                ('system', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='test_windows', to='networked_alarms.alarmsystem')),
            ],
            options={
                'ordering': ('-starts_at',),
            },
        ),
        migrations.CreateModel(
            name='Zone',
            fields=[
                ('id', models.UUIDField(default=linli.base.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                ('number', models.CharField(max_length=8, verbose_name='zone')),
                ('name', models.CharField(max_length=80, verbose_name='name')),
                ('principle', models.CharField(choices=[('magnetic', 'magnetic contact'), ('infrared', 'passive infrared'), ('microwave', 'microwave'), ('vibration', 'vibration'), ('dual', 'dual technology'), ('glass', 'glass break'), ('button', 'hold-up button'), ('smoke', 'smoke detector'), ('heat', 'heat detector'), ('call_point', 'manual call point')], max_length=12, verbose_name='detection principle')),
                ('adjacent', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=8), blank=True, default=list, size=None, verbose_name='adjacent zones')),
                ('checked_on', models.DateField(blank=True, null=True, verbose_name='zone list compared with the site on')),
                ('system', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='zones', to='networked_alarms.alarmsystem')),
            ],
            options={
                'ordering': ('system', 'number'),
            },
        ),
        migrations.AddConstraint(
            model_name='contract',
            constraint=django.contrib.postgres.constraints.ExclusionConstraint(expressions=[('system', '='), ('during', '&&')], name='networked_alarms_one_contract'),
        ),
        migrations.AddConstraint(
            model_name='contract',
            constraint=django.contrib.postgres.constraints.ExclusionConstraint(expressions=[('operator', '='), ('account', '='), ('during', '&&')], name='networked_alarms_one_account'),
        ),
        migrations.AddConstraint(
            model_name='licence',
            constraint=django.contrib.postgres.constraints.ExclusionConstraint(expressions=[('operator', '='), ('during', '&&')], name='networked_alarms_one_licence'),
        ),
        migrations.AddConstraint(
            model_name='testwindow',
            constraint=models.CheckConstraint(condition=models.Q(('ends_at__gt', models.F('starts_at')), ('ends_at__lte', django.db.models.expressions.CombinedExpression(models.F('starts_at'), '+', models.Value(datetime.timedelta(seconds=14400))))), name='networked_alarms_short_test'),
        ),
        migrations.AddConstraint(
            model_name='zone',
            constraint=models.UniqueConstraint(fields=('system', 'number'), name='networked_alarms_one_zone'),
        ),
        protect_like_case("networked_alarms_alarmevent"),
        protect_like_case("networked_alarms_linkloss"),
        protect_like_case("networked_alarms_improvement"),
    ]
