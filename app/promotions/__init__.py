"""Trade schemes, coupons, points and membership tiers: what a seller gives on top of its prices."""
