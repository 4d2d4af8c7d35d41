"""Stock records in Magento's two shapes: MSI source items and legacy stock items."""

from __future__ import annotations

from decimal import Decimal

from reconcile.sandbox.magento.table import Record


def source_item(sku: str, source_code: str, quantity: Decimal | int, in_stock: bool) -> Record:
    """One row of ``inventory/source-items``."""
    return {
        "sku": sku,
        "source_code": source_code,
        "quantity": quantity,
        "status": int(in_stock),
    }


def stock_item(
    product_id: int,
    quantity: Decimal | int | None,
    *,
    in_stock: bool = True,
    managed: bool | None = None,
    backorders: int | None = None,
) -> Record:
    """One answer of ``stockItems/{sku}``; None means "use the store's setting"."""
    return {
        "item_id": product_id,
        "product_id": product_id,
        "stock_id": 1,
        "qty": quantity,
        "is_in_stock": in_stock,
        "is_qty_decimal": False,
        "show_default_notification_message": False,
        "use_config_min_qty": True,
        "min_qty": 0,
        "use_config_min_sale_qty": 1,
        "min_sale_qty": 1,
        "use_config_max_sale_qty": True,
        "max_sale_qty": 10000,
        "use_config_backorders": backorders is None,
        "backorders": backorders or 0,
        "use_config_notify_stock_qty": True,
        "notify_stock_qty": 1,
        "use_config_qty_increments": True,
        "qty_increments": 0,
        "use_config_enable_qty_inc": True,
        "enable_qty_increments": False,
        "use_config_manage_stock": managed is None,
        "manage_stock": managed is not False,
        "low_stock_date": None,
        "is_decimal_divided": False,
        "stock_status_changed_auto": 0,
    }
