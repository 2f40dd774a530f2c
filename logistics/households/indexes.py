"""The keyed hashes by which a family is found: full name, surname, identity number, telephone, last four digits.

Each purpose has a key of its own, so that equal hashes say nothing across columns.
"""

from logistics.households.family_models import Guardian
from logistics.households.models import Household, Member
from logistics.storage.secrets import blind_index

NAME, SURNAME, IDENTITY_NUMBER, TELEPHONE = "name", "surname", "identity-number", "telephone"
IDENTITY_LAST_FOUR, TELEPHONE_LAST_FOUR = "identity-number.last-four", "telephone.last-four"
# Names of two characters before the given name; all others have one.
_TWO = (
    "欧阳太史端木上官司马东方独孤南宫万俟闻人夏侯诸葛尉迟公羊赫连澹台皇甫宗政濮阳公冶太叔申屠公孙慕容"
    "仲孙钟离长孙宇文司徒鲜于司空闾丘子车亓官司寇巫马公西颛孙壤驷公良漆雕乐正宰父谷梁拓跋夹谷轩辕令狐"
    "段干百里呼延东郭南门羊舌微生梁丘左丘东门西门第五纳兰"
)
SURNAMES_OF_TWO = frozenset(_TWO[start : start + 2] for start in range(0, len(_TWO), 2))
# Stands between the parts of names of many peoples: 阿依古丽·买买提.
DOTS = "·•・‧"


def surname_of(name: str) -> str:
    """Return a name's surname: two characters for those that have two, the first part of a name with a dot."""
    plain = "".join(name.split())
    for dot in DOTS:
        if dot in plain:
            return plain.partition(dot)[0]
    return plain[:2] if plain[:2] in SURNAMES_OF_TWO and len(plain) > 2 else plain[:1]


def index_of(value: str, purpose: str) -> str:
    """Return the keyed hash of a value; empty for none."""
    return blind_index(value, purpose) if value else ""


def index_household(row: Household) -> Household:
    """Set the hashes of a family from what stands in it."""
    row.head_name_index = index_of(row.head_name, NAME)
    row.head_surname_index = index_of(surname_of(row.head_name), SURNAME)
    row.telephone_index = index_of(row.telephone, TELEPHONE)
    row.telephone_last_four_index = index_of(row.telephone[-4:], TELEPHONE_LAST_FOUR)
    return row


def index_member(row: Member) -> Member:
    """Set the hashes of a member from what stands in it."""
    row.name_index = index_of(row.name, NAME)
    row.surname_index = index_of(surname_of(row.name), SURNAME)
    row.identity_number_index = index_of(row.identity_number, IDENTITY_NUMBER)
    row.identity_last_four_index = index_of(row.identity_number[-4:], IDENTITY_LAST_FOUR)
    row.telephone_index = index_of(row.telephone, TELEPHONE)
    row.telephone_last_four_index = index_of(row.telephone[-4:], TELEPHONE_LAST_FOUR)
    return row


def index_guardian(row: Guardian) -> Guardian:
    """Set the hashes of a guardian outside the family."""
    row.name_index = index_of(row.name, NAME)
    row.identity_number_index = index_of(row.identity_number, IDENTITY_NUMBER)
    row.telephone_index = index_of(row.telephone, TELEPHONE)
    return row


MEMBER_INDEXES = (
    *("name_index", "surname_index", "identity_number_index", "identity_last_four_index"),
    *("telephone_index", "telephone_last_four_index"),
)
HOUSEHOLD_INDEXES = ("head_name_index", "head_surname_index", "telephone_index", "telephone_last_four_index")
