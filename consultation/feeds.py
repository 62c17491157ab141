from django.utils.translation import gettext_lazy as _

from cms.pages.feeds import feed

from .models import AdoptionReportPage, ConsultationPage, DecisionPage

urlpatterns = [
    feed(ConsultationPage, "consultations", _("Consultations")),
    feed(DecisionPage, "decisions", _("Major administrative decisions")),
    feed(AdoptionReportPage, "adoption-reports", _("Feedback on adoption")),
]
