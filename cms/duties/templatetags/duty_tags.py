from django import template

from cms.duties import queries

register = template.Library()


@register.simple_tag
def explain(duty):
    """`{% explain duty as counted %}`: why this date, day by day."""
    return queries.explain(duty)
