"""What happens to an order in Magento: placed, invoiced, shipped, refunded, cancelled, held.

Functions over records in the shape of the REST answers, with Magento 2.4.7's arithmetic: the same
ones make the generated shop's history and let things happen in a running shop, a recorded one too.
They change the order they are given; whoever shares it hands in a copy.
"""
