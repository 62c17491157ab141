from django.utils.cache import patch_cache_control

FRESH_SECONDS = 10


class FreshMixin:
    """A page that says how many places are left: the same for all, and kept for a moment only."""

    def get_context(self, request, *args, **kwargs):
        context = super().get_context(request, *args, **kwargs)
        # A list that was asked for in a particular way is made for who asked.
        kept_under = "" if request.GET else self.live_key(request)
        return {**context, "kept_under": kept_under, "fresh_seconds": FRESH_SECONDS}

    def serve(self, request, *args, **kwargs):
        response = super().serve(request, *args, **kwargs)
        if self.live_key(request) and not response.cookies:
            patch_cache_control(response, public=True, max_age=FRESH_SECONDS)
        return response
