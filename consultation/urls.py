from django.urls import path

from . import views

app_name = "consultation"

urlpatterns = [
    path(
        "decisions/<int:year>/<slug:slug>/consultation/opinion/", views.opinion, name="opinion"
    ),
]
