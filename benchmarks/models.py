from django.db import models
from wagtail.models import Page


class BarePage(Page):
    """The reference for pages: what a Wagtail page costs when it shows its title and no more."""


class Line(models.Model):
    """The reference for submissions: one row, one INSERT."""

    text = models.TextField()

    def __str__(self) -> str:
        return self.text


class Hot(models.Model):
    """The reference for sign-ups: one row that everybody wants to change at once."""

    taken = models.PositiveIntegerField(default=0)
    capacity = models.PositiveIntegerField()

    def __str__(self) -> str:
        return f"{self.taken}/{self.capacity}"
