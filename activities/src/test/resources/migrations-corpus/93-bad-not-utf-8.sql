-- expect: is no UTF-8 text
CREATE TABLE t (a text DEFAULT 'ä');
