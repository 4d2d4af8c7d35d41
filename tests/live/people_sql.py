"""What stands in Medusa's PostgreSQL of orders and customers, by queries of this file alone.

The arithmetic is written out here once more, so that a mistake in the companion's listing, which
the product itself relies on, cannot hide.
"""

from __future__ import annotations

HEADERS = """
    select custom_display_id, email, status::text, currency_code, created_at, updated_at,
           customer_id, is_draft_order
    from "order" where deleted_at is null"""

LINES = """
    select o.custom_display_id, l.metadata->>'source_id', l.variant_sku, l.title,
           (i.raw_quantity->>'value')::numeric, l.variant_id
    from "order" o
    join order_item i on i.order_id = o.id and i.version = o.version and i.deleted_at is null
    join order_line_item l on l.id = i.item_id and l.deleted_at is null
    where o.deleted_at is null"""

TOTALS = """
    with line as (
      select i.order_id,
             coalesce((i.raw_unit_price->>'value')::numeric, (l.raw_unit_price->>'value')::numeric)
               * (i.raw_quantity->>'value')::numeric as net,
             coalesce((select sum((a.raw_amount->>'value')::numeric)
                       from order_line_item_adjustment a
                       where a.item_id = l.id and a.deleted_at is null), 0) as discount,
             coalesce((select sum((t.raw_rate->>'value')::numeric)
                       from order_line_item_tax_line t
                       where t.item_id = l.id and t.deleted_at is null), 0) as rate
      from "order" o
      join order_item i on i.order_id = o.id and i.version = o.version and i.deleted_at is null
      join order_line_item l on l.id = i.item_id and l.deleted_at is null),
    items as (
      select order_id, sum(net) as net, sum(discount) as discount,
             sum((net - discount) * rate / 100) as tax
      from line group by order_id),
    method as (
      select s.order_id, (m.raw_amount->>'value')::numeric as net,
             coalesce((select sum((a.raw_amount->>'value')::numeric)
                       from order_shipping_method_adjustment a
                       where a.shipping_method_id = m.id and a.deleted_at is null), 0) as discount,
             coalesce((select sum((t.raw_rate->>'value')::numeric)
                       from order_shipping_method_tax_line t
                       where t.shipping_method_id = m.id and t.deleted_at is null), 0) as rate
      from "order" o
      join order_shipping s on s.order_id = o.id and s.version = o.version and s.deleted_at is null
      join order_shipping_method m on m.id = s.shipping_method_id and m.deleted_at is null),
    shipping as (
      select order_id, sum(net) as net, sum(discount) as discount,
             sum((net - discount) * rate / 100) as tax
      from method group by order_id),
    paid as (
      select order_id,
             sum((raw_amount->>'value')::numeric) filter (where amount > 0) as paid,
             -sum((raw_amount->>'value')::numeric) filter (where amount < 0) as refunded
      from order_transaction where deleted_at is null group by order_id)
    select o.custom_display_id,
           round(items.net, 2), round(items.discount + coalesce(shipping.discount, 0), 2),
           round(coalesce(shipping.net, 0), 2),
           round(items.tax + coalesce(shipping.tax, 0), 2),
           round(items.net - items.discount + items.tax
                 + coalesce(shipping.net - shipping.discount + shipping.tax, 0), 2),
           round(coalesce(paid.paid, 0), 2), round(coalesce(paid.refunded, 0), 2)
    from "order" o
    join items on items.order_id = o.id
    left join shipping on shipping.order_id = o.id
    left join paid on paid.order_id = o.id
    where o.deleted_at is null"""
"""Per order: number, subtotal, discount, shipping, tax, grand total, paid, refunded."""

INVOICES = """
    select p.metadata->>'source_id', o.custom_display_id, (p.raw_amount->>'value')::numeric,
           p.captured_at
    from payment p
    join order_payment_collection l on l.payment_collection_id = p.payment_collection_id
    join "order" o on o.id = l.order_id
    where p.deleted_at is null"""

REFUNDS = """
    select o.custom_display_id, sum((r.raw_amount->>'value')::numeric)
    from refund r
    join payment p on p.id = r.payment_id
    join order_payment_collection l on l.payment_collection_id = p.payment_collection_id
    join "order" o on o.id = l.order_id
    where r.deleted_at is null group by 1"""

SHIPMENTS = """
    select f.metadata->>'source_id', o.custom_display_id, f.shipped_at,
           (select sum((i.raw_quantity->>'value')::numeric) from fulfillment_item i
            where i.fulfillment_id = f.id and i.deleted_at is null),
           (select array_agg(b.tracking_number order by b.tracking_number)
            from fulfillment_label b where b.fulfillment_id = f.id and b.deleted_at is null)
    from fulfillment f
    join order_fulfillment l on l.fulfillment_id = f.id
    join "order" o on o.id = l.order_id
    where f.deleted_at is null"""

CUSTOMERS = """
    select c.email, c.has_account, c.created_at, c.first_name, c.last_name,
           (select count(*) from customer_address a
            where a.customer_id = c.id and a.deleted_at is null),
           (select count(*) from customer_address a where a.customer_id = c.id
            and a.deleted_at is null and a.is_default_billing),
           (select array_agg(distinct g.name order by g.name)
            from customer_group_customer m join customer_group g on g.id = m.customer_group_id
            where m.customer_id = c.id and m.deleted_at is null)
    from customer c where c.deleted_at is null"""

STOCK = """
    select i.sku, l.location_id, l.raw_stocked_quantity->>'value', l.raw_reserved_quantity->>'value'
    from inventory_level l join inventory_item i on i.id = l.inventory_item_id
    where l.deleted_at is null order by 1, 2"""

RESERVATIONS = "select id, quantity from reservation_item order by id"
