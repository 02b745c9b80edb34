"""The company's own phone, which it writes as it likes, in the form that is told."""

from functools import lru_cache

import phonenumbers


@lru_cache(maxsize=1024)
def told(written: str, locale: str) -> str:
    """The number in E.164 form; as it is written, where it is none of the locale's country or has an extension."""
    territory = locale.partition("-")[2].rpartition("-")[2]
    try:
        parsed = phonenumbers.parse(written, territory or None)
    except phonenumbers.NumberParseException:
        return written
    if parsed.extension or not phonenumbers.is_valid_number(parsed):
        return written
    return str(phonenumbers.format_number(parsed, phonenumbers.PhoneNumberFormat.E164))
