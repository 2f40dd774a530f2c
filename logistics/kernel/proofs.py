"""What may prove a hand-over, and what of it a scan must carry.

A face is never a proof: PHOTO is of the goods at the door or the paper that was signed, and no kind asks for a person.
"""

from collections.abc import Collection

# Proven by bytes that the scan names by their hash.
FILE_KINDS = ("SIGNATURE", "FINGERPRINT", "PHOTO", "SIGNED_SHEET")
# Proven by what the scan itself says: a card, a short code, who collected, who stood by.
SAID_KINDS = ("HOUSEHOLD_CARD", "ONE_TIME_CODE", "COLLECTOR", "TWO_PERSONS")
PROOF_KINDS = (*FILE_KINDS, *SAID_KINDS)
# What a programme may ask for: proofs at the door, and at packing the label of a dated lot.
LOT_LABEL = "LOT_LABEL"
REQUIRED_KINDS = (*PROOF_KINDS, LOT_LABEL)


def missing_proofs(required: Collection[str], given: Collection[str]) -> list[str]:
    """List the proofs of a hand-over that are required and not given, by name."""
    return sorted(set(required) - set(given) - {LOT_LABEL})
