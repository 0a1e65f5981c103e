CREATE EXTENSION IF NOT EXISTS pgcrypto WITH SCHEMA public;
CREATE TABLE t (a text);
INSERT INTO t VALUES (encode(digest('x;', 'sha256'), 'hex'));
COMMENT ON EXTENSION pgcrypto IS 'x; y';
