from django.utils.translation import gettext_lazy as _

from cms.pages.feeds import feed

from .models import ActivityPage, ActivityReportPage

urlpatterns = [
    feed(ActivityPage, "activities", _("Open day activities")),
    feed(ActivityReportPage, "activity-reports", _("Activity highlights")),
]
