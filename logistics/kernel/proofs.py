"""What may prove a hand-over, and what of it a scan must carry.

A face is never a proof: PHOTO is of the goods at the door or the paper that was signed, and no kind asks for a person.
"""

from collections.abc import Collection

# Proven by bytes that the scan names by their hash.
FILE_KINDS = ("SIGNATURE", "FINGERPRINT", "PHOTO", "SIGNED_SHEET")
# Proven by what the scan itself says: a card, a short code, who collected, who stood by.
SAID_KINDS = ("HOUSEHOLD_CARD", "ONE_TIME_CODE", "COLLECTOR", "TWO_PERSONS")
PROOF_KINDS = (*FILE_KINDS, *SAID_KINDS)


def missing_proofs(required: Collection[str], given: Collection[str]) -> list[str]:
    """List the kinds that are required and not given, in the order of the vocabulary."""
    return sorted(set(required) - set(given), key=[*PROOF_KINDS, *sorted(required)].index)
