CREATE TABLE t (a text, j json DEFAULT '{}');
INSERT INTO t VALUES ('{d ''2020-01-01''}', '{"fn": {"x": "{call y}"}}');
CREATE FUNCTION f() RETURNS text LANGUAGE sql AS $$ SELECT '{fn now()} ?'::text $$;
