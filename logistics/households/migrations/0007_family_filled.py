"""Fill what is new: kinds of hardship, hashes of surnames and last digits, the consents that were said before."""

from django.db import migrations

KINDS = (
    # code, Chinese, English, of one person, shames on paper
    ("ORPHAN", "孤儿", "Orphan", True, True),
    ("UNATTENDED", "事实无人抚养儿童", "Child without a carer in fact", True, True),
    ("LEFT_BEHIND", "留守儿童", "Child whose parents work away", True, True),
    ("SINGLE_PARENT", "单亲家庭", "Single parent", False, True),
    ("DISABLED", "残疾", "Disability", True, True),
    ("SERIOUS_ILLNESS", "大病", "Serious illness", True, True),
    ("TWO_CANCERS", "“两癌”患病妇女", "Breast or cervical cancer", True, True),
    ("SUBSISTENCE_ALLOWANCE", "低保", "Subsistence allowance", False, True),
    ("NEAR_SUBSISTENCE", "低保边缘", "Near the subsistence line", False, True),
    ("DESTITUTE", "特困供养", "In the care of the state", True, True),
    ("RELAPSE_WATCHED", "防返贫监测户", "Watched against falling back into poverty", False, True),
    ("DISASTER", "受灾", "Struck by a disaster", False, False),
    ("ACCIDENT", "突发意外", "Sudden accident", False, True),
    ("LOST_ONLY_CHILD", "失独", "Lost an only child", False, True),
    ("LIVES_ALONE", "独居老人", "Old and living alone", True, True),
    ("VIOLENCE", "遭受家庭暴力", "Violence at home", True, True),
    ("OTHER", "其他困难", "Other hardship", False, True),
)
ROWS_PER_CHUNK = 500


def fill(apps, editor):
    kind = apps.get_model("households", "HardshipKind")
    fields = ("code", "name_zh", "name_en", "is_of_person", "shames_on_paper")
    kind.objects.bulk_create(
        kind(**dict(zip(fields, row, strict=True)), position=position) for position, row in enumerate(KINDS, start=1)
    )
    fill_hashes(apps)
    fill_consents(apps)


def chunks(model):
    """Yield the rows of a table, a chunk at a time, by id."""
    last = None
    while True:
        rows = model.objects.order_by("id") if last is None else model.objects.filter(id__gt=last).order_by("id")
        chunk = list(rows[:ROWS_PER_CHUNK])
        if not chunk:
            return
        yield chunk
        last = chunk[-1].id


def fill_hashes(apps):
    from logistics.households.indexes import HOUSEHOLD_INDEXES, MEMBER_INDEXES, index_household, index_member

    for name, fields, index in (
        ("Household", HOUSEHOLD_INDEXES, index_household),
        ("Member", MEMBER_INDEXES, index_member),
    ):
        model = apps.get_model("households", name)
        for chunk in chunks(model):
            model.objects.bulk_update([index(row) for row in chunk], list(fields))


def fill_consents(apps):
    consent, member = apps.get_model("households", "MemberConsent"), apps.get_model("households", "Member")
    for chunk in chunks(member):
        rows = [row for row in chunk if row.has_consent]
        recorded = dict(
            apps.get_model("households", "Household")
            .objects.filter(id__in={row.household_id for row in rows})
            .values_list("id", "recorded_at")
        )
        consent.objects.bulk_create(declared(consent, row, recorded[row.household_id]) for row in rows)


def declared(consent, member, recorded_at):
    from logistics.households.consents import is_under_consent_age

    day = recorded_at.date()
    given_by = "GUARDIAN" if is_under_consent_age(member, day) else "SELF"
    return consent(member_id=member.id, scope="PROCESSING", given_by=given_by, given_on=day, noted_at=recorded_at)


class Migration(migrations.Migration):
    dependencies = [("households", "0006_family")]
    operations = [migrations.RunPython(fill, migrations.RunPython.noop)]
