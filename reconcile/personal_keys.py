"""How records are named whose key says who somebody is (a customer's e-mail), without saying so."""

from __future__ import annotations

import hashlib

from reconcile.entities import ENTITY_BY_NAME
from reconcile.masking import masked, masked_email
from reconcile.model import Address

DIGITS = 16


def is_personal(entity: str) -> bool:
    """Whether the keys of an entity are personal data."""
    spec = ENTITY_BY_NAME.get(entity)
    return spec is not None and spec.personal_key


def shown(address: Address | str) -> str:
    """For people: `customer:a***@e***.com`; all others as they are."""
    entity, _, key = str(address).partition(":")
    return f"{entity}:{masked_email(key)}" if is_personal(entity) else str(address)


def shown_pattern(pattern: str) -> str:
    """For people, a pattern of addresses: without the e-mail addresses it may hold."""
    entity = pattern.partition(":")[0].rpartition(" ")[2]
    known = entity in ENTITY_BY_NAME and not is_personal(entity)
    return pattern if known else masked(pattern)


def pseudonym(address: Address, plan_digest: str) -> str:
    """For files: `customer:~<16 hex digits>`, in each plan another; all others as they are.

    Only who has the plan can tell, by the same computation, whose name it is.
    """
    if not is_personal(address.entity):
        return str(address)
    state = hashlib.sha256(f"{plan_digest}{address.key}".encode())
    return f"{address.entity}:~{state.hexdigest()[:DIGITS]}"
