/* one /* two; */ still; ' " $$ */
CREATE TABLE t (a int); /* after; */
-- it's; " $$ /*
INSERT INTO t VALUES (1 /* ; */ + 2); -- done;
/**/;;/***/;
