"""Texts as people compare them."""

import unicodedata


def plain(text: str) -> str:
    """Letters and digits alone, small, without the marks of Vietnamese."""
    letters = unicodedata.normalize("NFKD", text.casefold().replace("đ", "d"))
    return "".join(letter for letter in letters if letter.isalnum())
