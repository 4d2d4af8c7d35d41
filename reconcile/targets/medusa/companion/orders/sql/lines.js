const { raw } = require("./values")

/**
 * Common table expressions that work out the totals of the orders in `picked` as Medusa does
 * (@medusajs/utils: totals/cart, totals/line-item, totals/shipping-method, totals/credit-lines),
 * with numbers that lose nothing:
 *
 *     picked(id, version, currency_code)   comes first, see PICKED
 *     item_line, shipping_line             one row per line with its net amounts and tax
 *     total_of                             order_id, subtotal, discount, shipping, tax, credit
 *
 * An order has lines, shipping methods, adjustments and credit lines for each of its versions; the
 * version of the order itself is the one that counts.
 *
 * What belongs together is put below each other and summed up rather than joined, and sums of a
 * line are looked up by index: before PostgreSQL has statistics of these tables it takes them for
 * tiny, and would join a thousand lines by comparing each with each.
 */

/** Binds one list of ids. */
const PICKED = `picked as materialized (
  select id, version, currency_code from "order" where id = any(?) and deleted_at is null
)`

const ITEM_LINE = `item_line as materialized (
  select oi.order_id, oi.item_id, oi.id as order_item_id, value.price, value.quantity, taxed.rate,
    net.subtotal, net.discount, (net.subtotal - net.discount) * taxed.rate as tax
  from picked
  join order_item oi on oi.order_id = picked.id and oi.version = picked.version
    and oi.deleted_at is null
  join order_line_item line on line.id = oi.item_id
  cross join lateral (
    select coalesce(${raw("oi", "unit_price")}, ${raw("line", "unit_price")}, 0) as price,
      ${raw("oi", "quantity")} as quantity,
      ${raw("oi", "quantity")} - ${raw("oi", "return_received_quantity")}
        - ${raw("oi", "return_dismissed_quantity")} as current
  ) value
  cross join lateral (
    select coalesce(sum(${raw("tax", "rate")}), 0) / 100 as rate
    from order_line_item_tax_line tax
    where tax.item_id = line.id and tax.deleted_at is null
  ) taxed
  cross join lateral (
    select coalesce(sum(${raw("less", "amount")}
      / case when less.is_tax_inclusive then 1 + taxed.rate else 1 end), 0) as amount
    from order_line_item_adjustment less
    where less.item_id = line.id and less.version = oi.version and less.deleted_at is null
  ) reduction
  cross join lateral (
    select value.price * value.current
        / case when line.is_tax_inclusive then 1 + taxed.rate else 1 end as subtotal,
      case when value.quantity = 0 then 0
        else reduction.amount * value.current / value.quantity end as discount
  ) net
)`

const SHIPPING_LINE = `shipping_line as materialized (
  select way.order_id, way.shipping_method_id, taxed.rate, net.subtotal, reduction.amount as discount,
    (net.subtotal - reduction.amount) * taxed.rate as tax
  from picked
  join order_shipping way on way.order_id = picked.id and way.version = picked.version
    and way.deleted_at is null
  join order_shipping_method method on method.id = way.shipping_method_id
  cross join lateral (
    select coalesce(sum(${raw("tax", "rate")}), 0) / 100 as rate
    from order_shipping_method_tax_line tax
    where tax.shipping_method_id = method.id and tax.deleted_at is null
  ) taxed
  cross join lateral (
    select coalesce(sum(${raw("less", "amount")}), 0) as amount
    from order_shipping_method_adjustment less
    where less.shipping_method_id = method.id and less.version = way.version
      and less.deleted_at is null
  ) reduction
  cross join lateral (
    select ${raw("method", "amount")}
      / case when method.is_tax_inclusive then 1 + taxed.rate else 1 end as subtotal
  ) net
)`

// Credit lines that together are no more than one minor unit count as nothing in Medusa.
const TOTAL_OF = `summed as (
  select order_id, sum(subtotal) as subtotal, sum(discount) as discount, sum(shipping) as shipping,
    sum(tax) as tax, sum(credit) as credit
  from (
    select order_id, subtotal, discount, 0 as shipping, tax, 0 as credit from item_line
    union all
    select order_id, 0, discount, subtotal, tax, 0 from shipping_line
    union all
    select line.order_id, 0, 0, 0, 0, ${raw("line", "amount")}
    from picked
    join order_credit_line line on line.order_id = picked.id and line.version = picked.version
      and line.deleted_at is null
    union all
    select id, 0, 0, 0, 0, 0 from picked
  ) part
  group by order_id
), total_of as (
  select summed.order_id, subtotal, discount, shipping, tax,
    case when abs(credit) <= power(10::numeric, -coalesce(currency.decimal_digits, 2)) then 0
      else credit end as credit
  from summed
  join "order" o on o.id = summed.order_id
  left join currency on currency.code = o.currency_code
)`

const LINES = [ITEM_LINE, SHIPPING_LINE, TOTAL_OF].join(", ")

module.exports = { LINES, PICKED }
