"""The route table: method and path template to permission and answer."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import unquote_plus

from reconcile.sandbox.magento import entity as entities
from reconcile.sandbox.magento.answers import category, price, product, session, stock
from reconcile.sandbox.magento.answers.lists import Answer, document, list_of, one_of
from reconcile.sandbox.magento.entity import ENTITIES
from reconcile.sandbox.magento.errors import no_route, no_such, unknown_entity

_PRODUCTS = "Magento_Catalog::products"
_CATALOG = "Magento_Catalog::catalog"
_ATTRIBUTES = "Magento_Catalog::attributes_attributes"
_STORES = "Magento_Backend::store"
_LEGACY_STOCK = "Magento_CatalogInventory::cataloginventory"
_SALABLE = "Magento_InventoryApi::stock"


@dataclass(frozen=True, slots=True)
class Route:
    """``template`` has ``:name`` for one path segment; ``resource`` None needs no permission."""

    method: str
    template: str
    resource: str | None
    answer: Answer
    needs_inventory: bool = False

    def match(self, method: str, segments: Sequence[str]) -> dict[str, str] | None:
        """The values of the placeholders, or None when this is another route."""
        parts = self.template.split("/")
        if method != self.method or len(parts) != len(segments):
            return None
        values = {}
        for part, segment in zip(parts, segments, strict=True):
            if part.startswith(":"):
                values[part[1:]] = segment
            elif part != segment:
                return None
        return values


def _get(template: str, resource: str | None, answer: Answer) -> Route:
    return Route("GET", template, resource, answer, template.startswith("inventory/"))


# Fixed segments come before placeholders in the same position.
ROUTES: tuple[Route, ...] = (
    *(_get(one.path, one.resource, list_of(one)) for one in ENTITIES),
    Route("POST", "integration/admin/token", None, session.admin_token),
    Route("POST", "products/base-prices-information", _PRODUCTS, price.base_prices),
    Route("POST", "products/special-price-information", _PRODUCTS, price.special_prices),
    Route("POST", "products/tier-prices-information", _PRODUCTS, price.tier_prices),
    _get("products/attributes/:code", _ATTRIBUTES, product.attribute),
    _get("products/attributes/:code/options", _ATTRIBUTES, product.attribute_options),
    _get(
        "products/attribute-sets/:id/attributes",
        "Magento_Catalog::sets",
        product.attributes_of_set,
    ),
    _get("products/:sku", _PRODUCTS, product.product),
    _get("products/:sku/media", _CATALOG, product.media),
    _get("products/:sku/options", _CATALOG, product.custom_options),
    _get("configurable-products/:sku/children", _PRODUCTS, product.children),
    _get("bundle-products/:sku/options/all", _PRODUCTS, product.bundle_options),
    _get(
        "downloadable-products/:sku/downloadable-links",
        "Magento_Downloadable::downloadable",
        product.downloadable_links,
    ),
    _get("categories", entities.CATEGORIES.resource, category.tree),
    _get(
        "categories/:id",
        entities.CATEGORIES.resource,
        one_of(entities.CATEGORIES, lambda row_id: no_such("id", row_id)),
    ),
    _get(
        "customers/:id",
        entities.CUSTOMERS.resource,
        one_of(entities.CUSTOMERS, lambda row_id: no_such("customerId", row_id)),
    ),
    _get(
        "customerGroups/:id",
        entities.CUSTOMER_GROUPS.resource,
        one_of(entities.CUSTOMER_GROUPS, lambda row_id: no_such("id", row_id)),
    ),
    *(
        _get(f"{path}/:id", one.resource, one_of(one, lambda _: unknown_entity()))
        for path, one in (
            ("orders", entities.ORDERS),
            ("invoices", entities.INVOICES),
            ("shipment", entities.SHIPMENTS),
            ("creditmemo", entities.CREDIT_MEMOS),
        )
    ),
    _get("stockItems/lowStock", _LEGACY_STOCK, stock.low_stock),
    _get("stockItems/:sku", _LEGACY_STOCK, stock.stock_item),
    _get("inventory/is-product-salable/:sku/:stock", _SALABLE, stock.is_salable),
    _get("inventory/get-product-salable-quantity/:sku/:stock", _SALABLE, stock.salable_quantity),
    _get("store/storeConfigs", _STORES, document("store_configs")),
    _get("store/storeViews", _STORES, document("store_views")),
    _get("store/websites", _STORES, document("websites")),
    _get("store/storeGroups", _STORES, document("store_groups")),
    _get("directory/currency", None, document("currency")),
    _get("directory/countries", None, document("countries")),
    _get("modules", _STORES, document("modules")),
)


def find_route(method: str, path: str, *, has_inventory: bool) -> tuple[Route, Mapping[str, str]]:
    """The route of ``path`` (what follows ``V1/``, still encoded) and its placeholders.

    A ``+`` in the path is a blank, as in Magento. Raises MagentoError when nothing matches.
    """
    segments = [unquote_plus(segment) for segment in path.split("/")]
    for route in ROUTES:
        values = route.match(method, segments)
        if values is not None and (has_inventory or not route.needs_inventory):
            return route, values
    raise no_route()
