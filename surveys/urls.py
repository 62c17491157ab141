from django.urls import path

from . import views

app_name = "surveys"

urlpatterns = [
    path("surveys/<slug:slug>/answer/", views.answer, name="answer"),
    path("surveys/<slug:slug>/answer/<str:token>/", views.answer_invited, name="answer_invited"),
]
