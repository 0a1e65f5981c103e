-- expect: line 4: ERROR: division by zero
CREATE TABLE t (a int);
INSERT INTO t VALUES (1);
SELECT 1/0;
