"""Letters of a sponsorship, both ways: taken down, then released or kept back by another person; taken back."""

import uuid

from django.utils import timezone
from rest_framework.request import Request
from rest_framework.response import Response

from api.doors import documented_step
from api.v1.letter_forms import LetterInput, LetterReasonInput, LetterReleaseInput, LetterWithdrawalInput
from api.v1.sponsorship_answers import SponsorshipViewAnswer
from api.v1.sponsorships import SponsorshipDoor
from logistics.sponsorships.letters import keep_back_letter, record_letter, release_letter
from logistics.sponsorships.models import Letter, Sponsorship
from logistics.sponsorships.reads import get_letter
from logistics.sponsorships.withdrawals import withdraw_letter
from logistics.storage.rows import new_id


class Letters(SponsorshipDoor):
    """Letters."""

    @documented_step(
        "Record a letter",
        "As a signed-in person took it down. Nobody writes directly: another looks at it before it goes on.",
        request=LetterInput,
        answer=SponsorshipViewAnswer,
        status=201,
        tag="sponsorships",
    )
    def post(self, request: Request, sponsorship_id: uuid.UUID) -> Response:
        """Record."""
        row, data = self.in_hand(sponsorship_id), self.read(LetterInput)
        record_letter(actor=self.actor, sponsorship=row, now=timezone.now(), token=new_id(), **data)
        return self.answer(row, status=201)


class _LetterDoor(SponsorshipDoor):
    """A door of one letter."""

    def letter(self, sponsorship_id: uuid.UUID, letter_id: uuid.UUID) -> tuple[Sponsorship, Letter]:
        """Return the letter with its sponsorship. Refuses SponsorshipMissing, LetterMissing, PersonNeeded."""
        row = self.sponsorship(sponsorship_id)
        found = get_letter(letter_id=letter_id, sponsorship=row)
        self.require_person()
        return row, found


class ReleasedLetters(_LetterDoor):
    """Letters that went on."""

    @documented_step(
        "Release a letter",
        "In the words that are sent here; by another signed-in officer than took it down.",
        request=LetterReleaseInput,
        answer=SponsorshipViewAnswer,
        tag="sponsorships",
    )
    def post(self, request: Request, sponsorship_id: uuid.UUID, letter_id: uuid.UUID) -> Response:
        """Release."""
        row, letter = self.letter(sponsorship_id, letter_id)
        release_letter(actor=self.actor, letter=letter, now=timezone.now(), **self.read(LetterReleaseInput))
        return self.answer(row)


class KeptBackLetters(_LetterDoor):
    """Letters that did not go on."""

    @documented_step(
        "Keep a letter back",
        "With the reason; by another signed-in officer than took it down.",
        request=LetterReasonInput,
        answer=SponsorshipViewAnswer,
        tag="sponsorships",
    )
    def post(self, request: Request, sponsorship_id: uuid.UUID, letter_id: uuid.UUID) -> Response:
        """Keep back."""
        row, letter = self.letter(sponsorship_id, letter_id)
        keep_back_letter(actor=self.actor, letter=letter, now=timezone.now(), **self.read(LetterReasonInput))
        return self.answer(row)


class WithdrawnLetters(_LetterDoor):
    """Letters that were taken back."""

    @documented_step(
        "Withdraw a letter",
        "Takes a released one from the sponsor's page and the child's side, with the reason; by a signed-in officer.",
        request=LetterWithdrawalInput,
        answer=SponsorshipViewAnswer,
        tag="sponsorships",
    )
    def post(self, request: Request, sponsorship_id: uuid.UUID, letter_id: uuid.UUID) -> Response:
        """Withdraw."""
        row, letter = self.letter(sponsorship_id, letter_id)
        withdraw_letter(actor=self.actor, letter=letter, now=timezone.now(), **self.read(LetterWithdrawalInput))
        return self.answer(row)
