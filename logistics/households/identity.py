"""Check identity numbers and telephone numbers as people write them."""

import datetime as dt

import phonenumbers
from stdnum.cn import ric
from stdnum.exceptions import ValidationError

from logistics.kernel.eligibility import AGE_MAX, age_on
from logistics.kernel.refusals import Unacceptable

REGION = "CN"
# Residence permits of Hong Kong, Macao and Taiwan residents begin so; the library's list of counties may not know them.
RESIDENCE_PREFIXES = ("81", "82", "83")
_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_CHECKS = "10X98765432"


class IdentityNumberWrong(Unacceptable):
    code = "identity_number_wrong"
    zh = "身份证号码有误，请核对。"
    en = "The identity number is wrong; please check it."


class IdentityNumberDisagrees(Unacceptable):
    code = "identity_number_disagrees"
    zh = "{field} 与身份证号码不一致，请核对两者。"
    en = "The identity number says another {field}; check both."


class TelephoneWrong(Unacceptable):
    code = "telephone_wrong"
    zh = "电话号码有误，请核对。"
    en = "The telephone number is wrong; please check it."


class BirthDateWrong(Unacceptable):
    code = "birth_date_wrong"
    zh = "出生日期有误：不能在将来，年龄不能超过 {most} 岁。"
    en = "The birth date is wrong: not in the future, and no older than {most} years."


def checked_identity_number(text: str, pointer: str) -> str:
    """Return an identity number (GB 11643) in its plain form. Refuses IdentityNumberWrong; empty stays empty."""
    number = "".join(text.split()).upper()
    if not number:
        return ""
    if number.startswith(RESIDENCE_PREFIXES):
        if not _has_right_check(number):
            raise IdentityNumberWrong(pointer=pointer)
        return number
    try:
        return str(ric.validate(number))
    except ValidationError:
        raise IdentityNumberWrong(pointer=pointer) from None


def said_by_number(number: str) -> tuple[str, dt.date] | None:
    """Return the sex and the birth date that a checked identity number states; None without one.

    GB 11643: digits 7 to 14 are the birth date, and the seventeenth is odd for men. Residence permits are built alike.
    """
    if not number:
        return None
    try:
        born_on = dt.datetime.strptime(number[6:14], "%Y%m%d").date()
    except ValueError:
        return None
    return ("MALE" if int(number[16]) % 2 else "FEMALE"), born_on


def agreed(number: str, sex: str, born_on: dt.date | None, pointer: str) -> tuple[str, dt.date | None]:
    """Return sex and birth date, filled from the identity number where they are not said.

    Refuses IdentityNumberDisagrees where they are said otherwise: a fund for girls judges by them, and the number has a
    check digit while a typed date has none.
    """
    stated = said_by_number(number)
    if stated is None:
        return sex, born_on
    if sex and sex != stated[0]:
        raise IdentityNumberDisagrees(field="sex", pointer=f"{pointer}/sex")
    if born_on and born_on != stated[1]:
        raise IdentityNumberDisagrees(field="born_on", pointer=f"{pointer}/born_on")
    return stated


def identity_warnings(number: str) -> list[str]:
    """Name what a person should look at in a number that is taken all the same: `residence_permit`."""
    return ["residence_permit"] if number.startswith(RESIDENCE_PREFIXES) else []


def checked_telephone(text: str, pointer: str) -> str:
    """Return a telephone number in E.164. Refuses TelephoneWrong; empty stays empty."""
    if not text.strip():
        return ""
    try:
        number = phonenumbers.parse(text, REGION)
    except phonenumbers.NumberParseException:
        raise TelephoneWrong(pointer=pointer) from None
    if not phonenumbers.is_possible_number(number):
        raise TelephoneWrong(pointer=pointer)
    return str(phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164))


def checked_birth_date(born_on: dt.date | None, *, on: dt.date, pointer: str) -> dt.date | None:
    """Return a birth date that can be. Refuses BirthDateWrong."""
    if born_on is not None and (born_on > on or age_on(born_on, on) > AGE_MAX):
        raise BirthDateWrong(most=AGE_MAX, pointer=pointer)
    return born_on


def masked_name(name: str) -> str:
    """Show the first character of a name only."""
    return name[:1] + "**" if name else ""


def masked_number(number: str) -> str:
    """Show the first and last four characters of a number only."""
    return f"{number[:4]}{'*' * (len(number) - 8)}{number[-4:]}" if len(number) > 8 else "*" * len(number)


def _has_right_check(number: str) -> bool:
    if len(number) != 18 or not number[:17].isascii() or not number[:17].isdigit():
        return False
    total = sum(weight * int(digit) for weight, digit in zip(_WEIGHTS, number, strict=False))
    return _CHECKS[total % 11] == number[17]
