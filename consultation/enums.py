from django.db import models
from django.utils.translation import gettext_lazy as _


class DecisionClass(models.TextChoices):
    """Kinds of major decision (713, Article 3), in the words of a Shanghai town's catalogue."""

    MEASURE = "measure", _("Major public policy or measure")
    PLAN = "plan", _("Important plan")
    RESOURCES = "resources", _("Natural and cultural resources")
    BUILDING = "building", _("Major public building project")
    OTHER = "other", _("Other matter of great public interest")


class Adjustment(models.TextChoices):
    """How a catalogue entry stands to the previous version (rulebook D3)."""

    KEPT = "kept", _("Kept")
    ADDED = "added", _("Added")
    CHANGED = "changed", _("Changed")
    REMOVED = "removed", _("Removed")


class DossierPart(models.TextChoices):
    """The ten parts that the decision column must hold (plan 2023, III.1), in their order."""

    DRAFT = "draft", _("Full text of the draft")
    EXPLANATION = "explanation", _("Explanation of the draft")
    INTERPRETATION = "interpretation", _("Interpretation of the draft")
    BACKGROUND = "background", _("Background of the decision")
    OPINIONS = "opinions", _("Opinions received and their adoption")
    ATTENDANCE = "attendance", _("Public representatives at the decision meeting")
    RESULT = "result", _("The decision")
    RISK = "risk", _("Risk assessment")
    EXPERTS = "experts", _("Expert review")
    EVALUATION = "evaluation", _("Effect evaluation")


class PartState(models.TextChoices):
    PUBLISHED = "published", _("Published")
    NOT_YET = "not_yet", _("Not yet reached")
    NOT_APPLICABLE = "not_applicable", _("Does not apply")
    WITHHELD = "withheld", _("Not disclosed by law")


class ConsultationStatus(models.TextChoices):
    """Computed, never set by hand (rulebook C11)."""

    SCHEDULED = "scheduled", _("Not started")
    OPEN = "open", _("Open for opinions")
    CLOSED = "closed", _("Closed, opinions under study")
    ANSWERED = "answered", _("Answered")


class Standing(models.TextChoices):
    """How the promise to report stands, in the order of its list: what is wrong stands first."""

    OVERDUE = "overdue", _("Overdue, not published")
    RUNNING = "running", _("Due, still in time")
    LATE = "late", _("Published late")
    KEPT = "kept", _("Published in time")
    ANSWERED = "answered", _("Published before the decision")
    NOT_YET = "not_yet", _("Decision not issued yet")


class Channel(models.TextChoices):
    """The ways an opinion can come (713, Article 14; rulebook C3, C5)."""

    WEB = "web", _("Web message")
    LETTER = "letter", _("Letter")
    EMAIL = "email", _("E-mail")
    PHONE = "phone", _("Telephone")
    COUNTER = "counter", _("In person")
    SYMPOSIUM = "symposium", _("Symposium")
    HEARING = "hearing", _("Hearing")
    VISIT = "visit", _("Field visit")
    SURVEY = "survey", _("Questionnaire")


class Identity(models.TextChoices):
    RESIDENT = "resident", _("Resident")
    ENTERPRISE = "enterprise", _("Enterprise")
    SOCIAL_ORGANISATION = "social_organisation", _("Social organisation")
    TRADE_ASSOCIATION = "trade_association", _("Trade association")
    OTHER = "other", _("Other")


class Verdict(models.TextChoices):
    """What became of an opinion. All but the first two need a reason (rulebook A4).

    ``SPLIT`` stands on an opinion that was divided into points: each point has its own verdict,
    and the whole counts no more.
    """

    PENDING = "pending", _("Under study")
    ADOPTED = "adopted", _("Adopted")
    PARTLY_ADOPTED = "partly_adopted", _("Partly adopted")
    NOT_ADOPTED = "not_adopted", _("Not adopted")
    OFF_TOPIC = "off_topic", _("Unrelated to this matter (passed on)")
    SPLIT = "split", _("Split into points")


NEEDS_REASON = frozenset({Verdict.PARTLY_ADOPTED, Verdict.NOT_ADOPTED, Verdict.OFF_TOPIC})
FINAL_VERDICTS = (
    Verdict.ADOPTED,
    Verdict.PARTLY_ADOPTED,
    Verdict.NOT_ADOPTED,
    Verdict.OFF_TOPIC,
)


