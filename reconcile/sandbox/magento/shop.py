"""A shop: its tables and documents per store scope, and the changes a test may make to it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Any

from reconcile.sandbox.magento import product_record, stock_record
from reconcile.sandbox.magento.collation import collate
from reconcile.sandbox.magento.columns import Column, columns_of
from reconcile.sandbox.magento.entity import Entity
from reconcile.sandbox.magento.table import MemoryRows, Record, Rows, Table

ALL_STORES = "all"


class Shop:
    """Everything the sample Magento serves.

    ``rows`` are named like the entities' tables, with ``_<store code>`` appended for a view that
    has records of its own; a view without falls back to the plain name. ``documents`` are the
    answers that are not lists, named alike. Without MSI (``has_inventory`` False) the inventory
    routes do not exist.
    """

    def __init__(
        self,
        rows: Mapping[str, Rows],
        documents: Mapping[str, Any],
        *,
        has_inventory: bool = True,
    ) -> None:
        self._tables = {name: Table(each) for name, each in rows.items()}
        self._documents = dict(documents)
        self._columns: dict[str, dict[str, Column]] = {}
        self.has_inventory = has_inventory

    @property
    def store_codes(self) -> list[str]:
        """The codes of the store views, the one of the administration included."""
        return [view["code"] for view in self._documents["store_views"]]

    @property
    def default_store(self) -> str:
        """The view that ``/rest/V1`` without a code means: the first website's default one."""
        groups = {group["id"]: group for group in self._documents["store_groups"]}
        website = next(one for one in self._documents["websites"] if one["id"] != 0)
        view_id = groups[website["default_group_id"]]["default_store_id"]
        codes = {view["id"]: str(view["code"]) for view in self._documents["store_views"]}
        return codes[view_id]

    def table(self, name: str, scope: str = ALL_STORES) -> Table:
        """The table as ``scope`` sees it; an empty one when the shop has no such records."""
        for candidate in (f"{name}_{scope}", name):
            if candidate in self._tables:
                return self._tables[candidate]
        return self._tables.setdefault(name, Table(MemoryRows({})))

    def document(self, name: str, scope: str = ALL_STORES) -> Any:
        """An answer that is no list; None when the shop has none of that name."""
        return self._documents.get(f"{name}_{scope}", self._documents.get(name))

    def set_document(self, name: str, content: Any) -> None:
        """Add an answer that is no list, or replace it."""
        self._documents[name] = content

    def columns(self, entity: Entity, scope: str) -> dict[str, Column]:
        """The names that filters and sorts of ``entity`` may use."""
        if entity.table not in self._columns:
            attributes = self.table("product_attributes").records()
            records = self.table(entity.table, scope).records()
            self._columns[entity.table] = columns_of(entity, records, attributes)
        return self._columns[entity.table]

    def product(self, sku: str, scope: str = ALL_STORES) -> Record | None:
        """The product with this SKU (case and trailing blanks ignored), or None."""
        table = self.table("products", scope)
        wanted = collate(sku)
        for row_id in table.find("sku", sku) or ():
            record = table.record(row_id)
            if collate(record["sku"]) == wanted:
                return record
        return None

    def stock_item(self, product_id: int) -> Record | None:
        """The legacy stock item of a product (its id is the product's)."""
        return self.table("stock_items").get(product_id)

    def source_items(self, sku: str) -> list[tuple[int, Record]]:
        """The MSI stock of a SKU per source, with the ids of the rows."""
        table = self.table("source_items")
        wanted = collate(sku)
        rows = ((row_id, table.record(row_id)) for row_id in table.find("sku", sku) or ())
        return [(row_id, record) for row_id, record in rows if collate(record["sku"]) == wanted]

    # Changes. Each is visible in the very next answer.

    def update_product(self, sku: str, /, *, scope: str | None = None, **changes: Any) -> None:
        """Set members or custom attributes of a product (None removes), by default everywhere.

        ``scope`` limits the change to one store view's records. Percentage tier prices follow a
        new price. Raises KeyError when there is no such product.
        """
        row_id = self._product_id(sku)
        for table in self._scopes("products", scope):
            table.put(row_id, product_record.changed(table.record(row_id), changes))

    def disable_product(self, sku: str) -> None:
        self.update_product(sku, status=2)

    def add_product(self, record: Record) -> int:
        """Add a product to all scopes under a new id, and return the id."""
        row_id = self.table("products").next_id()
        for table in self._scopes("products", None):
            table.put(row_id, {**record, "id": row_id})
        return row_id

    def delete_product(self, sku: str) -> None:
        """Remove a product, its stock, and its place among its parents' children."""
        row_id = self._product_id(sku)
        for item_id, _ in self.source_items(sku):
            self.table("source_items").remove(item_id)
        if self.stock_item(row_id):
            self.table("stock_items").remove(row_id)
        for table in self._scopes("products", None):
            table.remove(row_id)
        self._forget_child(row_id)

    def set_stock(
        self,
        sku: str,
        quantity: Decimal | int,
        *,
        source_code: str = "default",
        in_stock: bool | None = None,
    ) -> None:
        """Set the quantity of a SKU in a source; by default in stock when it is above 0.

        Source ``default`` is the legacy stock item as well. Raises KeyError for an unknown SKU.
        """
        status = quantity > 0 if in_stock is None else in_stock
        if source_code == "default":
            row_id = self._product_id(sku)
            item = self.table("stock_items").record(row_id)
            changed = {**item, "qty": quantity, "is_in_stock": status}
            self.table("stock_items").put(row_id, changed)
        self._set_source_item(sku, stock_record.source_item(sku, source_code, quantity, status))

    def _set_source_item(self, sku: str, record: Record) -> None:
        table = self.table("source_items")
        for row_id, existing in self.source_items(sku):
            if existing["source_code"] == record["source_code"]:
                table.put(row_id, {**record, "sku": existing["sku"]})
                return
        table.put(table.next_id(), record)

    def _forget_child(self, child_id: int) -> None:
        for table in self._scopes("products", None):
            for row_id in product_record.parents_of(table, child_id):
                table.put(row_id, product_record.without_child(table.record(row_id), child_id))

    def _product_id(self, sku: str) -> int:
        record = self.product(sku)
        if record is None:
            raise KeyError(sku)
        return int(record["id"])

    def _scopes(self, name: str, scope: str | None) -> Iterable[Table]:
        if scope is not None:
            return [self._tables[name if scope == ALL_STORES else f"{name}_{scope}"]]
        views = [f"{name}_{code}" for code in self.store_codes]
        return [self._tables[each] for each in (name, *views) if each in self._tables]
