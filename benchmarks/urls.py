from django.db import transaction
from django.db.models import F
from django.http import HttpResponse
from django.urls import path
from django.views.decorators.csrf import csrf_exempt

from cms.urls import urlpatterns as site_urls

from .models import Hot, Line


@csrf_exempt
def insert(request):
    """A minimal view doing one INSERT: the reference, not a part of the site."""
    Line.objects.create(text=request.POST["text"])
    return HttpResponse("ok", status=201)


@csrf_exempt
@transaction.atomic
def place(request):
    """A minimal view doing one conditional UPDATE of a hot row and one INSERT: the reference."""
    hot = Hot.objects.filter(pk=1, taken__lt=F("capacity"))
    if not hot.update(taken=F("taken") + 1):
        return HttpResponse("full", status=409)
    Line.objects.create(text=request.POST["text"])
    return HttpResponse("ok", status=201)


urlpatterns = [path("bench/insert/", insert), path("bench/place/", place), *site_urls]
