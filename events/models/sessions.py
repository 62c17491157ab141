import uuid
from datetime import datetime

from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from cms.accounts.models import Department

from ..enums import QuotaKind, SessionState
from .activities import ActivityPage


class Room(models.Model):
    """A room whose places are shared by all sessions that are in it at one time."""

    name = models.CharField(_("name"), max_length=100, unique=True, help_text=_("Becomes public."))
    name_en = models.CharField(_("name in English"), max_length=200, blank=True)
    capacity = models.PositiveIntegerField(_("people at one time"))
    department = models.ForeignKey(
        Department,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("department"),
    )

    class Meta:
        verbose_name = _("room")
        verbose_name_plural = _("rooms")
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name

    @property
    def display_name(self) -> str:
        """In the language of the reader."""
        return (self.name_en or self.name) if get_language() == "en" else self.name


class SessionQuerySet(models.QuerySet):
    def shown(self):
        """What the public may see of the programme; a cancelled session is shown as such."""
        return self.exclude(state=SessionState.PLANNED)

    def upcoming(self, at: datetime):
        return self.filter(state=SessionState.OPEN, starts_at__gt=at)

    def at_once_with(self, session: "Session"):
        """Sessions in the same room at the same time, itself among them, by number."""
        if not session.room_id:
            return self.filter(pk=session.pk)
        overlapping = Q(
            room=session.room_id,
            starts_at__lt=session.ends_at,
            ends_at__gt=session.starts_at,
            state__in=[SessionState.PLANNED, SessionState.OPEN],
        )
        return self.filter(overlapping | Q(pk=session.pk)).order_by("pk")


class Session(models.Model):
    """One session of an activity: when, where, and how far it has come.

    Not a part of the page's revisions: an older text that is published again must neither bring
    back a former time nor delete a session with its sign-ups. It holds no text of its own.
    """

    activity = models.ForeignKey(ActivityPage, on_delete=models.PROTECT, related_name="sessions")
    # Names it in addresses, door codes and published draws, in every language the same.
    key = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    starts_at = models.DateTimeField(_("starts at"))
    ends_at = models.DateTimeField(_("ends at"))
    room = models.ForeignKey(
        Room,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="sessions",
        verbose_name=_("room"),
    )
    minimum = models.PositiveIntegerField(
        _("fewest participants"), default=0, help_text=_("With fewer it may be cancelled.")
    )
    is_tentative = models.BooleanField(_("tentative"), default=False)
    state = models.CharField(
        _("state"), max_length=10, choices=SessionState, default=SessionState.PLANNED
    )
    # Why it was moved or cancelled, as the letters say it.
    reason = models.CharField(_("reason, told to the participants"), max_length=200, blank=True)

    objects = SessionQuerySet.as_manager()

    class Meta:
        verbose_name = _("session")
        verbose_name_plural = _("sessions")
        ordering = ["starts_at", "pk"]
        indexes = [models.Index(fields=["room", "starts_at"], name="session_in_room")]
        constraints = [
            models.CheckConstraint(
                name="session_ends_after_it_starts", condition=Q(ends_at__gt=F("starts_at"))
            )
        ]
        permissions = [
            ("manage_session", _("Can plan, move and cancel sessions and their places")),
            ("run_draw", _("Can draw lots and select participants")),
        ]

    def __str__(self) -> str:
        starts, ends = timezone.localtime(self.starts_at), timezone.localtime(self.ends_at)
        return f"{starts:%Y-%m-%d %H:%M}–{ends:%H:%M}"

    @property
    def is_open(self) -> bool:
        return self.state == SessionState.OPEN

    @property
    def takes_place(self) -> bool:
        """It will be, or was, held."""
        return self.state in (SessionState.OPEN, SessionState.HELD)


class SessionPlaces(models.Model):
    """The places anybody can get: how many there are, and how many are taken.

    The one hot row of a session, changed by conditional updates only. ``taken`` is the sum of
    what sign-ups without a quota hold; ``waiting`` is how many parties are on the waiting list.
    """

    session = models.OneToOneField(
        Session, on_delete=models.CASCADE, primary_key=True, related_name="places"
    )
    capacity = models.PositiveIntegerField(_("places"))
    taken = models.PositiveIntegerField(_("taken"), default=0)
    waiting = models.PositiveIntegerField(_("parties waiting"), default=0)
    next_position = models.PositiveIntegerField(default=1)
    # These two repeat what the session says, so that one conditional update can ask for it.
    is_open = models.BooleanField(_("gives places"), default=False)
    has_room = models.BooleanField(_("shares a room"), default=False)

    class Meta:
        verbose_name = _("places of a session")
        verbose_name_plural = _("places of sessions")
        default_permissions = []
        constraints = [
            models.CheckConstraint(
                name="places_not_oversold", condition=Q(taken__lte=F("capacity"))
            )
        ]

    def __str__(self) -> str:
        return f"{self.taken}/{self.capacity}"

    @property
    def left(self) -> int:
        return self.capacity - self.taken

    @property
    def left_for_all(self) -> int:
        """What somebody new can get: nothing while others wait, for nobody overtakes."""
        return 0 if self.waiting else self.left


class Quota(models.Model):
    """Places kept for a group until a moment; what is left of them then goes to everybody."""

    session = models.ForeignKey(Session, on_delete=models.CASCADE, related_name="quotas")
    kind = models.CharField(_("kept for"), max_length=12, choices=QuotaKind)
    name = models.CharField(_("name of the group"), max_length=100, blank=True)
    capacity = models.PositiveIntegerField(_("places"))
    taken = models.PositiveIntegerField(_("taken"), default=0)
    kept_until = models.DateTimeField(_("kept until"))
    ended_at = models.DateTimeField(_("given to everybody at"), null=True, blank=True)

    class Meta:
        verbose_name = _("places kept for a group")
        verbose_name_plural = _("places kept for groups")
        ordering = ["session", "pk"]
        default_permissions = []
        constraints = [
            models.CheckConstraint(
                name="quota_not_oversold", condition=Q(taken__lte=F("capacity"))
            ),
            models.UniqueConstraint(fields=["session", "kind", "name"], name="quota_once"),
        ]

    def __str__(self) -> str:
        return self.name or self.get_kind_display()

    @property
    def left(self) -> int:
        return self.capacity - self.taken
