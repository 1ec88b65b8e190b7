"""Σ of time from the interval tables: how long something was so of an asset inside a period."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.contrib.postgres.fields import DateTimeRangeField
from django.db.backends.postgresql.psycopg_any import DateTimeTZRange
from django.db.models import DateTimeField, DurationField, ExpressionWrapper, F, Func, OuterRef, Subquery, Sum, Value
from django.db.models.functions import Coalesce

from linli.base import clock
from linli.scoreboard.declarations import AsOf
from linli.signals.models import Interval


def period(as_of: AsOf) -> tuple[datetime, datetime]:
    """The period's first instant and its exclusive end; what has not yet happened is neither due nor done."""
    return as_of.begin, max(as_of.begin, min(as_of.end, clock.now()))


def length(as_of: AsOf) -> Value:
    """The period as one duration: what is due of a thing in use all the time."""
    begin, end = period(as_of)
    return Value(end - begin, output_field=DurationField())


def held(as_of: AsOf, what: str, *values: str, asset: str = "pk") -> Coalesce:
    """An annotation: the time within the period in which `what` had one of `values` (any, if none is named).

    `asset`: the path from the rows to the asset. Intervals of one `what` do not overlap, so their sum is the time.
    """
    begin, end = period(as_of)
    rows = Interval.objects.filter(asset=OuterRef(asset), what=what, during__overlap=(begin, end))
    if values:
        rows = rows.filter(value__in=values)
    within = Value(DateTimeTZRange(begin, end), output_field=DateTimeRangeField())
    inside = ExpressionWrapper(F("during") * within, output_field=DateTimeRangeField())
    time = ExpressionWrapper(_bound("upper", inside) - _bound("lower", inside), output_field=DurationField())
    summed = rows.order_by().values("asset").annotate(time=Sum(time)).values("time")
    return Coalesce(Subquery(summed, output_field=DurationField()), length(as_of) - length(as_of))


def _bound(function: str, inside: Any) -> Func:
    return Func(inside, function=function, output_field=DateTimeField())
