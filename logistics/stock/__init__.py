"""Items, kit recipes, warehouses, and what lies in them."""
