"""What pages for officials share, in the frame of the CMS: rights, and a page with one form."""

from django.core.exceptions import PermissionDenied
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy


class NeedsPermission:
    """Refuses whoever lacks ``permission_required``; the CMS says so and leads home."""

    permission_required: str

    def dispatch(self, request, *args, **kwargs):
        if not request.user.has_perm(self.permission_required):
            raise PermissionDenied
        return super().dispatch(request, *args, **kwargs)


class OneForm:
    """A page with one form: what was typed comes back with its faults, status 422."""

    form_class = None
    submit_label = gettext_lazy("Save")

    def get_form_kwargs(self) -> dict:
        return {"data": self.request.POST if self.request.method == "POST" else None}

    @cached_property
    def form(self):
        return self.form_class(**self.get_form_kwargs())

    def get_context_data(self, **kwargs):
        return super().get_context_data(
            form=self.form,
            media=self.form.media,
            submit_label=self.submit_label,
            is_multipart=self.form.is_multipart(),
            **kwargs,
        )

    def post(self, request, *args, **kwargs):
        if self.form.is_valid():
            response = self.form_valid(self.form)
            if response is not None:
                return response
        return self.again()

    def again(self, status: int = 422, **context):
        return self.render_to_response(self.get_context_data(**context), status=status)
