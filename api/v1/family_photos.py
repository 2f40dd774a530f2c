"""Photos of a family: kept without place and camera, looked at with a reason, erased."""

import uuid
from typing import Any

from django.http import HttpResponse
from django.utils import timezone
from drf_spectacular.types import OpenApiTypes
from rest_framework.exceptions import UnsupportedMediaType
from rest_framework.request import Request
from rest_framework.response import Response

from api.doors import STEP_PROBLEMS, documented, documented_step
from api.parsing import raw_body
from api.v1.family_fact_answers import NotedAnswer
from api.v1.family_facts import READ, WRITE, FamilyDoor
from logistics.households.actions import NothingToUnmask, opened_eyes
from logistics.households.photos import erase_photos, get_photo, keep_household_photo, photo_as_kept
from logistics.storage.photos import PHOTO_BYTES_MAX

PHOTO_TYPES = ("image/jpeg", "image/png")


class FamilyPhotos(FamilyDoor):
    """Photos of a family."""

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        """Let in who may, then read the body up to its own bound."""
        super().initial(request, *args, **kwargs)
        media_type = (request.content_type or "").split(";")[0].strip().lower()
        if media_type not in PHOTO_TYPES:
            raise UnsupportedMediaType(media_type[:60])
        raw_body(request, PHOTO_BYTES_MAX)

    @documented(
        "Keep a photo of a household",
        "JPEG or PNG, at most 10 MB and 20 megapixels; it is made anew without position and camera. The same photo "
        "again changes nothing; at most 30.",
        request=dict.fromkeys(PHOTO_TYPES, OpenApiTypes.BINARY),
        answers={201: NotedAnswer},
        problems=STEP_PROBLEMS,
        tag="households",
        is_repeatable=True,
    )
    def post(self, request: Request, household_id: uuid.UUID) -> Response:
        """Keep."""
        household, data = self.family(household_id), raw_body(request, PHOTO_BYTES_MAX)
        row = keep_household_photo(actor=self.actor, household=household, data=data, now=timezone.now())
        return Response({"id": str(row.id)}, status=201)


class OneFamilyPhoto(FamilyDoor):
    """One photo of a family."""

    scopes, query = {"GET": READ}, ("reason",)

    @documented(
        "Download a photo of a household",
        "With a `reason`, which is logged, for whom a reason opens photos.",
        answers={200: OpenApiTypes.BINARY},
        problems=(422,),
        tag="households",
        query={"reason": "Why it is needed; it is logged."},
    )
    def get(self, request: Request, household_id: uuid.UUID, photo_id: uuid.UUID) -> HttpResponse:
        """Download."""
        household = self.family(household_id)
        row, reason = get_photo(household=household, photo_id=photo_id), request.query_params.get("reason", "")
        eyes = opened_eyes(household=household, actor=self.actor, reason=reason, now=timezone.now())
        if not eyes.shows("photos"):
            raise NothingToUnmask
        return HttpResponse(photo_as_kept(row), content_type="image/jpeg", headers={"Cache-Control": "no-store"})


class ErasedFamilyPhotos(FamilyDoor):
    """Photos that were erased."""

    scopes = {"POST": WRITE}

    @documented_step(
        "Erase a photo of a household", "Its key and its file are destroyed.", answer=NotedAnswer, tag="households"
    )
    def post(self, request: Request, household_id: uuid.UUID, photo_id: uuid.UUID) -> Response:
        """Erase."""
        household = self.family(household_id)
        row = get_photo(household=household, photo_id=photo_id)
        erase_photos(actor=self.actor, household=household, photo_ids=[row.id], now=timezone.now())
        return Response({"id": str(row.id)})
