"""Customers: who has an account. Key: the e-mail in lower case, trimmed.

Columns: `id`, `email`, `first_name`, `middle_name`, `last_name`, `prefix`, `suffix`, `company`,
`phone`, `has_account`, `created_at`, `updated_at`, `groups` (source ids), `addresses` (JSON rows),
`address_details` (JSON, by address: what Medusa has no place for), `login`, `website`, `store`
(codes), `created_in`, `subscribed`, `newsletter` (the same, unless subscribers are a group),
`gender`, `birthday`, `tax_number`, `awaits_confirmation`, `attributes` (JSON of all custom ones),
`attributes.<code>`, `other` (JSON, what extensions add).
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import polars as pl

from reconcile.canonical import from_json, rows_text, to_json
from reconcile.model import Address, Diagnostic, Json, Severity
from reconcile.sources.magento_rest import wire
from reconcile.sources.magento_rest.records import accounts, customer_groups, logins, store_codes
from reconcile.sources.magento_rest.records.addresses import (
    address,
    details,
    unknown_countries,
    unknown_country,
)
from reconcile.sources.magento_rest.records.store_codes import StoreCodes
from reconcile.sources.magento_rest.records.values import filled, with_milliseconds, word
from reconcile.sources.magento_rest.wire import Record
from reconcile.systems import Notice, Options, Records, Row, Tables

JSON_COLUMNS = frozenset({"addresses", "address_details", "attributes", "other"})
_TEXTS = """
    key source_id id email first_name middle_name last_name prefix suffix company phone created_at
    updated_at addresses address_details website store created_in gender birthday tax_number
    attributes other
"""
_FLAGS = ("has_account", "subscribed", "newsletter", "awaits_confirmation")
_SCHEMA = pl.Schema(
    dict.fromkeys(_TEXTS.split(), pl.String())
    | {"groups": pl.List(pl.String())}
    | dict.fromkeys(_FLAGS, pl.Boolean())
)
_OFFERED = """
    address_details birthday gender middle_name other prefix store suffix tax_number website
