"""Provinces: what Magento calls a region, in the form Medusa documents (ISO 3166-2, lower case).

Medusa's tax regions are found by `province` = `us-mi`. Magento's codes are ISO's own behind the
dash for most countries (`MI`, or with the country in front: `PL-14`), its own invention for
Germany and Austria, numbers without leading zero for France, and names in the other countries,
where the name is the best there is.
"""

from __future__ import annotations

import re

ISO, NAME = "iso", "name"

_AS_IN_ISO = {
    **dict.fromkeys(("br", "ca", "ch", "in", "it", "us"), (2,)),
    **dict.fromkeys(("be", "mx"), (3,)),
    "au": (2, 3),
    "ro": (1, 2),
}
"""Countries whose codes are ISO's own, and how many characters these have. A shop may have added
regions under codes of its own."""


def _pairs(text: str) -> dict[str, str]:
    return dict(pair.split("=") for pair in text.split())


_OWN = {
    "at": _pairs("BL=1 KN=2 NO=3 OO=4 SB=5 ST=6 TI=7 VB=8 WI=9"),
    "de": _pairs(
        "BAW=bw BAY=by BER=be BRE=hb BRG=bb HAM=hh HES=he MEC=mv NDS=ni NRW=nw RHE=rp SAC=st SAR=sl"
        " SAS=sn SCN=sh THE=th"
    ),
}
_CODE = re.compile(r"[A-Z0-9]{1,3}")
_NUMBER = re.compile(r"[0-9]{1,2}")


def province(country: str | None, code: str | None, name: str | None, form: str) -> str | None:
    """`country` in lower case. None when Magento names no region."""
    return (name or code) if form == NAME else _iso(country, code) or name or code


def _iso(country: str | None, code: str | None) -> str | None:
    if not country or not code:
        return None
    if code.lower().startswith(f"{country}-"):
        return code.lower()
    behind = _behind_the_dash(country, code)
    return f"{country}-{behind}" if behind else None


def _behind_the_dash(country: str, code: str) -> str | None:
    if country in _OWN:
        return _OWN[country].get(code.upper())
    if country == "fr" and _NUMBER.fullmatch(code):
        return code.zfill(2)
    fits = len(code) in _AS_IN_ISO.get(country, ()) and _CODE.fullmatch(code.upper())
    return code.lower() if fits else None
