"""The demonstration's pair: one girl, one sponsor, a year's grant, and two letters."""

from logistics.grants.actions import approve_grant, pay_grant
from logistics.households.consents import record_member_consent
from logistics.households.guardians import note_guardian
from logistics.press.demo_people import Rooms
from logistics.sponsorships.actions import begin_sponsorship, plan_year
from logistics.sponsorships.letters import record_letter, release_letter
from logistics.storage.rows import new_id

YEARLY_MINOR = 120_000


def fill_pair(rooms: Rooms) -> None:
    """Pair them with the guardian's consent; one letter is out, one waits to be read."""
    girl = rooms.girls[0]
    guardian = note_guardian(actor=rooms.officer, ward=girl, name="示例奶奶", relation="祖母", now=rooms.days_ago(30))
    record_member_consent(
        actor=rooms.officer, member=girl, scopes=("SPONSOR", "LETTER"), guardian=guardian, now=rooms.days_ago(30)
    )
    pair = begin_sponsorship(
        actor=rooms.officer,
        fund=rooms.girls_fund,
        donor=rooms.donor,
        member=girl,
        alias="小葵",
        stage="PRIMARY_UPPER",
        yearly_minor=YEARLY_MINOR,
        started_on=rooms.days_ago(25).date(),
        now=rooms.days_ago(25),
        token=new_id(),
    )
    grant = plan_year(actor=rooms.officer, sponsorship=pair, year=0, now=rooms.days_ago(19))
    approve_grant(grant=grant, approver_id=rooms.approver.holder_id, now=rooms.days_ago(18))
    pay_grant(grant=grant, actor=rooms.approver, now=rooms.days_ago(17))
    for days, text in ((9, "我学会了骑自行车，成绩也进步了"), (1, "我在示例镇中心小学，春天要参加运动会")):
        letter = record_letter(
            actor=rooms.officer,
            sponsorship=pair,
            direction="TO_SPONSOR",
            text=text,
            now=rooms.days_ago(days),
            token=new_id(),
        )
        if days > 1:
            release_letter(actor=rooms.approver, letter=letter, text=text, now=rooms.days_ago(days - 1))
