from django.http import HttpResponseBadRequest, JsonResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from .proof import new_challenge

LONGEST_KEY = 200


@never_cache
@require_GET
def challenge(request):
    """The calculation for one submission key; useless for any other."""
    token = request.GET.get("key", "")
    if not token or len(token) > LONGEST_KEY:
        return HttpResponseBadRequest()
    return JsonResponse(new_challenge(token))
