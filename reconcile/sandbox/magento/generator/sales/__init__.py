"""The generated shop's sales history: orders, invoices, shipments and credit memos.

Order number ``n`` is made from the seed and ``n`` alone, through the functions of
``reconcile.sandbox.magento.sales``; kept are only a few numbers per order.
"""
