-- expect: line 3: `\copy` is a command of psql
CREATE TABLE t (a int);
\copy t FROM 'x.csv'
