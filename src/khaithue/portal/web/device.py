"""What a browser says of itself, in the few words a person recognises it by."""

BROWSERS = {
    "Edg": "Edge",
    "OPR/": "Opera",
    "coc_coc": "Cốc Cốc",
    "Firefox/": "Firefox",
    "Chrome/": "Chrome",
    "Safari/": "Safari",
}
SYSTEMS = {
    "Android": "Android",
    "iPhone": "iPhone",
    "iPad": "iPad",
    "Windows": "Windows",
    "Mac OS": "macOS",
    "Linux": "Linux",
}


def device_words(agent: str) -> str:
    """``Chrome · Windows``; empty when nothing is recognised."""
    found = (
        next((name for mark, name in marks.items() if mark in agent), "") for marks in (BROWSERS, SYSTEMS)
    )
    return " · ".join(name for name in found if name)
