"""Who may do what: one table to audit (rulebook S2, 三员 and separation of duties).

A drafter never reviews and a reviewer never signs: that is checked person by person at the gate;
here stand the rights that a role has at all.
"""

from cms.accounts.enums import Role

# Rights on the whole page tree, as Wagtail names them.
PAGE_RIGHTS: dict[Role, tuple[str, ...]] = {
    Role.EDITOR: ("add_page", "change_page"),
    Role.OFFICER: ("add_page", "change_page"),
    Role.SIGNER: ("publish_page", "lock_page", "unlock_page"),
}

# Rights on images and documents.
FILE_RIGHTS: dict[Role, tuple[str, ...]] = {
    Role.EDITOR: ("add", "change", "choose"),
    Role.OFFICER: ("add", "choose"),
    Role.REVIEWER: ("choose",),
    Role.SIGNER: ("choose",),
}

OPINIONS_READ = ("consultation.view_opinion",)
OPINIONS_ENTER = (*OPINIONS_READ, "consultation.enter_opinion")
WORDINGS = (
    "consultation.add_standardwording",
    "consultation.change_standardwording",
    "consultation.view_standardwording",
)
RATINGS = ("intake.view_servicerating", "intake.call_back")
OPINIONS_DECIDE = (
    *OPINIONS_ENTER,
    *RATINGS,
    *WORDINGS,
    "consultation.advise_opinion",
    "consultation.countersign_group",
    "consultation.decide_opinion",
    "consultation.make_report",
    "consultation.record_decision",
    "intake.unmask_receipt",
)

SIGN_UPS_READ = ("events.view_session", "events.view_signup", "events.view_question")
# Who drafts an activity plans its sessions; who signed up is not theirs to read.
SESSIONS_PLAN = (
    "events.view_session",
    "events.view_question",
    "events.manage_session",
    "events.add_room",
    "events.change_room",
    "events.view_room",
)
SIGN_UPS_RUN = (
    *SIGN_UPS_READ,
    *SESSIONS_PLAN,
    "events.enter_signup",
    "events.run_draw",
    "events.change_question",
)

SURVEYS_READ = ("surveys.view_response",)
SURVEYS_WORK = (
    *SURVEYS_READ,
    "surveys.export_response",
    "surveys.make_results",
    "surveys.send_texts",
)

RIGHTS: dict[Role, tuple[str, ...]] = {
    Role.ADMIN: (
        "wagtailcore.change_site",
        "pages.change_sitefacts",
        "workdays.add_arrangement",
        "workdays.change_arrangement",
        "workdays.view_arrangement",
        "duties.view_duty",
    ),
    Role.SECURITY: (
        "accounts.add_user",
        "accounts.change_user",
        "accounts.view_department",
        "accounts.add_department",
        "accounts.change_department",
        "auth.view_group",
        "auth.change_group",
    ),
    Role.AUDITOR: ("record.view_event", "letters.view_letter", "duties.view_duty"),
    Role.EDITOR: (
        *SESSIONS_PLAN,
        "wagtail_localize.submit_translation",
        *SURVEYS_READ,
        "surveys.make_results",
        "intake.add_privacynotice",
        "intake.change_privacynotice",
        "intake.view_privacynotice",
        "duties.view_duty",
    ),
    Role.REVIEWER: ("duties.view_duty",),
    Role.SIGNER: (*OPINIONS_READ, "consultation.countersign_group", "duties.view_duty"),
    Role.OFFICER: (
        *OPINIONS_DECIDE,
        *SURVEYS_WORK,
        *SIGN_UPS_READ,
        "events.enter_signup",
        "events.change_question",
        "duties.view_duty",
    ),
    Role.CLERK: (
        *OPINIONS_ENTER,
        *SURVEYS_READ,
        *SIGN_UPS_RUN,
        *RATINGS,
        "intake.unmask_receipt",
        "letters.view_letter",
        "letters.resend_letter",
        "workdays.add_arrangement",
        "workdays.change_arrangement",
        "workdays.view_arrangement",
        "duties.view_duty",
    ),
    Role.DISCLOSURE: ("duties.view_duty",),
}
