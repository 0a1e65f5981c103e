CREATE TYPE mood AS ENUM ('sad', 'ok');
ALTER TYPE mood ADD VALUE IF NOT EXISTS 'very; happy' BEFORE 'ok';
CREATE TABLE t (m mood);
INSERT INTO t VALUES ('ok');
