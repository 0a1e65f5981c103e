CREATE TABLE a$b$c (x$ int, y$1 int);
INSERT INTO a$b$c VALUES (1, 2);
CREATE TABLE t$$ (i int);
INSERT INTO t$$ VALUES (3);
