CREATE TABLE t (a int);
INSERT INTO t VALUES (5 - -3), (5--3;
);
INSERT INTO t VALUES (2*/* x */3);
