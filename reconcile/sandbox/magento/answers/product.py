"""A single product and what hangs on it: children, options, links, attributes."""

from __future__ import annotations

from typing import Any

from reconcile.sandbox.magento.call import Call
from reconcile.sandbox.magento.errors import unknown_attribute, unknown_product
from reconcile.sandbox.magento.table import Record

# What Magento loads for a child read through its parent, in the order seen on the wire; the
# attributes the parent varies in come between category_ids and image.
_CHILD_HEAD = ("required_options", "has_options", "tax_class_id", "category_ids")
_CHILD_TAIL = (
    "image",
    "small_image",
    "thumbnail",
    "url_key",
    "msrp_display_actual_price_type",
)


def product(call: Call) -> Record:
    """``products/{sku}``: the list's record plus ``extension_attributes.stock_item``."""
    record = _product(call)
    item = call.shop.stock_item(record["id"])
    if item is None:
        return record
    return {**record, "extension_attributes": _with_stock(record["extension_attributes"], item)}


def _product(call: Call) -> Record:
    record = call.shop.product(call.path["sku"], call.scope)
    if record is None:
        raise unknown_product()
    return record


def _with_stock(extension: Record, item: Record) -> Record:
    head = ("website_ids", "category_links")
    rest = {name: value for name, value in extension.items() if name not in head}
    return {**{name: extension[name] for name in head}, "stock_item": item, **rest}


def children(call: Call) -> list[Record]:
    """``configurable-products/{sku}/children``; an empty list for any other type."""
    extension = _product(call)["extension_attributes"]
    varying = [
        _attribute_code(call, int(option["attribute_id"]))
        for option in extension.get("configurable_product_options", ())
    ]
    products = call.table("products")
    links = extension.get("configurable_product_links", ())
    return [_child(products.record(one), varying) for one in links]


def _attribute_code(call: Call, attribute_id: int) -> str:
    return str(call.table("product_attributes").record(attribute_id)["attribute_code"])


def _child(record: Record, varying: list[str]) -> Record:
    values = {one["attribute_code"]: one for one in record["custom_attributes"]}
    codes = (*_CHILD_HEAD, *reversed(varying), *_CHILD_TAIL)
    child = {k: v for k, v in record.items() if k not in ("extension_attributes", "options")}
    return {**child, "custom_attributes": [values[code] for code in codes if code in values]}


def bundle_options(call: Call) -> Any:
    return _extension(call, "bundle_product_options")


def downloadable_links(call: Call) -> Any:
    return _extension(call, "downloadable_product_links")


def _extension(call: Call, name: str) -> Any:
    return _product(call)["extension_attributes"].get(name, [])


def custom_options(call: Call) -> Any:
    return _product(call)["options"]


def media(call: Call) -> Any:
    return _product(call)["media_gallery_entries"]


def attribute(call: Call) -> Record:
    """``products/attributes/{code}``, in the shape of the list."""
    code = call.path["code"]
    for record in call.table("product_attributes").records():
        if code in (record["attribute_code"], str(record["attribute_id"])):
            return record
    raise unknown_attribute(code)


def attribute_options(call: Call) -> Any:
    return attribute(call)["options"]


def attributes_of_set(call: Call) -> list[Record]:
    """``products/attribute-sets/{id}/attributes``: the whole records of the set's attributes."""
    chosen = call.shop.table("attribute_set_attributes").get(call.path_id("id"))
    attributes = call.table("product_attributes")
    wanted = () if chosen is None else chosen["attributes"]
    return [attributes.record(one["attribute_id"]) for one in wanted]
