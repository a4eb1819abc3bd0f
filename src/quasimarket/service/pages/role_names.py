"""What each role is called on a page."""

from collections.abc import Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from quasimarket.service.people.roles import Role


ROLE_NAMES: Mapping[Role, Promise] = {
    Role.POLICY: _("Policy"),
    Role.CONTRACT_MANAGER: _("Contract manager"),
    Role.PAYMENT: _("Payment officer"),
    Role.ASSURANCE: _("Assurance officer"),
    Role.DECISION_MAKER: _("Decision maker"),
    Role.PRIME_MANAGER: _("Prime: manager"),
    Role.PRIME_ADVISER: _("Prime: adviser"),
    Role.PRIME_FINANCE: _("Prime: finance"),
    Role.SUB_MANAGER: _("Subcontractor: manager"),
    Role.SUB_ADVISER: _("Subcontractor: adviser"),
    Role.SUB_FINANCE: _("Subcontractor: finance"),
    Role.MERLIN_ASSESSOR: _("Merlin assessor"),
    Role.AUDITOR: _("Auditor"),
    Role.RESEARCHER: _("Researcher"),
    Role.PARTICIPANT: _("Participant"),
    Role.SYSTEM: _("The programme itself"),
}
