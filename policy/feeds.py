from django.utils.translation import gettext_lazy as _

from cms.pages.feeds import feed

from .models import PolicyDocumentPage

urlpatterns = [feed(PolicyDocumentPage, "policies", _("Policy documents"))]
