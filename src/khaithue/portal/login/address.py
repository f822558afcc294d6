"""Where a request comes from."""

import ipaddress

from django.conf import settings
from django.http import HttpRequest


def address_of(request: HttpRequest) -> str:
    """The client's address; behind proxies the one the outermost of ours wrote down. Empty when unknown."""
    hops: int = settings.PROXY_HOPS
    told = [item.strip() for item in request.headers.get("X-Forwarded-For", "").split(",")]
    given = told[-hops] if 0 < hops <= len(told) else request.META.get("REMOTE_ADDR", "")
    try:
        return str(ipaddress.ip_address(given))
    except ValueError:
        return ""


def network_of(address: str) -> str:
    """What failures are counted for: an IPv4 address, or the /64 an IPv6 customer has to himself."""
    if ":" not in address:
        return address
    return str(ipaddress.ip_network(f"{address}/64", strict=False))
