-- expect: line 3: SET CLIENT_ENCODING = sets what the connection does not take
CREATE TABLE t (a int);
SET client_encoding = 'LATIN1';
