"""Networks of keys: read in one spelling, refused when they are none, and addresses found in them."""

import pytest

from logistics.partners.networks import (
    NETWORKS_MAX,
    NetworkUnreadable,
    TooManyNetworks,
    address_in,
    is_within,
    line_of,
    networks_in,
)


def test_networks_are_said_in_one_spelling() -> None:
    told = ["2001:0DB8::/48", "203.0.113.7", " 198.51.100.0/24 ", "203.0.113.7/32"]
    assert networks_in(told) == ["198.51.100.0/24", "2001:db8::/48", "203.0.113.7/32"]
    assert networks_in([]) == []


@pytest.mark.parametrize(
    "text",
    [
        *("", "x", "203.0.113.7/24", "203.0.113.0/33", "1.2.3", "010.0.0.1", "0.0.0.0/0", "::/0", "10.0.0.0-10.0.0.9"),
        *("::ffff:203.0.113.0/120", "203.0.113.0/24/8", "2001:db8::/129", "example.org", "127.1", "0x7f000001"),
    ],
)
def test_what_is_no_network_is_refused(text: str) -> None:
    with pytest.raises(NetworkUnreadable) as refusal:
        networks_in([text])
    assert refusal.value.pointer == "/networks"


def test_networks_are_bounded_in_number() -> None:
    assert len(networks_in([f"10.0.0.{n}" for n in range(NETWORKS_MAX)])) == NETWORKS_MAX
    with pytest.raises(TooManyNetworks):
        networks_in([f"10.0.0.{n}" for n in range(NETWORKS_MAX + 1)])


@pytest.mark.parametrize(
    ("address", "is_inside"),
    [
        ("203.0.113.9", True),
        ("::ffff:203.0.113.9", True),
        ("203.0.114.9", False),
        ("2001:db8::1", True),
        ("[2001:db8::1]", True),
        ("2001:db8::1%eth0", True),
        ("2001:db9::1", False),
        ("", False),
        ("unknown", False),
        ("203.0.113.9:4711", False),
    ],
)
def test_an_address_is_found_in_its_network(address: str, is_inside: bool) -> None:
    assert is_within(address, ["203.0.113.0/24", "2001:db8::/32"]) is is_inside


def test_an_address_is_read() -> None:
    assert str(address_in("::ffff:10.0.0.1")) == "10.0.0.1"
    assert address_in("10.0.0.1, 10.0.0.2") is None


@pytest.mark.parametrize(
    ("address", "line"),
    [
        ("203.0.113.9", "203.0.113.9"),
        ("::ffff:203.0.113.9", "203.0.113.9"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("2001:db8:1:2::9", "2001:db8:1:2::/64"),
        ("", ""),
    ],
)
def test_one_line_has_all_addresses_of_its_network(address: str, line: str) -> None:
    assert line_of({"REMOTE_ADDR": address}) == line
