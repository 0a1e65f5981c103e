CREATE SCHEMA app -- ours
;
CREATE TABLE app.t (id int PRIMARY KEY);
