-- Backward-compatible: 1.0.0 neither reads nor writes the column and goes on working beside it.
ALTER TABLE products
  ADD COLUMN discount_percent integer NOT NULL DEFAULT 0 CHECK (discount_percent BETWEEN 0 AND 99);

UPDATE products SET discount_percent = 20 WHERE id IN (2, 5, 7, 10, 12);
