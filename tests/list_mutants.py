"""The guards of lists that `make soak` takes away: order, matching, eligibility, serving once, what is late."""

from tests.mutants import Mutant

RANKING, MATCHING = "tests/kernel/test_ranking.py", "tests/lists/test_exact_matching.py"
SERVING, GIRLS = "tests/lists/test_serving_paths.py", "tests/funds/test_every_way_to_a_boy.py"
PAGES, WAY = "tests/web/test_list_pages.py", "tests/lists/test_way_onto_a_list.py"
LATE = "tests/web/test_late_every_stage.py"
LIST_MUTANTS = (
    Mutant(
        "equals by the last help",
        "logistics/kernel/ranking.py",
        "return candidate.waiting_since, served,",
        "return candidate.waiting_since, dt.date.min,",
        RANKING,
    ),
    Mutant(
        "whole thirties of waiting",
        "logistics/kernel/ranking.py",
        "weights.waiting * (_days(candidate.waiting_since, on) // 30)",
        "weights.waiting * _days(candidate.waiting_since, on) // 30",
        RANKING,
    ),
    Mutant("one steps aside", "logistics/kernel/matching.py", "waiting.append(onward)", "pass", MATCHING),
    Mutant("sizes and ages", "logistics/lists/offers.py", "if number in sized | free)", "if True)", MATCHING),
    Mutant(
        "consent before anything is given",
        "logistics/lists/offers.py",
        "if someone is not None and _lacks_consent(someone, self.on):",
        "if False:",
        MATCHING,
    ),
    Mutant(
        "terms of funds on lists",
        "logistics/lists/offers.py",
        "return not unmet_terms(terms, facts, on=self.on, items=(item.code,) if item else ())",
        "return True",
        MATCHING,
    ),
    Mutant(
        "the interval's last day",
        "logistics/lists/marks.py",
        "served_on__gt=today - dt.timedelta(days=asked.not_served_days)",
        "served_on__gt=today - dt.timedelta(days=asked.not_served_days - 1)",
        SERVING,
    ),
    Mutant(
        "the round under the lock",
        "logistics/lists/marks.py",
        "    if find_rules(programme) is None:\n        return None\n    wait_for_others(MARKING_LOCK)\n",
        "    found = find_rules(programme)\n    wait_for_others(MARKING_LOCK)\n    return found\n",
        SERVING,
    ),
    Mutant(
        "a card marks whom it serves",
        "logistics/deliveries/bookings.py",
        "mark_handed_over(parcel, _household_of(parcel, want.key), at=_scanned_at(parcel, want.scan_id))",
        "pass",
        SERVING,
    ),
    Mutant(
        "what is taken back served nobody",
        "logistics/deliveries/bookings.py",
        "            unmark_taken_back(parcel, now=now)",
        "            pass",
        SERVING,
    ),
    Mutant(
        "a settlement is the last word",
        "logistics/deliveries/serving.py",
        "        if not parcel.settled:\n            raise",
        "        raise",
        SERVING,
    ),
    Mutant(
        "a permit of who was corrected",
        "logistics/deliveries/bookings.py",
        "return permit_stands(permit, fund=parcel.fund, member=parcel.beneficiary)",
        "return True",
        GIRLS,
    ),
    Mutant(
        "a grant of who was corrected",
        "logistics/grants/actions.py",
        "    require_permitted([locked])\n",
        "",
        GIRLS,
    ),
    Mutant(
        "a bank's file of who was corrected",
        "logistics/grants/batches.py",
        "    require_permitted(grants)\n",
        "",
        GIRLS,
    ),
    Mutant(
        "what if asks other weights",
        "logistics/lists/shown_drafts.py",
        "draft_by(shown.known, weights)",
        "draft_by(shown.known, weights_for(row))",
        PAGES,
    ),
    Mutant(
        "a draft that moved",
        "logistics/lists/approving.py",
        "if seen_sha256 and seen_sha256 != found.sha256():",
        "if False:",
        WAY,
    ),
    Mutant(
        "who is on a notice meets the rules",
        "logistics/lists/notices.py",
        "if row[0] not in unmet]",
        "if True]",
        "tests/lists/test_notice_rules.py",
    ),
    Mutant(
        "a round that is over is not late",
        "logistics/ledgers/late_rows.py",
        "return unallocated(row).count() if _is_open(row) else 0",
        "return unallocated(row).count()",
        LATE,
    ),
)
