CREATE TABLE products (
  id          integer PRIMARY KEY,
  name        text    NOT NULL,
  price_cents integer NOT NULL CHECK (price_cents > 0)
);

CREATE TABLE orders (
  id          bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  product_id  integer     NOT NULL REFERENCES products,
  quantity    integer     NOT NULL CHECK (quantity > 0),
  total_cents integer     NOT NULL,
  ordered_at  timestamptz NOT NULL DEFAULT now()
);

INSERT INTO products (id, name, price_cents) VALUES
  (1, 'Anchor',        12900),
  (2, 'Bell',           4500),
  (3, 'Compass',        7900),
  (4, 'Deck brush',     1250),
  (5, 'Ensign',         1990),
  (6, 'Fender',         2790),
  (7, 'Grease',          890),
  (8, 'Halyard',        5400),
  (9, 'Inflatable',    48900),
  (10, 'Jack line',     3300),
  (11, 'Kill switch',   2190),
  (12, 'Life jacket',   9900);

INSERT INTO orders (product_id, quantity, total_cents)
SELECT id, 1 + id % 3, price_cents * (1 + id % 3) FROM products;
