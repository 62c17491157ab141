"""Which sections can be read by machines. The lower app never asks what a section holds."""

from ninja import Router

_routers: dict[str, Router] = {}


def section(name: str) -> Router:
    """The router of a section, read at ``/api/v1/<name>/``; its ``api.py`` asks for it once."""
    return _routers.setdefault(name, Router(tags=[name]))


def sections() -> dict[str, Router]:
    return dict(_routers)
