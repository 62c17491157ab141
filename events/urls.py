from django.urls import path

from .views import manage, programme, sign_ups

app_name = "events"

urlpatterns = [
    path("open-day/<int:year>/calendar.ics", programme.calendar_of_year, name="calendar"),
    path(
        "open-day/<int:year>/<slug:slug>/draws/<uuid:key>.json",
        programme.draw_file,
        name="draw_file",
    ),
    path("open-day/<int:year>/<slug:slug>/register/", sign_ups.register, name="register"),
    path("sign-ups/<str:token>/", manage.manage, name="manage"),
    path("sign-ups/<str:token>/party/", manage.change_party, name="change_party"),
    path("sign-ups/<str:token>/session.ics", manage.calendar_of_one, name="calendar_of_one"),
]
