from django.db import migrations


class Migration(migrations.Migration):
    """The cache that workers share, as Django's database cache wants it."""

    initial = True
    dependencies = []
    operations = [
        migrations.RunSQL(
            "CREATE TABLE upkeep_cache (cache_key varchar(255) PRIMARY KEY, "
            "value text NOT NULL, expires timestamptz NOT NULL); "
            "CREATE INDEX upkeep_cache_expires ON upkeep_cache (expires)",
            "DROP TABLE upkeep_cache",
        )
    ]
