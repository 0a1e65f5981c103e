-- expect: line 5: ERROR: column "nowhere" does not exist
CREATE TABLE t (a int);
SELECT a,
  a + 1,
  nowhere FROM t;
