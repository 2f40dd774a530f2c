"""How alike two families are: each part with its reason, and never more comparisons than a bounded number a family."""

import datetime as dt
import itertools
import random
import uuid

import pytest

from logistics.kernel.likeness import (
    BLOCK_WHOLE_MAX,
    CANDIDATE_SCORE_MIN,
    NEIGHBOURS_MAX,
    TELEPHONE_SHARED_MAX,
    FamilyFacts,
    PersonFacts,
    address_percent,
    candidates,
    likeness,
    pairs_worth_comparing,
    sound_of,
)

DAY = dt.date(2016, 3, 5)
AREA = "990101/少云镇"


def family(
    head: str = "张伟",
    address: str = "少云镇示例村三组12号",
    telephone: str = "",
    people: tuple[PersonFacts, ...] = (),
    area: str = AREA,
) -> FamilyFacts:
    """Say a family; the hash of a name is here the name itself."""
    return FamilyFacts(uuid.uuid4(), area, head, head, address, telephone, people)


def parts(first: FamilyFacts, second: FamilyFacts) -> dict[str, int]:
    """Return the parts that agree, with their percents."""
    return {one.part: one.percent for one in likeness(first, second).agreements}


@pytest.mark.parametrize(
    ("first", "second", "expected"),
    [
        (family(), family(), {"HEAD_NAME": 100, "ADDRESS": 100}),
        (family("张伟"), family("章伟", "别处1号"), {"HEAD_SOUND": 100}),
        (family("张伟"), family("張偉", ""), {"HEAD_SOUND": 100}),
        (family("王小明"), family("王小朋", ""), {"HEAD_ALIKE": 100}),
        (family("王明"), family("王朋", ""), {}),
        (family("李四", "", "1"), family("王五", "", "1"), {"TELEPHONE": 100}),
        (family("李四", "", ""), family("王五", "", ""), {}),
        (
            family("李四", "", people=(PersonFacts("小花", DAY, "n1"),)),
            family("王五", "", people=(PersonFacts("小华", None, "n1"),)),
            {"IDENTITY_NUMBER": 100},
        ),
        (
            family("李四", "", people=(PersonFacts("小花", DAY),)),
            family("王五", "", people=(PersonFacts("小花", DAY),)),
            {"PERSON": 100},
        ),
        (
            family("李四", "", people=(PersonFacts("小花", DAY),)),
            family("王五", "", people=(PersonFacts("小花", dt.date(2015, 1, 1)),)),
            {"OTHER_PERSON": 100},
        ),
        (family("李四", people=(PersonFacts("小花"),)), family("王五", "", people=(PersonFacts("小花"),)), {}),
    ],
)
def test_each_part_that_agrees_is_named(first: FamilyFacts, second: FamilyFacts, expected: dict[str, int]) -> None:
    assert parts(first, second) == parts(second, first) == expected


@pytest.mark.parametrize(
    ("one", "other", "percent"),
    [
        ("示例省少云镇示例村三组12号", "少云镇示例村第3村民小组12号", 100),
        ("少云镇示例村二十组7号", "示例村20组７号", 100),
        ("示例村三组12号", "示例村三组13号", 60),
        ("示例村三组12号旁小卖部", "示例村三组12号", 80),
        ("示例村三组12号", "", 0),
    ],
)
def test_addresses_are_alike_however_they_are_written_and_another_house_is_not(
    one: str, other: str, percent: int
) -> None:
    assert address_percent(family(address=one), family(address=other)) == percent


def test_a_telephone_that_many_have_says_little() -> None:
    few = [family(f"示例{n}", "", "1") for n in range(TELEPHONE_SHARED_MAX)]
    # Name and telephone are enough for a person to look, unless half the village has the telephone.
    assert len(list(candidates([*few[1:], family("李四", "", "1"), family("李四", "", "1", area="990101/别镇")]))) == 0
    assert len(list(candidates([family("李四", "", "1"), family("李四", "", "1", area="990101/别镇")]))) == 1


def test_namesakes_with_other_birth_dates_are_no_candidates() -> None:
    people = (PersonFacts("张伟", DAY),), (PersonFacts("张伟", dt.date(1950, 1, 1)),)
    assert list(candidates([family(people=people[0]), family(people=people[1])])) == []


def test_no_pair_is_missed_that_a_look_at_all_pairs_would_find() -> None:
    chance = random.Random(7)
    for _ in range(60):
        families = [
            family(
                chance.choice(["张伟", "章伟", "王小明", "王小朋", "李四"]),
                chance.choice(["示例村三组12号", "示例村3组12号", "示例村五组1号", ""]),
                chance.choice(["", "1", "2", "3"]),
                tuple(
                    PersonFacts(chance.choice("甲乙丙"), chance.choice([None, DAY]), chance.choice(["", "n1", "n2"]))
                    for _ in range(chance.randrange(3))
                ),
                chance.choice([AREA, "990101/别镇"]),
            )
            for _ in range(14)
        ]
        found = {(one.first.key, one.second.key) for one in candidates(families)}
        phones = {one.telephone_hash: sum(x.telephone_hash == one.telephone_hash for x in families) for one in families}
        every = {
            (one.key, other.key)
            for one, other in itertools.combinations(families, 2)
            if likeness(one, other, is_telephone_shared=phones[one.telephone_hash] > TELEPHONE_SHARED_MAX).score
            >= CANDIDATE_SCORE_MIN
            # Heads of another township are compared only where something else is shared.
            and (one.area == other.area or _share_more(one, other))
        }
        assert found == every


def _share_more(one: FamilyFacts, other: FamilyFacts) -> bool:
    keys = [
        {("t", x.telephone_hash) for _ in [0] if x.telephone_hash}
        | {("n", person.identity_hash) for person in x.people if person.identity_hash}
        | {("p", person.name_hash, person.born_on) for person in x.people if person.born_on}
        for x in (one, other)
    ]
    return bool(keys[0] & keys[1])


@pytest.mark.parametrize("count", [BLOCK_WHOLE_MAX, BLOCK_WHOLE_MAX + 1, 5_000])
def test_comparisons_grow_with_the_families_and_not_with_their_square(count: int) -> None:
    """The worst township: everybody has one name, one address and one telephone."""
    families = [family(telephone="1") for _ in range(count)]
    compared = sum(1 for _ in pairs_worth_comparing(families))
    if count <= BLOCK_WHOLE_MAX:
        assert compared == count * (count - 1) // 2
    else:
        assert compared <= 2 * NEIGHBOURS_MAX * count


def test_a_sound_is_what_people_hear() -> None:
    assert sound_of("张 伟") == sound_of("章伟") == "zhang wei"
    assert sound_of("Ann 李") == "a n n li"
