CREATE INDEX orders_by_product ON orders (product_id, ordered_at);
