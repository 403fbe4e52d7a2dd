"""Meadow Goods, a small company with an online shop, as its AWS account looks: much is right, and much is not."""
