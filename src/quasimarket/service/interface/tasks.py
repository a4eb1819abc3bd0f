"""What the interface does by itself, every minute."""

from procrastinate.contrib.django import app

from quasimarket.service.interface.webhooks import deliver_all


@app.periodic(cron="* * * * *", periodic_id="tell-webhooks")
@app.task(name="tell-webhooks", queueing_lock="tell-webhooks", lock="tell-webhooks")
def tell_webhooks(timestamp: int) -> None:
    """Send webhooks what has happened since the last message."""
    deliver_all()
