CREATE TABLE t (a text);
INSERT INTO t VALUES ('one'
   '; two' -- and on
   '; three');
INSERT INTO t VALUES (E'x\''
  'y\';z');
