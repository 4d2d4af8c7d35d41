"""Products: what has a page of its own. Children that are only sold through a parent are variants.

Columns: `sku`, `name`, `type`, `status`, `enabled`, `published`, `attribute_set`, `weight`,
`images`, `thumbnail`, `categories`, `websites` (codes), `options`, `components` (JSON, of bundles
and grouped products), `custom_options`, `downloads` (JSON), `related`, `upsell`, `crosssell`
(lists of SKUs), `created_at`, `updated_at`, `attributes`, `attributes.<code>`, `raw.<code>`,
`views.<view>.<name|attributes.code>` of further views.
"""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import quote

import polars as pl

from reconcile.columns import json_of, texts
from reconcile.model import Address, Diagnostic, Severity
from reconcile.sources.magento_rest.records import attributes, catalogue, options, shop
from reconcile.sources.magento_rest.records.catalogue import NOT_VISIBLE, Catalogue
from reconcile.systems import Options, Records, Tables

_IMAGE = pl.Struct(
    {
        "file": pl.String,
        "media_type": pl.String,
        "position": pl.Int64,
        "disabled": pl.Boolean,
        "types": pl.List(pl.String),
    }
)
_LINK = pl.Struct({"link_type": pl.String, "linked_product_sku": pl.String, "position": pl.Int64})
_MEMBER = pl.Struct(
    {
        "link_type": pl.String,
        "linked_product_sku": pl.String,
        "position": pl.Int64,
        "qty": pl.String,
    }
)
JSON_COLUMNS = frozenset(
    {"attributes", "options", "components", "custom_options", "downloads", "other_attributes"}
)


def records(tables: Tables, chosen: Options) -> Records:
    """Everything with a page of its own, in the order it was made."""
    known = attributes.read(tables)
    found = catalogue.read(tables, chosen["product"])
    own = found.products.filter(pl.col("role") != "child")
    sold = own.filter(pl.col("policy") != "skip")
    labelled = attributes.with_labels(sold, known, found.shop.storefront.media_url)
    with_options = labelled.join(
        options.of_products(found, known), on="id", how="left", maintain_order="left"
    )
    frame = with_options.with_columns(
        *_columns(tables, found),
        (pl.col("published") & (pl.col("variant_count") > 0)).alias("published"),
    ).with_columns(pl.col("image_urls").list.first().alias("first_image"))
    return Records(
        _with_views(frame, tables, found),
        json=JSON_COLUMNS,
        offered=attributes.offered(found.products.collect_schema().names(), known),
        diagnostics=(
            *found.diagnostics,
            *attributes.unknown_options(found.products, known),
            *_not_carried(own),
            *_policies(own),
            *_markup(own),
            *_lost_pages(found.products),
        ),
        complete=found.complete,
    )


def _columns(tables: Tables, found: Catalogue) -> list[pl.Expr]:
    sets = tables.scan("attribute_sets").select("id", "name").collect()
    names = dict(sets.iter_rows())
    attribute_set = pl.col("attribute_set_id").replace_strict(
        names, default=None, return_dtype=pl.String
    )
    media = found.shop.storefront.media_url
    return [
        pl.col("sku").alias("key"),
        shop.source_id(),
        pl.col("type_id").alias("type"),
        attribute_set.alias("attribute_set"),
        _image_urls(media).alias("images"),
        _image_urls(media).alias("image_urls"),
        _thumbnail(media).alias("thumbnail"),
        _categories(tables).alias("categories"),
        _websites(found).alias("websites"),
        _components().alias("components"),
        _filled(_downloads()).alias("downloads"),
        _filled(pl.col("custom_options")).alias("custom_options"),
        *(_linked(kind).alias(kind) for kind in ("related", "upsell", "crosssell")),
    ]


def _gallery() -> pl.Expr:
    entries = pl.col("images").str.json_decode(pl.List(_IMAGE))
    shown = pl.element().filter(
        (pl.element().struct.field("media_type") != "external-video")
        & pl.element().struct.field("disabled").ne_missing(other=True)
        & pl.element().struct.field("file").is_not_null()
    )
    in_order = pl.element().sort_by(pl.element().struct.field("position"), maintain_order=True)
    return entries.list.eval(shown).list.eval(in_order)


def _url(media: str, file: pl.Expr) -> pl.Expr:
    """The public address of a picture; file names may hold spaces and other letters."""
    path = file.map_batches(
        lambda files: files.replace_strict(
            {name: quote(name, safe="/") for name in files.drop_nulls().unique()},
            default=None,
            return_dtype=pl.String,
        ),
        return_dtype=pl.String,
    )
    return pl.lit(f"{media}/catalog/product") + path


def _image_urls(media: str) -> pl.Expr:
    return _gallery().list.eval(_url(media, pl.element().struct.field("file")))


def _thumbnail(media: str) -> pl.Expr:
    """The picture shoppers see in lists: the one marked so, else the first of the gallery."""
    marked = pl.element().filter(pl.element().struct.field("types").list.contains("small_image"))
    chosen = _gallery().list.eval(marked).list.first().struct.field("file")
    return _url(media, chosen.fill_null(_gallery().list.first().struct.field("file")))


def _categories(tables: Tables) -> pl.Expr:
    """Source ids of the categories a product is in; root categories are none to a shopper."""
    roots = tables.scan("categories").filter(pl.col("level") < 2).select("id").unique()
    ids = pl.col("category_links").str.json_decode(
        pl.List(pl.Struct({"category_id": pl.String, "position": pl.Int64}))
    )
    named = ids.list.eval(pl.element().struct.field("category_id"))
    below = named.list.set_difference(pl.lit(roots.collect()["id"].to_list(), pl.List(pl.String)))
    return below.list.eval(pl.lit("magento:") + pl.element())


