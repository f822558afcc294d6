"""Where events may be sent: public hosts over HTTPS, so that no webhook reaches the portal's own network."""

import ipaddress
import socket
from urllib.parse import SplitResult, urlsplit

from django.conf import settings

from khaithue.returns.findings import Finding, Text, finding

Address = ipaddress.IPv4Address | ipaddress.IPv6Address

NAT64 = ipaddress.ip_network("64:ff9b::/96")

NOT_A_URL = Text("không phải là một địa chỉ web", "it is no web address")
NOT_HTTPS = Text("không phải https", "it is not https")
WITH_USER = Text("có tên đăng nhập hoặc mật khẩu", "it holds a user name or password")
NOT_PUBLIC = Text("máy chủ không thuộc mạng công cộng", "the host is not on the public network")


class ForbiddenAddressError(OSError):
    """The host is, or resolves to, an address that nothing is sent to."""


def fault_of(url: str) -> Finding | None:
    """Why nothing may be sent to this address, as far as it can be told before its host is looked up."""
    reason = _reason(url)
    return finding("API-WEBHOOK-URL", reason=reason) if reason else None


def _reason(url: str) -> Text | None:
    try:
        parts = urlsplit(url)
        host, _port = parts.hostname or "", parts.port
    except ValueError:
        return NOT_A_URL
    if not host or not url.isascii() or not url.isprintable() or " " in url:
        return NOT_A_URL
    if parts.username is not None or parts.password is not None:
        return WITH_USER
    if parts.scheme != "https" and not (parts.scheme == "http" and _demo_loopback(host)):
        return NOT_HTTPS
    literal = _literal(host)
    return NOT_PUBLIC if literal and not allowed(literal) else None


def targets(parts: SplitResult) -> list[str]:
    """The addresses its host resolves to now, best first, each allowed; connect to one of these very ones.

    Raises ``ForbiddenAddressError`` when any of them is not, ``OSError`` when the host is unknown.
    """
    port = parts.port or (443 if parts.scheme == "https" else 80)
    looked_up = socket.getaddrinfo(parts.hostname, port, type=socket.SOCK_STREAM)
    found = list(dict.fromkeys(str(info[4][0]) for info in looked_up))
    for each in found:
        address = ipaddress.ip_address(each.partition("%")[0])
        if not allowed(address) or (parts.scheme == "http" and not address.is_loopback):
            raise ForbiddenAddressError(each)
    return found


def allowed(address: Address) -> bool:
    """Whether events may go to an address: a public one, or loopback in a demo on one's own machine."""
    embedded = _embedded(address)
    if embedded is not None:
        return allowed(embedded)
    if address.is_loopback:
        return bool(settings.DEMO)
    return address.is_global and not address.is_multicast


def _embedded(address: Address) -> ipaddress.IPv4Address | None:
    """The IPv4 address that an IPv6 one stands for, by any of the ways of writing one in another."""
    if isinstance(address, ipaddress.IPv4Address):
        return None
    if address in NAT64:
        return ipaddress.IPv4Address(int(address) & 0xFFFF_FFFF)
    teredo = address.teredo
    return address.ipv4_mapped or address.sixtofour or (teredo[1] if teredo else None)


def _demo_loopback(host: str) -> bool:
    literal = _literal(host)
    return bool(settings.DEMO) and (host == "localhost" or (literal is not None and literal.is_loopback))


def _literal(host: str) -> Address | None:
    try:
        return ipaddress.ip_address(host)
    except ValueError:
        return None
