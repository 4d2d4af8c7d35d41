"""The sample Magento: a small HTTP server with Magento 2.4.7's REST wire shapes.

Start it with ``python -m reconcile.sandbox.magento`` or, in a test,
``with SampleMagento(generated_shop(size=200)) as magento: ...`` (see ``server.py``).
"""
