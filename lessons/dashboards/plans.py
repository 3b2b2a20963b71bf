"""The plans there were, and what became of them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.db.models import OuterRef, Q, QuerySet, Subquery
from django.utils import timezone

from lessons.models import Assessment, Membership, PlanItem, PracticeLimits, PracticePlan, User


@dataclass(frozen=True, slots=True)
class PlanLine:
    """A plan and its items, each with the `overall` of the take it was played as, or None."""

    plan: PracticePlan
    played: list[PlanItem]
    unplayed: list[PlanItem]

    @property
    def day(self) -> date:
        return timezone.localdate(self.plan.created_at)


def plans_of(student: User) -> QuerySet[PracticePlan]:
    """Every plan there was, newest first: for a page of them."""
    return PracticePlan.objects.filter(student=student)


def is_older_than_limits(plan: PracticePlan) -> bool:
    """What a teacher sets holds from the next plan on."""
    classes = Membership.objects.filter(user=plan.student_id, role=Membership.Role.STUDENT).values("classroom")
    theirs = PracticeLimits.objects.filter(Q(student=plan.student_id) | Q(classroom__in=classes))
    return theirs.filter(set_at__gt=plan.created_at).exists()


def plan_lines(plans: Iterable[PracticePlan]) -> list[PlanLine]:
    """One query, however many plans."""
    plans = list(plans)
    hearing = Assessment.objects.filter(submission=OuterRef("played_as"), counts=True)
    items: defaultdict[int, list[PlanItem]] = defaultdict(list)
    rows = PlanItem.objects.filter(plan__in=plans)
    for item in rows.annotate(overall=Subquery(hearing.values("overall")[:1])).order_by("position"):
        items[item.plan_id].append(item)
    return [
        PlanLine(
            plan=plan,
            played=[item for item in items[plan.pk] if item.played_as_id],
            unplayed=[item for item in items[plan.pk] if not item.played_as_id],
        )
        for plan in plans
    ]
