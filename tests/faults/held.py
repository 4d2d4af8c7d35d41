"""What stands in Medusa's PostgreSQL against what a plan said, by queries of this file alone.

A record is known by its key, and some of its values are compared; the rest is for `verify`. Rows
that no plan speaks of (orphans, doubles of parts) show in `rows_per_table`.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

import psycopg

from reconcile.canonical import decimal_text
from reconcile.model import Action, Change

Values = tuple[Any, ...]

QUERIES = {
    "customer_group": """
        select name, metadata->>'source_id' from customer_group where deleted_at is null""",
    "stock_location": """
        select s.name, s.metadata->>'source_id', (
          select count(*) from sales_channel_stock_location l
          where l.stock_location_id = s.id and l.deleted_at is null)
        from stock_location s where s.deleted_at is null""",
    "product_type": "select value from product_type where deleted_at is null",
    "category": """
        select metadata->>'source_id', handle, name, is_active, parent_category_id is null
        from product_category where deleted_at is null""",
    "product": """
        select p.external_id, p.metadata->>'source_id', p.title, p.handle, p.status::text, (
          select count(*) from product_category_product c where c.product_id = p.id)
        from product p where p.deleted_at is null""",
    "variant": """
        select v.sku, v.metadata->>'source_id', p.external_id, v.title, (
          select array_agg(x.currency_code || ' ' || trim_scale((x.raw_amount->>'value')::numeric)
                           order by x.currency_code, x.min_quantity nulls first)
          from product_variant_price_set l join price x on x.price_set_id = l.price_set_id
          where l.variant_id = v.id and l.deleted_at is null
            and x.price_list_id is null and x.deleted_at is null)
        from product_variant v join product p on p.id = v.product_id
        where v.deleted_at is null""",
    "inventory_level": """
        select i.sku || '@' || s.name, (l.raw_stocked_quantity->>'value')::numeric
        from inventory_level l
        join inventory_item i on i.id = l.inventory_item_id and i.deleted_at is null
        join product_variant_inventory_item m
          on m.inventory_item_id = i.id and m.deleted_at is null
        join stock_location s on s.id = l.location_id
        where l.deleted_at is null""",
    "price_list": """
        select p.title, p.type::text, p.status::text, (
          select count(*) from price_list_rule r
          where r.price_list_id = p.id and r.deleted_at is null)
        from price_list p where p.deleted_at is null""",
    "list_price": """
        select p.title || '/' || v.sku || '/' || x.currency_code || '/' ||
                 coalesce(trim_scale(x.min_quantity::numeric)::text, 'any'),
               (x.raw_amount->>'value')::numeric
        from price x
        join price_list p on p.id = x.price_list_id and p.deleted_at is null
        join product_variant_price_set l on l.price_set_id = x.price_set_id
        join product_variant v on v.id = l.variant_id and v.deleted_at is null
        where x.deleted_at is null""",
    "customer": """
        select c.email, c.metadata->>'source_id', c.has_account, c.first_name, c.last_name, (
          select count(*) from customer_address a
          where a.customer_id = c.id and a.deleted_at is null), (
          select count(*) from customer_group_customer g
          where g.customer_id = c.id and g.deleted_at is null)
        from customer c where c.deleted_at is null""",
    "order": """
        select o.custom_display_id, o.metadata->>'source_id', o.email, o.status::text,
               o.currency_code, (
          select count(*) from order_item i
          where i.order_id = o.id and i.version = o.version and i.deleted_at is null)
        from "order" o where o.deleted_at is null""",
    "invoice": """
        select p.metadata->>'source_id', o.custom_display_id, (p.raw_amount->>'value')::numeric, (
          select sum((t.raw_amount->>'value')::numeric) from capture t
          where t.payment_id = p.id and t.deleted_at is null)
        from payment p
        join order_payment_collection l on l.payment_collection_id = p.payment_collection_id
        join "order" o on o.id = l.order_id
        where p.deleted_at is null""",
    "shipment": """
        select f.metadata->>'source_id', o.custom_display_id, (
          select count(*) from fulfillment_item i
          where i.fulfillment_id = f.id and i.deleted_at is null), (
          select array_agg(b.tracking_number order by b.tracking_number)
          from fulfillment_label b where b.fulfillment_id = f.id and b.deleted_at is null)
        from fulfillment f
        join order_fulfillment l on l.fulfillment_id = f.id
        join "order" o on o.id = l.order_id
        where f.deleted_at is null""",
    "credit_memo": """
        select c.metadata->>'source_id', o.custom_display_id, (c.raw_amount->>'value')::numeric
        from order_credit_line c join "order" o on o.id = c.order_id
        where c.deleted_at is null""",
}
"""Entity -> rows of key and values."""

TABLES = """
    select t.table_name, exists (
      select 1 from information_schema.columns c
      where c.table_schema = 'public' and c.table_name = t.table_name
        and c.column_name = 'deleted_at')
    from information_schema.tables t
    where t.table_schema = 'public' and t.table_type = 'BASE TABLE'"""
PASSING = frozenset({"workflow_execution", "provider_identity", "auth_identity", "user"})
"""Tables of the server's own bookkeeping."""


def _marked(change: Change) -> Any:
    return change.source_id


def _key(change: Change) -> Any:
    return change.address.key


def _length(after: Mapping[str, Any], name: str) -> int:
    return len(after.get(name) or ())


def _prices(after: Mapping[str, Any]) -> list[str] | None:
    rows = after.get("prices") or ()
    ordered = sorted(rows, key=lambda row: (row["currency_code"], _minimum(row)))
    return [f"{row['currency_code']} {decimal_text(row['amount'])}" for row in ordered] or None


