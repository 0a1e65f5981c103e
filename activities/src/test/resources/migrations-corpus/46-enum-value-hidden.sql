CREATE TYPE mood AS ENUM ('sad');
ALTER TYPE mood ADD VALUE 'happy';
CREATE TABLE t (m mood);
INSERT INTO t SELECT ('hap' || 'py')::mood;
