CREATE TABLE t (a jsonb);
INSERT INTO t VALUES ('{"a": "x;y"}');
CREATE VIEW v AS SELECT a->>'a' AS x, a#>>'{b,c}' AS y, a ? 'a' AS z, a ?| array['a;','b'] AS w, a @> '{"a":";"}' AS q FROM t;
