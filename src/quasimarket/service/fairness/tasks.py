"""What the worker does for fair treatment: measuring takes minutes."""

from procrastinate.contrib.django import app

from quasimarket.service.fairness.measurement import measure_as


@app.task(name="measure-programme", queue="insight", lock="measure-programme")
def measure(asker_kind: str, asker: int) -> None:
    """Measure the programme for whoever asked for it."""
    measure_as(asker_kind, asker)
