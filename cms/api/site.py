"""``/api/v1/``: what the site publishes, for programs (design, section 1). It only reads."""

from functools import wraps

from django.conf import settings
from django.http import Http404, HttpResponse, JsonResponse
from django.urls import URLPattern, re_path
from django.utils import translation
from django.utils.translation import gettext as _
from ninja import NinjaAPI, Schema
from ninja.errors import ValidationError
from ninja.renderers import JSONRenderer

from .keyset import CursorUnknown
from .pages import absolute
from .registry import sections

READING = ("GET", "HEAD", "OPTIONS")
DESCRIPTION = (
    "What the site publishes, as data: consultations, adoption reports, decisions, policy "
    "documents and more. Only published, reviewed content; no personal data; read-only, without "
    "a key. Lists go newest first; ask on with `after=` the `next_after` of the answer before."
)


class ReadableJSON(JSONRenderer):
    """Chinese as it is written, not as numbers of characters."""

    json_dumps_params = {"ensure_ascii": False}


class SectionLink(Schema):
    name: str
    url: str


class Index(Schema):
    openapi: str
    sections: list[SectionLink]


def open_interface() -> tuple:
    """The addresses below ``/api/v1/``, fit for ``path``: all sections, one way to fail."""
    api = NinjaAPI(
        title="建言 Jianyan",
        version="1",
        description=DESCRIPTION,
        urls_namespace="api-v1",
        docs_url=None,
        renderer=ReadableJSON(),
    )
    routers = sections()
    for name in sorted(routers):
        api.add_router(f"/{name}/", routers[name])
    api.get("/", response=Index, operation_id="index")(_index)
    api.add_exception_handler(Http404, _missing)
    api.add_exception_handler(ValidationError, _invalid)
    api.add_exception_handler(CursorUnknown, _lost)
    patterns, app_name, namespace = api.urls
    for pattern in patterns:
        pattern.callback = _for_everyone(pattern.callback)
    return [*patterns, _nothing_here()], app_name, namespace


def _index(request):
    """Where everything is."""
    found = [
        {"name": name, "url": absolute(f"{request.path}{name}/")} for name in sorted(sections())
    ]
    return {"openapi": absolute(f"{request.path}openapi.json"), "sections": found}


def _nothing_here() -> URLPattern:
    """Only with a slash at the end: without one, the address is first tried with it."""
    return re_path(r"^(?:.*/)?$", _for_everyone(_missing), name="nothing")


def _for_everyone(view):
    """Read by any program on any page, in the language it names; writing is refused."""

    @wraps(view)
    def answer(request, *args, **kwargs):
        if request.method not in READING:
            response = _fault("method_not_allowed", _("This interface only reads."), 405)
            response["Allow"] = ", ".join(READING)
        elif request.method == "OPTIONS":
            response = HttpResponse(status=204, headers={"Allow": ", ".join(READING)})
        else:
            response = _read(view, request, *args, **kwargs)
        response["Access-Control-Allow-Origin"] = "*"
        return response

    answer.csrf_exempt = True
    return answer


def _read(view, request, *args, **kwargs):
    """HEAD is answered like GET; the server leaves the body away."""
    asked = request.GET.get("lang", settings.LANGUAGE_CODE)
    language = asked if asked in dict(settings.LANGUAGES) else settings.LANGUAGE_CODE
    method, request.method = request.method, "GET"
    with translation.override(language):
        response = view(request, *args, **kwargs)
    request.method = method
    response["Content-Language"] = language
    return response


def _missing(request, _refused=None, **_parts) -> JsonResponse:
    return _fault("not_found", _("There is nothing here that everyone may read."), 404)


def _lost(request, _refused) -> JsonResponse:
    problem = {"where": "after", "what": _("Use next_after of the answer before.")}
    return _fault("bad_cursor", _("The list was never left at this place."), 422, [problem])


def _invalid(request, refused: ValidationError) -> JsonResponse:
    problems = [
        {"where": ".".join(str(part) for part in error["loc"][-1:]), "what": error["msg"]}
        for error in refused.errors
    ]
    return _fault("invalid", _("The question cannot be understood."), 422, problems)


def _fault(code: str, message: str, status: int, problems: list | None = None) -> JsonResponse:
    error = {"code": code, "message": message, "problems": problems or []}
    return JsonResponse({"error": error}, status=status, json_dumps_params={"ensure_ascii": False})
