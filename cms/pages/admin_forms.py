from wagtail.admin.forms import WagtailAdminPageForm

from .rules import slug_from


class BasePageForm(WagtailAdminPageForm):
    """A Chinese title gets a readable latin address by itself."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        if "slug" in self.fields:
            self.fields["slug"].required = False

    def clean_slug(self):
        return self.cleaned_data.get("slug") or slug_from(self.cleaned_data.get("title") or "")
