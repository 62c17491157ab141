"""What the public gets of a picture: its pixels, not where and with what it was taken."""

from django.utils.functional import cached_property
from wagtail.images.image_operations import FilterOperation
from wagtail.images.models import Filter

KEPT = frozenset({"background", "disposal", "duration", "icc_profile", "loop", "transparency"})


class WithoutMetadata(FilterOperation):
    """Place, camera, author and comments stay behind. Drawings (SVG) have none of these."""

    def construct(self):
        pass

    def run(self, willow, image, env):
        if env["original-format"] == "svg":
            return willow
        picture = willow.get_pillow_image()
        for name in set(picture.info) - KEPT:
            del picture.info[name]
        return willow


class PublicFilter(Filter):
    """A filter as asked for, and the metadata removed at its end."""

    @cached_property
    def filter_operations(self):
        return [*super().filter_operations, WithoutMetadata("without-metadata")]
