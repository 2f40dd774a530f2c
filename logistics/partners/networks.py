"""The networks that a key may be used from: IPv4 and IPv6, as addresses and lengths of prefixes."""

import ipaddress
from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache

from django.conf import settings

from logistics.kernel.refusals import Unacceptable

NETWORKS_MAX = 20
NETWORK_LENGTH_MAX = 49
# One line has all addresses of such a network; by single ones it would count as any number of senders.
LINE_PREFIX_V6 = 64
Network = ipaddress.IPv4Network | ipaddress.IPv6Network
Address = ipaddress.IPv4Address | ipaddress.IPv6Address


class NetworkUnreadable(Unacceptable):
    code = "network_unreadable"
    zh = "{network} 不是网段。请写成 203.0.113.0/24 或 2001:db8::/48；不限制请留空。"
    en = "{network} is no network. Write 203.0.113.0/24 or 2001:db8::/48; leave the list empty for no limit."


class TooManyNetworks(Unacceptable):
    code = "networks_too_many"
    zh = "一个密钥最多 {most} 个网段。"
    en = "A key has at most {most} networks."


def networks_in(texts: Sequence[str]) -> list[str]:
    """Read networks and say each in its one spelling, sorted. Refuses NetworkUnreadable, TooManyNetworks.

    A network of everything is refused too: who means no limit leaves the list empty.
    """
    if len(texts) > NETWORKS_MAX:
        raise TooManyNetworks(most=NETWORKS_MAX, pointer="/networks")
    return sorted({str(_read(text)) for text in texts})


def is_within(address: str, networks: Iterable[str]) -> bool:
    """Tell whether an address lies in one of the networks. An address that cannot be read lies in none."""
    found = address_in(address)
    return found is not None and any(found in _network(text) for text in networks)


def sender_of(meta: Mapping[str, object]) -> str:
    """Say from where a request comes, by its WSGI environment; empty where it cannot be known.

    `X-Forwarded-For` counts only behind a proxy of TRUSTED_PROXIES, and is read from its end: the last address that is
    no such proxy. What stands before it was written by the caller and proves nothing.
    """
    nearest = str(meta.get("REMOTE_ADDR", ""))
    told = str(meta.get("HTTP_X_FORWARDED_FOR", ""))
    waiting = [part.strip() for part in told.split(",")] if told else []
    while waiting and is_within(nearest, settings.TRUSTED_PROXIES):
        nearest = waiting.pop()
    return nearest


def line_of(meta: Mapping[str, object]) -> str:
    """Say by whose line a request comes, for limits of those who do not sign in: an IPv4 address, or an IPv6 /64."""
    sender = sender_of(meta)
    found = address_in(sender)
    if isinstance(found, ipaddress.IPv6Address):
        return str(ipaddress.ip_network((found, LINE_PREFIX_V6), strict=False))
    return str(found) if found else sender


def address_in(text: str) -> Address | None:
    """Read an address; an IPv4 address inside an IPv6 one is that IPv4 address. None where it is none."""
    try:
        found = ipaddress.ip_address(text.strip().strip("[]").partition("%")[0])
    except ValueError:
        return None
    return (found.ipv4_mapped or found) if isinstance(found, ipaddress.IPv6Address) else found


@lru_cache(maxsize=1_000)
def _network(text: str) -> Network:
    return ipaddress.ip_network(text)


def _read(text: str) -> Network:
    try:
        found = ipaddress.ip_network(text.strip())
    except ValueError:
        found = None
    if found is None or not found.prefixlen or (found.version == 6 and found.network_address.ipv4_mapped):
        raise NetworkUnreadable(network=text[:NETWORK_LENGTH_MAX], pointer="/networks")
    return found
