"""An open day in August with one activity and its sessions, as drafts."""

from datetime import datetime, timedelta

import factory

from events.enums import SessionState
from events.models import (
    ActivityPage,
    ActivityReportPage,
    OpenDayIndexPage,
    OpenDayPage,
    Room,
    Session,
    SessionPlaces,
)
from events.rules import SHANGHAI

from .pages import DraftPageFactory, HomePageFactory
from .people import DepartmentFactory

SIGN_UP_OPENS = datetime(2026, 8, 3, 9, 0, tzinfo=SHANGHAI)
SIGN_UP_CLOSES = datetime(2026, 8, 13, 17, 0, tzinfo=SHANGHAI)
PART = {"time": "", "guide": "", "text": ""}
STARTS = datetime(2026, 8, 15, 9, 0, tzinfo=SHANGHAI)


class OpenDayIndexPageFactory(DraftPageFactory):
    class Meta:
        model = OpenDayIndexPage

    title = "政府开放日"
    slug = "open-day"
    parent = factory.SubFactory(HomePageFactory)


class OpenDayPageFactory(DraftPageFactory):
    class Meta:
        model = OpenDayPage

    title = "2026年“政府开放月”"
    slug = "2026"
    year = 2026
    theme = "民心工程看得见"
    parent = factory.SubFactory(OpenDayIndexPageFactory)


class ActivityPageFactory(DraftPageFactory):
    class Meta:
        model = ActivityPage

    title = "走进社区事务受理服务中心"
    slug = factory.Sequence("service-centre-{}".format)
    theme = "一网通办就在身边"
    department = factory.SubFactory(DepartmentFactory)
    place = "社区事务受理服务中心"
    address = "淞南镇（示例地址）"
    agenda = [("visit", PART | {"title": "参观办事大厅"}), ("qa", PART | {"title": "现场答疑"})]
    opens_at = SIGN_UP_OPENS
    closes_at = SIGN_UP_CLOSES
    contact_person = "党政办公室"
    contact_phone = "021-0000-0000"
    parent = factory.SubFactory(OpenDayPageFactory)


class ActivityReportPageFactory(DraftPageFactory):
    class Meta:
        model = ActivityReportPage

    title = "活动集锦：走进社区事务受理服务中心"
    slug = "report"
    body = [("text", "<p>三十位居民走进办事大厅。</p>")]
    parent = factory.SubFactory(ActivityPageFactory)


class RoomFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Room
        django_get_or_create = ("name",)

    name = "一楼大厅"
    capacity = 100


class SessionFactory(factory.django.DjangoModelFactory):
    """An announced session of two hours; ``capacity`` is how many places anybody can get."""

    class Meta:
        model = Session
        skip_postgeneration_save = True

    activity = factory.SubFactory(ActivityPageFactory)
    starts_at = STARTS
    ends_at = factory.LazyAttribute(lambda session: session.starts_at + timedelta(hours=2))
    state = SessionState.OPEN

    @factory.post_generation
    def capacity(self, create, capacity: int | None, **kwargs):
        SessionPlaces.objects.create(
            session=self,
            capacity=10 if capacity is None else capacity,
            is_open=self.state == SessionState.OPEN,
            has_room=self.room_id is not None,
        )
