"""The roles that people have, and what kind of organisation each belongs to."""

from enum import StrEnum


class OrganisationKind(StrEnum):
    """What an organisation is to the programme."""

    COMMISSIONER = "commissioner"
    PRIME = "prime"
    SUBCONTRACTOR = "subcontractor"
    ASSESSOR = "assessor"
    AUDITOR = "auditor"
    RESEARCH = "research"
    PARTICIPANTS = "participants"
    """Not an organisation: where participants' own sign-ins belong."""


class Role(StrEnum):
    """What a person may do."""

    POLICY = "policy"
    CONTRACT_MANAGER = "contract-manager"
    PAYMENT = "payment"
    ASSURANCE = "assurance"
    DECISION_MAKER = "decision-maker"
    PRIME_MANAGER = "prime-manager"
    PRIME_ADVISER = "prime-adviser"
    PRIME_FINANCE = "prime-finance"
    SUB_MANAGER = "sub-manager"
    SUB_ADVISER = "sub-adviser"
    SUB_FINANCE = "sub-finance"
    MERLIN_ASSESSOR = "merlin-assessor"
    AUDITOR = "auditor"
    RESEARCHER = "researcher"
    PARTICIPANT = "participant"
    SYSTEM = "system"
    """No person: the programme's own clockwork."""


ROLES_OF: dict[OrganisationKind, tuple[Role, ...]] = {
    OrganisationKind.COMMISSIONER: (
        Role.POLICY,
        Role.CONTRACT_MANAGER,
        Role.PAYMENT,
        Role.ASSURANCE,
        Role.DECISION_MAKER,
    ),
    OrganisationKind.PRIME: (
        Role.PRIME_MANAGER,
        Role.PRIME_ADVISER,
        Role.PRIME_FINANCE,
    ),
    OrganisationKind.SUBCONTRACTOR: (
        Role.SUB_MANAGER,
        Role.SUB_ADVISER,
        Role.SUB_FINANCE,
    ),
    OrganisationKind.ASSESSOR: (Role.MERLIN_ASSESSOR,),
    OrganisationKind.AUDITOR: (Role.AUDITOR,),
    OrganisationKind.RESEARCH: (Role.RESEARCHER,),
    OrganisationKind.PARTICIPANTS: (Role.PARTICIPANT,),
}
COMMISSIONER_ROLES = ROLES_OF[OrganisationKind.COMMISSIONER]
PRIME_ROLES = ROLES_OF[OrganisationKind.PRIME]
SUB_ROLES = ROLES_OF[OrganisationKind.SUBCONTRACTOR]
PROVIDER_ROLES = PRIME_ROLES + SUB_ROLES
MANAGERS = (Role.PRIME_MANAGER, Role.SUB_MANAGER)
ADVISERS = (Role.PRIME_ADVISER, Role.SUB_ADVISER)
FINANCE = (Role.PRIME_FINANCE, Role.SUB_FINANCE)
DELIVERY = MANAGERS + ADVISERS
ACCOUNTABLE = MANAGERS + FINANCE
"""Who answer for a provider's claims and money."""
OVERSIGHT = (Role.CONTRACT_MANAGER, Role.PAYMENT, Role.ASSURANCE, Role.AUDITOR)
"""Who pay, check what is paid, and look after it."""
SEES_ALL = (
    Role.CONTRACT_MANAGER,
    Role.PAYMENT,
    Role.ASSURANCE,
    Role.DECISION_MAKER,
    Role.AUDITOR,
    Role.SYSTEM,
)
"""Roles that see every unrestricted case; an auditor only while the audit lasts."""
SEES_PEOPLE = (
    Role.CONTRACT_MANAGER,
    Role.ASSURANCE,
    Role.DECISION_MAKER,
    Role.AUDITOR,
    Role.SYSTEM,
    Role.PARTICIPANT,
    *DELIVERY,
)
"""Roles that see names and addresses; those who pay see references alone."""
EVERYONE = tuple(role for role in Role if role is not Role.SYSTEM)