def _websites(found: Catalogue) -> pl.Expr:
    named = pl.element().replace_strict(
        dict(found.shop.website_codes), default=None, return_dtype=pl.String
    )
    return texts(pl.col("website_ids")).list.eval(named).list.drop_nulls()


def _linked(kind: str) -> pl.Expr:
    of_kind = pl.element().filter(pl.element().struct.field("link_type") == kind)
    in_order = pl.element().sort_by(pl.element().struct.field("position"), maintain_order=True)
    links = pl.col("links").str.json_decode(pl.List(_LINK)).list.eval(of_kind).list.eval(in_order)
    skus = links.list.eval(pl.element().struct.field("linked_product_sku"))
    return pl.when(skus.list.len() > 0).then(skus)


def _members() -> pl.Expr:
    """The products of a grouped one, in order, with the quantity offered."""
    links = pl.col("links").str.json_decode(pl.List(_MEMBER))
    mine = pl.element().filter(pl.element().struct.field("link_type") == "associated")
    in_order = pl.element().sort_by(pl.element().struct.field("position"), maintain_order=True)
    named = pl.struct(
        pl.element().struct.field("qty"),
        pl.element().struct.field("linked_product_sku").alias("sku"),
    )
    return links.list.eval(mine).list.eval(in_order).list.eval(named)


def _components() -> pl.Expr:
    """What a bundle or a grouped product is made of."""
    return (
        pl.when(pl.col("type_id") == "bundle")
        .then(_filled(pl.col("bundle_options")))
        .when(pl.col("type_id") == "grouped")
        .then(_filled(json_of(_members())))
    )


def _filled(json: pl.Expr) -> pl.Expr:
    """A JSON list that has members; an empty one says nothing."""
    return pl.when(json != "[]").then(json)


def _downloads() -> pl.Expr:
    """Titles and prices only: where the files lie is nobody's business but the shop's."""
    shown = pl.Struct({"price": pl.String, "title": pl.String})
    return json_of(pl.col("downloads").str.json_decode(pl.List(shown)))


def _with_views(frame: pl.LazyFrame, tables: Tables, found: Catalogue) -> pl.LazyFrame:
    """Further views as `views.<code>.<column>`, for mappings that carry translations."""
    for view in found.shop.views[1:]:
        wanted = [
            name
            for name in ("name", *tables.scan("products").collect_schema().names())
            if name == "name" or name.startswith("attributes.")
        ]
        renamed = [
            pl.col(name).alias(f"views.{view.code}.{name}") for name in dict.fromkeys(wanted)
        ]
        other = tables.scan("products").filter(pl.col("view") == view.code).select("id", *renamed)
        frame = frame.join(other, on="id", how="left", maintain_order="left")
    return frame


def _policies(own: pl.LazyFrame) -> Iterator[Diagnostic]:
    """Products whose type Medusa does not know: each is said, whatever was chosen."""
    composed = own.filter(~pl.col("type_id").is_in([*catalogue.PLAIN, catalogue.CONFIGURABLE]))
    for sku, kind, policy in composed.select("sku", "type_id", "policy").collect().iter_rows():
        done = {
            "keep": "is carried with its components in metadata; Medusa will not assemble it",
            "draft": "is carried as a draft with its components in metadata",
            "skip": "is not carried",
        }[policy]
        yield Diagnostic(
            Severity.SKIPPED if policy == "skip" else Severity.WARNING,
            f"{kind}_product",
            f"{sku} is a {kind} product and {done}.",
            address=Address("product", sku),
            remedy=f"Choose keep, draft or skip for `{kind}` in product.yml.",
        )


def _markup(own: pl.LazyFrame) -> Iterator[Diagnostic]:
    """Names are carried as typed; a storefront that prints them unescaped would run them."""
    typed = own.filter(pl.col("name").str.contains(r"<\s*[a-zA-Z/!]")).select("sku")
    skus = typed.collect().to_series().sort()
    if skus.len():
        yield Diagnostic(
            Severity.WARNING,
            "markup_in_name",
            f"{skus.len()} product names hold markup, which is carried as text: "
            f"{', '.join(skus.head(3))}.",
            remedy="Clean the names in Magento, or map the title through `plain_text`.",
        )


def _lost_pages(products: pl.LazyFrame) -> Iterator[Diagnostic]:
    """Children that Magento also shows by themselves: a SKU can be one thing only."""
    seen = products.filter(
        (pl.col("role") == "child") & pl.col("sold") & (pl.col("visibility") != NOT_VISIBLE)
    )
    skus = seen.select("sku").collect().to_series().sort()
    if skus.len():
        yield Diagnostic(
            Severity.WARNING,
            "child_with_page",
            f"{skus.len()} variants also have a page of their own in Magento, which they lose: "
            f"{', '.join(skus.head(3))}.",
            remedy="Redirect those pages to the parent's.",
        )


def _not_carried(own: pl.LazyFrame) -> Iterator[Diagnostic]:
    """Parts of products that Medusa has no place for."""
    parts = {
        "custom_options": "options that shoppers fill in; they are kept in metadata only",
        "downloads": "files to download; only their titles are kept, in metadata",
    }
    for column, what in parts.items():
        skus = own.filter(pl.col(column).is_not_null() & (pl.col(column) != "[]")).select("sku")
        found = skus.collect().to_series().sort()
        if found.len():
            yield Diagnostic(
                Severity.WARNING,
                f"{column}_in_metadata",
                f"{found.len()} products have {what}: {', '.join(found.head(3))}.",
                remedy="Rebuild them with a Medusa module, or accept the loss.",
            )
