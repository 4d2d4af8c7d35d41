"""Magento 2 over its REST API: `reader.py` reads a shop, `tables.py` says what a snapshot holds."""