"""
_GENDERS = {"1": "male", "2": "female", "3": "not_specified"}
_PHONES, _COMPANIES = ("telephone", "phone"), ("company",)
"""Custom attributes that shops add for want of a field."""


def records(tables: Tables, chosen: Options) -> Records:
    """One record per e-mail. Row-local in the table customers but for twins, which are told by
    the e-mails of all."""
    options = chosen["customer"]
    if not tables.has("customers"):
        nobody = logins.with_login(pl.LazyFrame(schema=_SCHEMA), tables, options)
        return Records(nobody, json=JSON_COLUMNS, complete=False)
    who = accounts.identities(tables, options["twins"])
    rows = tables.scan("customers").collect().join(who.drop("email"), on="id", how="left")
    rows = rows.with_columns(key=accounts.email("email"))
    sound = accounts.is_email(pl.col("key"))
    alone = (pl.col("twins") == 1) | (pl.lit(options["twins"] != accounts.REVIEW))
    carried = sound & alone & (pl.col("carried") == pl.col("id"))
    codes = _attribute_codes(tables)
    reader = _Reader(options, store_codes.read(tables), codes)
    made = [reader.row(row) for row in rows.filter(carried).iter_rows(named=True)]
    schema = _SCHEMA | {f"attributes.{code}": pl.String() for code in codes}
    frame = pl.DataFrame(made, schema=schema, orient="row").lazy()
    unfit, unknown = logins.not_carried(frame, tables, options)
    return Records(
        logins.with_login(frame, tables, options),
        json=JSON_COLUMNS,
        offered=_offered(codes),
        unsound=rows.filter(~carried)
        .select("key", (pl.lit("magento:customer/") + pl.col("id")).alias("source_id"))
        .lazy(),
        diagnostics=(
            *_invalid(rows.filter(~sound)),
            *_twins(rows.filter(sound & ~carried), options["twins"]),
            *unfit,
        ),
        complete=tables.complete("customers"),
        notices=(*reader.notices(), *unknown),
    )


def _attribute_codes(tables: Tables) -> list[str]:
    """Of all customers, so that every window offers the same."""
    documents = tables.whole("customers").select("custom_attributes").collect().to_series()
    codes: set[str] = set()
    for document in documents.drop_nulls():
        codes.update(wire.members(from_json(document)))
    return sorted(codes)


class _Reader:
    """Rows of the table customers as records, and what is to be said of many of them."""

    def __init__(self, options: Row, stores: StoreCodes, codes: list[str]) -> None:
        self._options, self._stores, self._codes = options, stores, codes
        self._unknown_countries: list[tuple[str, str]] = []
        self._unconfirmed: list[str] = []
        self._undated: list[str] = []

    def row(self, row: Row) -> dict[str, Any]:
        documents = [each for each in wire.records(from_json(row["addresses"])) if each.get("id")]
        lost = filter(None, map(unknown_country, documents))
        self._unknown_countries.extend((row["id"], country) for country in lost)
        if row["created_at"] is None:
            self._undated.append(row["id"])
        if row["awaits_confirmation"]:
            self._unconfirmed.append(row["id"])
        attributes = wire.members(from_json(row["custom_attributes"]))
        billing = next((each for each in documents if _is_default(each, row, "billing")), {})
        subscribed = row["is_subscribed"]
        as_group = self._options["newsletter"] == customer_groups.AS_GROUP
        return {
            "key": row["key"],
            "source_id": f"magento:customer/{row['id']}",
            "id": row["id"],
            "email": row["key"],
            "first_name": word(row["firstname"]),
            "middle_name": word(row["middlename"]),
            "last_name": word(row["lastname"]),
            "prefix": word(row["prefix"]),
            "suffix": word(row["suffix"]),
            "company": _first(attributes, _COMPANIES) or word(billing.get("company")),
            "phone": _first(attributes, _PHONES) or word(billing.get("telephone")),
            "has_account": True,
            "created_at": with_milliseconds(row["created_at"]),
            "updated_at": with_milliseconds(row["updated_at"]),
            "groups": self._groups(row),
            "addresses": rows_text(self._address(each, row) for each in documents),
            "address_details": _document({_id(each): details(each) for each in documents}),
            "website": self._stores.websites.get(row["website_id"] or ""),
            "store": self._stores.views.get(row["store_id"] or ""),
            "created_in": row["created_in"],
            "subscribed": subscribed,
            "newsletter": None if as_group else subscribed,
            "gender": _GENDERS.get(row["gender"] or ""),
            "birthday": row["dob"],
            "tax_number": word(row["taxvat"]),
            "awaits_confirmation": row["awaits_confirmation"],
            "attributes": _document(attributes),
            "other": row["extension_attributes"],
            **{f"attributes.{code}": word(attributes.get(code)) for code in self._codes},
        }

    def _groups(self, row: Row) -> list[str]:
        group = row["group_id"]
        known = group not in (None, customer_groups.NOT_LOGGED_IN)
        groups = [f"magento:group/{group}"] if known else []
        if row["is_subscribed"] and self._options["newsletter"] == customer_groups.AS_GROUP:
            groups.append(customer_groups.NEWSLETTER)
        return groups

    def _address(self, document: Record, row: Row) -> dict[str, Json]:
        return {
            "id": _id(document),
            **address(document, self._options["province"]),
            "is_default_billing": _is_default(document, row, "billing"),
            "is_default_shipping": _is_default(document, row, "shipping"),
        }

    def notices(self) -> Iterator[Notice]:
        if self._unknown_countries:
            yield unknown_countries("customer", self._unknown_countries)
        if self._undated:
            yield Notice.about(
                Severity.WARNING,
                "no_date",
                "{count} customers have no date that exists; Medusa will say that they were made "
                "when they are carried: {samples}.",
                self._undated,
                remedy="Correct it in Magento, or accept it as it is.",
            )
        if self._unconfirmed:
            yield Notice.about(
                Severity.INFO,
                "unconfirmed_email",
                "{count} customers never confirmed their e-mail address and are carried as the "
                "others: {samples}.",
                self._unconfirmed,
            )


def _id(document: Record) -> str:
    return word(document.get("id")) or ""


def _is_default(document: Record, row: Row, kind: str) -> bool:
    named = row[f"default_{kind}"] == _id(document)
    return named or bool(wire.flag(document.get(f"default_{kind}")))


def _first(attributes: Record, codes: tuple[str, ...]) -> str | None:
    return next(filter(None, (word(attributes.get(code)) for code in codes)), None)


def _document(members: dict[str, Json]) -> str | None:
    said = filled(members)
    return to_json(said) if said else None


def _offered(codes: list[str]) -> dict[str, frozenset[str]]:
    """What is lost unless a mapping reads it."""
    return {
        **dict.fromkeys(_OFFERED.split(), frozenset()),
        "subscribed": frozenset({"newsletter", "groups"}),
        **{f"attributes.{code}": frozenset({"attributes"}) for code in codes},
    }


def _invalid(rows: pl.DataFrame) -> Iterator[Diagnostic]:
    for id_, email in rows.select("id", "email").iter_rows():
        how = "an invalid" if word(email) else "no"
        yield Diagnostic(
            Severity.SKIPPED,
            "invalid_email",
            f"Customer {id_} has {how} e-mail address and is not carried.",
            address=Address("customer", f"magento:customer/{id_}"),
            remedy="Correct it in Magento.",
        )


def _twins(rows: pl.DataFrame, choice: str) -> Iterator[Diagnostic]:
    for id_, website, email, carried, count in rows.select(
        "id", "website_id", "key", "carried", "twins"
    ).iter_rows():
        who = f"Customer {id_} (website {website})"
        if choice == accounts.REVIEW:
            message = f"{who} is one of {count} with the same e-mail, of whom none is carried."
            remedy = "Choose `twins: newest` in customer.yml, or merge them in Magento."
        else:
            message = (
                f"{who} has the same e-mail as customer {carried}, who is newer and is carried "
                f"instead; the orders of both become the orders of customer {carried}."
            )
            remedy = "Merge them in Magento, or choose `twins: review` in customer.yml."
        address = Address("customer", email)
        yield Diagnostic(Severity.SKIPPED, "twin", message, address=address, remedy=remedy)