def _minimum(row: Mapping[str, Any]) -> Decimal:
    return Decimal(str(row["min_quantity"] or 0))


def _tracks(after: Mapping[str, Any]) -> list[str] | None:
    return sorted(track["number"] for track in after.get("tracking") or ()) or None


def _captured(after: Mapping[str, Any]) -> Decimal | None:
    return Decimal(after["amount"]) if after["state"] == "paid" else None


EXPECTED: Mapping[str, Callable[[Change, Mapping[str, Any]], Values]] = {
    "customer_group": lambda change, _: (_key(change), _marked(change)),
    "stock_location": lambda change, after: (
        _key(change),
        _marked(change),
        _length(after, "sales_channels"),
    ),
    "product_type": lambda change, _: (_key(change),),
    "category": lambda change, after: (
        _marked(change),
        after["handle"],
        after["name"],
        after["is_active"],
        after.get("parent") is None,
    ),
    "product": lambda change, after: (
        after["external_id"],
        _marked(change),
        after["title"],
        after["handle"],
        after["status"],
        _length(after, "categories"),
    ),
    "variant": lambda change, after: (
        _key(change),
        _marked(change),
        after["product"],
        after["title"],
        _prices(after),
    ),
    "inventory_level": lambda change, after: (_key(change), Decimal(after["stocked_quantity"])),
    "price_list": lambda change, after: (
        after["title"],
        after["type"],
        after["status"],
        1 if after.get("customer_groups") else 0,
    ),
    "list_price": lambda change, after: (_key(change), Decimal(after["amount"])),
    "customer": lambda change, after: (
        after["email"],
        _marked(change),
        after["has_account"],
        after.get("first_name"),
        after.get("last_name"),
        _length(after, "addresses"),
        _length(after, "groups"),
    ),
    "order": lambda change, after: (
        _key(change),
        _marked(change),
        after["email"],
        after["status"],
        after["currency_code"],
        _length(after, "items"),
    ),
    "invoice": lambda change, after: (
        _marked(change),
        after["order"],
        Decimal(after["amount"]),
        _captured(after),
    ),
    "shipment": lambda change, after: (
        _marked(change),
        after["order"],
        _length(after, "items"),
        _tracks(after),
    ),
    "credit_memo": lambda change, after: (
        _marked(change),
        after["order"],
        Decimal(after["amount"]),
    ),
}
"""Entity -> what its row must be, of a create."""


@dataclass(frozen=True, slots=True)
class Tally:
    """Records a plan creates against those in the database. The last three must be empty."""

    planned: int = 0
    applied: int = 0
    duplicated: Sequence[str] = ()
    lost: Sequence[str] = ()
    wrong: Sequence[str] = ()

    @property
    def sound(self) -> bool:
        return not (self.duplicated or self.lost or self.wrong)


@dataclass(slots=True)
class _Count:
    planned: int = 0
    applied: int = 0
    duplicated: list[str] = field(default_factory=list)
    lost: list[str] = field(default_factory=list)
    wrong: list[str] = field(default_factory=list)

    def add(self, entity: str, wanted: Mapping[str, Values], rows: Iterable[Values]) -> None:
        """Compare one entity; rows that are neither planned nor were there before are wrong."""
        held: defaultdict[str, list[Values]] = defaultdict(list)
        for key, *values in rows:
            held[key].append(tuple(values))
        self.planned += len(wanted)
        self.wrong += [f"{entity}:{key} was not planned" for key in held.keys() - wanted.keys()]
        for key, values in wanted.items():
            found = held.get(key, [])
            self.applied += len(found) > 0
            if not found:
                self.lost.append(f"{entity}:{key}")
            if len(found) > 1:
                self.duplicated.append(f"{entity}:{key} stands {len(found)} times")
            if any(each != values for each in found):
                self.wrong.append(f"{entity}:{key} is {found}, not {values}")


def held(database_url: str) -> dict[str, list[Values]]:
    """Entity -> its rows."""
    with psycopg.connect(database_url) as connection:
        return {
            entity: [tuple(row) for row in connection.execute(query).fetchall()]
            for entity, query in QUERIES.items()
        }


def tally(
    changes: Iterable[Change], before: Mapping[str, list[Values]], database_url: str
) -> Tally:
    """Every create of a plan that was carried out on a shop which held `before`."""
    wanted: defaultdict[str, dict[str, Values]] = defaultdict(dict)
    for change in changes:
        if change.action is Action.CREATE and change.address.entity in EXPECTED:
            key, *values = EXPECTED[change.address.entity](change, change.after)
            wanted[change.address.entity][key] = tuple(values)
    now, count = held(database_url), _Count()
    for entity in QUERIES:
        left = Counter(map(repr, before.get(entity, ())))
        count.add(entity, wanted[entity], _without(now[entity], left))
    return Tally(count.planned, count.applied, count.duplicated, count.lost, count.wrong)


def _without(rows: Iterable[Values], left: Counter[str]) -> list[Values]:
    """The rows that are not among those of before, each as often as it stood there."""
    kept = []
    for row in rows:
        left[repr(row)] -= 1
        if left[repr(row)] < 0:
            kept.append(row)
    return kept


def rows_per_table(database_url: str) -> dict[str, int]:
    """How many rows that are not deleted every table has."""
    with psycopg.connect(database_url) as connection:
        tables = connection.execute(TABLES).fetchall()
        return {
            name: _rows(connection, name, deletable)
            for name, deletable in sorted(tables)
            if name not in PASSING
        }


def _rows(connection: psycopg.Connection[Any], table: str, deletable: bool) -> int:
    only = " where deleted_at is null" if deletable else ""
    row = connection.execute(f'select count(*) from "{table}"{only}').fetchone()  # type: ignore[arg-type]
    return int(row[0]) if row else 0
