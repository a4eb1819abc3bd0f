"""Protected disclosures: seen by who made them and by assurance, and nobody else."""

from django.db import models

from quasimarket.service.fairness.references import new_reference


class Disclosure(models.Model):
    """What somebody disclosed. It names organisations by id, with no foreign key.

    A foreign key would let its deletion or its locks be noticed from the other side.
    """

    reference = models.CharField(max_length=40, unique=True, default=new_reference)
    about_organisation = models.CharField(max_length=80, blank=True)
    contract = models.CharField(max_length=80, blank=True)
    subject = models.CharField(max_length=40)
    text = models.TextField()
    made_on = models.DateField()
    by = models.BigIntegerField()
    by_organisation = models.CharField(max_length=80)
    state = models.CharField(max_length=20, default="made")
    outcome = models.TextField(blank=True)

    def __str__(self) -> str:
        """Say which it is."""
        return f"Disclosure of {self.made_on:%-d %B %Y}"

    def get_absolute_url(self) -> str:
        """Give its page."""
        return f"/in-confidence/disclosures/{self.reference}/"


class DisclosureNote(models.Model):
    """What passed between who disclosed and who looks into it."""

    disclosure = models.ForeignKey(Disclosure, models.PROTECT, related_name="notes")
    at = models.DateTimeField()
    on = models.DateField()
    by = models.BigIntegerField()
    text = models.TextField()
