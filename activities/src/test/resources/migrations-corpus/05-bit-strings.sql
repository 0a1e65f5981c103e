CREATE TABLE t (a bit(4), b bit varying);
INSERT INTO t VALUES (B'1010', X'1F'), (b'0001', x'00');
CREATE TABLE n (a char(3) DEFAULT N'a;b');
