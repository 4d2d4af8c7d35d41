"""reconcile: compare a Magento 2 shop with a Medusa v2 shop, plan, approve, apply, verify."""

__version__ = "0.1.0"
