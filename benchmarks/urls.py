from django.http import HttpResponse
from django.urls import path
from django.views.decorators.csrf import csrf_exempt

from cms.urls import urlpatterns as site_urls

from .models import Line


@csrf_exempt
def insert(request):
    """A minimal view doing one INSERT: the reference, not a part of the site."""
    Line.objects.create(text=request.POST["text"])
    return HttpResponse("ok", status=201)


urlpatterns = [path("bench/insert/", insert), *site_urls]
