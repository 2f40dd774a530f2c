"""Ask for wishes as they stand: a claim that ran out holds nothing, also before anybody has noted that it ended."""

import datetime as dt

from django.db.models import Case, Exists, F, OuterRef, Q, QuerySet, Value, When
from django.utils import timezone

from logistics.volunteering.wish_models import MicroWish, WishClaim, WishState


def late_claims(now: dt.datetime) -> "QuerySet[WishClaim]":
    """Return the claims that ran out and that nobody has ended yet."""
    return WishClaim.objects.filter(ended_at__isnull=True, due_on__lt=timezone.localdate(now))


def as_they_stand(rows: "QuerySet[MicroWish]", now: dt.datetime) -> "QuerySet[MicroWish]":
    """Give each wish its `state_now`: OPEN again where the claim on it ran out."""
    is_free = Exists(late_claims(now).filter(wish=OuterRef("pk")))
    free_again = When(is_free, state=WishState.ADOPTED, then=Value(WishState.OPEN.value))
    return rows.annotate(state_now=Case(free_again, default=F("state")))


def in_state(rows: "QuerySet[MicroWish]", state: str, now: dt.datetime) -> "QuerySet[MicroWish]":
    """Keep the wishes that stand so."""
    if state not in (WishState.OPEN, WishState.ADOPTED):
        return rows.filter(state=state)
    is_late = Exists(late_claims(now).filter(wish=OuterRef("pk")))
    if state == WishState.ADOPTED:
        return rows.filter(~is_late, state=state)
    return rows.filter(Q(state=state) | Q(is_late, state=WishState.ADOPTED))


def open_wishes(now: dt.datetime) -> "QuerySet[MicroWish]":
    """Return what anybody may read: wishes that nobody holds, the longest open first, with the body to call."""
    rows = in_state(MicroWish.objects.all(), WishState.OPEN, now)
    return rows.select_related("organisation").order_by("released_at", "id")


def state_of(wish: MicroWish, now: dt.datetime) -> str:
    """Say how one wish stands."""
    is_free = wish.state == WishState.ADOPTED and late_claims(now).filter(wish=wish).exists()
    return WishState.OPEN.value if is_free else wish.state


def with_claims(rows: "QuerySet[MicroWish]") -> "QuerySet[MicroWish]":
    """Let a list ask once for all claims of its wishes."""
    return rows.prefetch_related("claims__volunteer")


def claim_of(wish: MicroWish, now: dt.datetime) -> WishClaim | None:
    """Find in whose hands a wish is."""
    today = timezone.localdate(now)
    return next((row for row in wish.claims.all() if row.ended_at is None and row.due_on >= today), None)
