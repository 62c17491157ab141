from .intake import PrivacyNoticeFactory
from .pages import (
    CLOSES,
    OPENS,
    AdoptionReportPageFactory,
    ConsultationPageFactory,
    ContentPageFactory,
    DecisionCataloguePageFactory,
    DecisionIndexPageFactory,
    DecisionPageFactory,
    HomePageFactory,
    PolicyDocumentPageFactory,
    PolicyIndexPageFactory,
)
from .people import DepartmentFactory, UserFactory

__all__ = [
    "CLOSES",
    "OPENS",
    "AdoptionReportPageFactory",
    "ConsultationPageFactory",
    "ContentPageFactory",
    "DecisionCataloguePageFactory",
    "DecisionIndexPageFactory",
    "DecisionPageFactory",
    "DepartmentFactory",
    "HomePageFactory",
    "PolicyDocumentPageFactory",
    "PolicyIndexPageFactory",
    "PrivacyNoticeFactory",
    "UserFactory",
]
