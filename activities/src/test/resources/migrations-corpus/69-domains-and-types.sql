CREATE DOMAIN d AS text CHECK (VALUE ~ '^[a-z;]+$');
CREATE TYPE c AS (x int, y d);
CREATE TYPE r AS RANGE (subtype = float8);
CREATE AGGREGATE total(int) (SFUNC = int4pl, STYPE = int, INITCOND = '0');
CREATE OPERATOR === (LEFTARG = int, RIGHTARG = int, FUNCTION = int4eq);
CREATE TABLE t (v c, w r, z boolean DEFAULT 1 === 1);
INSERT INTO t VALUES (ROW(1, 'a;'), '[1,2)');
CREATE CAST (int AS c) WITH INOUT AS ASSIGNMENT;
