CREATE TABLE t (a text);
COPY t FROM stdin;
SELECT 1; DROP TABLE t;
-- not a comment
/* nor this
BEGIN;
\\.
\.
SELECT count(*) FROM t;
