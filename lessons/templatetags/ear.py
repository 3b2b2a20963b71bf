"""Shares as percentages."""

from __future__ import annotations

from django import template
from django.utils.formats import number_format

register = template.Library()


@register.filter
def percent(share: float) -> str:
    """0.123 -> 12 %"""
    return f"{number_format(round(100 * share), 0)} %"
