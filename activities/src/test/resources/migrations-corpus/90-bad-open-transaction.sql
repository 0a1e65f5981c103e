-- expect: line 4: the transaction that begins here is not ended
CREATE TABLE t (a int);
VACUUM t;
BEGIN;
INSERT INTO t VALUES (1);
