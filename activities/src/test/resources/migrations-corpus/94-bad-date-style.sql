-- expect: line 2: SET DATESTYLE = sets what the connection does not take
SET datestyle = 'German, DMY';
CREATE TABLE t (d date DEFAULT '31.12.2024');
