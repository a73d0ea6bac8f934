"""A made-up folder in the form of FoodMart: three days, two warehouses, two stores."""

import json
from pathlib import Path
from typing import Any

CLASS = {
    "product_class_id": 7,
    "product_subcategory": "Tea",
    "product_category": "Hot Beverages",
    "product_department": "Beverages",
    "product_family": "Drink",
}
PRODUCTS = [
    {
        "product_id": key,
        "product_class_id": 7,
        "brand_name": brand,
        "product_name": f"{brand} Tea {key}",
        "SKU": 90_000_000_000 + key,
        "SRP": price,
        "units_per_case": 12,
        "cases_per_pallet": 5,
    }
    for key, brand, price in ((1, "Riverside", 2.85), (2, "Riverside", 0.74), (3, "Hill", 1.2))
]
STORES = [
    {"store_id": key, "store_name": f"Store {key}", "store_city": "Acapulco", "store_state": "WA"}
    for key in (0, 1, 2)
]
WAREHOUSES = [
    {"warehouse_id": key, "stores_id": key, "warehouse_name": f"Warehouse {key}"} for key in (1, 2)
]
FACTS = [
    (765, 1, 1, 1, 53, 7),
    (765, 1, 1, 2, 84, 84),
    (765, 2, 2, 1, 10, 0),
    (765, 2, 2, 3, 5, 5),
    (766, 1, 1, 3, 4, 0),  # nothing of the order is shipped
    (766, 2, 2, 2, 6, 6),
    (766, 2, 2, 2, 3, 1),  # the product again: nine ordered, seven shipped
    (767, 1, 2, 1, 2, 2),  # store 2 asks the other warehouse
]


def fact(*values: int) -> dict[str, int]:
    """One line of an order: day, warehouse, store, product, units ordered and shipped."""
    names = (
        "time_id",
        "warehouse_id",
        "store_id",
        "product_id",
        "units_ordered",
        "units_shipped",
    )
    return dict(zip(names, values, strict=True))


def write_folder(folder: Path, **changed: list[dict[str, Any]]) -> Path:
    """Write all files; `changed` replaces the lines of some, by name without ending."""
    files = {
        "product": PRODUCTS,
        "product_class": [CLASS],
        "store": STORES,
        "warehouse": WAREHOUSES,
        "inventory_fact_1998": [fact(*values) for values in FACTS],
    } | changed
    for name, rows in files.items():
        text = "".join(f"{json.dumps(row)}\n" for row in rows)
        (folder / f"{name}.json").write_text(text, encoding="utf-8")
    return folder
