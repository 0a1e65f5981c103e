CREATE TABLE t (a numeric, b int);
INSERT INTO t VALUES (1e5, 1), (.5, 2), (1., 3), (0.1e-2, 4);
SELECT a AS x$1, b FROM t WHERE b = 1 OR b = 2;
