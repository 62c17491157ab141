from django.utils.translation import gettext_lazy as _
from wagtail.admin.paginator import WagtailPaginator


class ConsultationPaginator(WagtailPaginator):
    verbose_name = _("consultation")
    verbose_name_plural = _("consultations")


class KeyPaginator(WagtailPaginator):
    """Finds the keys of a page first, from the nearer end, and then only their rows.

    The last page of a hundred thousand is as near as the first, and no skipped row is read.
    """

    def page(self, number):
        number = self.validate_number(number)
        bottom = (number - 1) * self.per_page
        top = min(bottom + self.per_page, self.count)
        keys = self._keys(bottom, top)
        return self._get_page(self.object_list.filter(pk__in=keys), number, self)

    def _keys(self, bottom: int, top: int) -> list[int]:
        keys = self.object_list.values_list("pk", flat=True)
        if bottom > self.count // 2:
            return list(keys.reverse()[self.count - top : self.count - bottom])
        return list(keys[bottom:top])