WITHDRAWN = "withdrawn"
# What a point can come to; received is the sum of these, in every state.
OUTCOMES = (*FINAL_VERDICTS, Verdict.PENDING, WITHDRAWN)


class DraftKind(models.TextChoices):
    """A version of the text: put before the public, or decided."""

    DRAFT = "draft", _("Draft for comments")
    DECISION = "decision", _("Decision as issued")


class RunState(models.TextChoices):
    """How far a run of the grouping is."""

    QUEUED = "queued", _("waiting")
    RUNNING = "running", _("running")
    DONE = "done", _("finished")
    CANCELLED = "cancelled", _("cancelled")
    FAILED = "failed", _("failed")


UNFINISHED = (RunState.QUEUED, RunState.RUNNING)


class ReadingStage(models.TextChoices):
    """What a run is doing; another suggester may have stages of its own."""

    READING = "reading", _("reading the texts")
    COMPARING = "comparing", _("noting their words")
    COPIES = "copies", _("looking for copies")
    WEIGHING = "weighing", _("weighing the words")
    NEIGHBOURS = "neighbours", _("looking for similar texts")
    GATHERING = "gathering", _("gathering similar texts")
    REFINING = "refining", _("checking the groups")
    NAMING = "naming", _("naming the groups")
    SUGGEST = "suggest", _("writing down the suggestions")


class SuggestionState(models.TextChoices):
    """A suggestion waits until a person says yes or no."""

    OPEN = "open", _("suggested")
    ACCEPTED = "accepted", _("accepted")
    DISMISSED = "dismissed", _("dismissed")


class Queue(models.TextChoices):
    """The ways an officer asks for work."""

    ALL = "all", _("All")
    MINE = "mine", _("Assigned to me")
    UNASSIGNED = "unassigned", _("Assigned to nobody")
    DUE_SOON = "due_soon", _("Due soon")
    MY_GROUPS = "my_groups", _("In my groups")
    ADVICE = "advice", _("With another department for advice")
    SUGGESTED = "suggested", _("Suggested for a group")


class ChangeKind(models.TextChoices):
    """What a bulk action did to many opinions at once."""

    VERDICT = "verdict", _("verdict given")
    GROUP = "group", _("put into a group or taken out")
    ASSIGN = "assign", _("assigned")
    HAND_OVER = "hand_over", _("handed to a department for advice")
    DUE = "due", _("internal due date set")
    TAG = "tag", _("tagged")


class ImportState(models.TextChoices):
    """The first three wait for a worker, or are in its hands."""

    CHECKING = "checking", _("Being checked")
    RUNNING = "running", _("Being imported")
    TAKING_BACK = "taking_back", _("Being taken back")
    CHECKED = "checked", _("Checked, has faults")
    CLEAN = "clean", _("Checked, clean")
    IMPORTED = "imported", _("Imported")


class TakeOverState(models.TextChoices):
    """How far a consultation of another office is."""

    WAITING = "waiting", _("waiting")
    CHECKING = "checking", _("being checked")
    RUNNING = "running", _("being taken over")
    DONE = "done", _("taken over")
    REFUSED = "refused", _("refused")
    FAILED = "failed", _("failed")


TAKING_OVER = (TakeOverState.WAITING, TakeOverState.CHECKING, TakeOverState.RUNNING)


class ReportFormat(models.TextChoices):
    """The files of an edition of a report, each under the name it is fetched by."""

    PDF = "report.pdf", "PDF"
    WORD = "report.docx", "Word"
    WORKBOOK = "annex.xlsx", "XLSX"
    TABLE = "annex.csv", "CSV"
    DATA = "data.jsonl", "JSON Lines"
    PAGE = "page.json", "JSON"


# Their lines are frozen with the report: they can be had before the file is made.
STREAMED_FORMATS = (ReportFormat.TABLE, ReportFormat.DATA)


class FileState(models.TextChoices):
    """How far a file of an edition is; one that cannot be made here says so."""

    WAITING = "waiting", _("being made")
    MADE = "made", _("ready")
    UNAVAILABLE = "unavailable", _("cannot be made on this server")


WITH_A_WORKER = (ImportState.CHECKING, ImportState.RUNNING, ImportState.TAKING_BACK)


class CityScope(models.TextChoices):
    """Which opinions go to the city's suggestion system."""

    ALL = "all", _("all opinions")
    ADOPTED = "adopted", _("those adopted, even partly")
