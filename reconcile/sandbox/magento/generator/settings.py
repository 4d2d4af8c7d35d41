"""Small reference tables: customer groups and tax."""

from __future__ import annotations

from typing import Any

from reconcile.sandbox.magento.generator.taxes import TAX_RATES

_GROUPS = ("NOT LOGGED IN", "General", "Wholesale", "Retailer")


def customer_group_records() -> list[dict[str, Any]]:
    return [
        {"id": number, "code": code, "tax_class_id": 3, "tax_class_name": "Retail Customer"}
        for number, code in enumerate(_GROUPS)
    ]


def tax_class_records() -> list[dict[str, Any]]:
    return [
        {"class_id": 2, "class_name": "Taxable Goods", "class_type": "PRODUCT"},
        {"class_id": 3, "class_name": "Retail Customer", "class_type": "CUSTOMER"},
    ]


def tax_rate_records() -> list[dict[str, Any]]:
    return [
        {
            "id": one.rate.id,
            "tax_country_id": one.country,
            "tax_region_id": one.region.id if one.region else 0,
            **({"region_name": one.region.code} if one.region else {}),
            "tax_postcode": "*",
            "rate": one.rate.percent,
            "code": one.rate.code,
            "titles": [],
        }
        for one in TAX_RATES
    ]


def tax_rule_records() -> list[dict[str, Any]]:
    return [
        {
            "id": 1,
            "code": "Standard",
            "priority": 0,
            "position": 0,
            "customer_tax_class_ids": [3],
            "product_tax_class_ids": [2],
            "tax_rate_ids": [one.rate.id for one in TAX_RATES],
            "calculate_subtotal": False,
        }
    ]
