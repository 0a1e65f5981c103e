CREATE TABLE "begin" ("commit" int, "end" int, "case" int);
INSERT INTO "begin" VALUES (1,2,3);
CREATE TABLE atomic (i int);
CREATE TABLE concurrently_named (vacuum_at int);
