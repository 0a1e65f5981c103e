CREATE TABLE t (a int[], b text);
INSERT INTO t VALUES ('{1,2,3}'::int[], 'a'::text), (ARRAY[1,2], ':x');
UPDATE t SET a[1:2] = '{9,8}', b = b::varchar(5)::text || ':''y''';
CREATE VIEW v AS SELECT a[1:1] AS s, a[2] AS e FROM t;
