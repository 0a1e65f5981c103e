-- The mistake: there are products, and none of them has a unit to put here.
ALTER TABLE products ADD COLUMN stock_keeping_unit text NOT NULL;
