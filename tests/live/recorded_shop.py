"""What a recorded Magento shop holds, read without any code of the product's.

This is the other side of the value check: plain loops over the recorded answers, so that a mistake
in our readers cannot hide itself.
"""

from __future__ import annotations

import gzip
import html
import json
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property
from pathlib import Path
from typing import Any

Record = dict[str, Any]


@dataclass(frozen=True)
class RecordedShop:
    folder: Path

    def read(self, name: str) -> list[Record]:
        with gzip.open(self.folder / f"{name}.jsonl.gz", "rt", encoding="utf-8") as lines:
            return [json.loads(line, parse_float=Decimal) for line in lines]

    @cached_property
    def products(self) -> dict[str, Record]:
        return {product["sku"]: product for product in self.read("products")}

    @cached_property
    def attributes(self) -> dict[str, Record]:
        return {each["attribute_code"]: each for each in self.read("product_attributes")}

    def value(self, product: Record, code: str) -> Any:
        for attribute in product.get("custom_attributes", []):
            if attribute["attribute_code"] == code:
                return attribute["value"]
        return None

    @cached_property
    def parent_of(self) -> dict[str, str]:
        """Child SKU -> parent SKU."""
        skus = {product["id"]: sku for sku, product in self.products.items()}
        return {
            skus[child]: sku
            for sku, product in self.products.items()
            for child in product["extension_attributes"].get("configurable_product_links", [])
        }

    @cached_property
    def sold(self) -> dict[str, Record]:
        """What can be bought: all but parents and disabled children."""
        return {
            sku: product
            for sku, product in self.products.items()
            if product["type_id"] != "configurable"
            and not (sku in self.parent_of and product["status"] == 2)
        }

    def labels(self, sku: str) -> dict[str, str]:
        """Option title -> label, of a child."""
        parent = self.products[self.parent_of[sku]]
        by_id = {str(each["attribute_id"]): each for each in self.attributes.values()}
        result = {}
        for option in parent["extension_attributes"]["configurable_product_options"]:
            attribute = by_id[str(option["attribute_id"])]
            chosen = self.value(self.products[sku], attribute["attribute_code"])
            result[option["label"]] = next(
                html.unescape(each["label"])
                for each in attribute["options"]
                if each["value"] == str(chosen)
            )
        return result
