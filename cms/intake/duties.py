from django.utils.translation import gettext_lazy as _

from cms.duties.kinds import DutyKind, register

CALL_BACK = DutyKind(
    code="call_back",
    title=_("Call back after a low rating"),
    event="rated_low",
    event_title=_("Answer rated low"),
    working_days=5,
    warn_at=(3, 1),
    source=_(
        "Whoever is dissatisfied with an answer is called back (Shanghai, decision on One-Net "
        "services, Art. 11; the five working days are the town's own rule)"
    ),
)


def register_kinds() -> None:
    register(CALL_BACK)
