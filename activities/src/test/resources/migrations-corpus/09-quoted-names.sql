CREATE TABLE "semi;colon" ("a""b;" int, "--x" text, "/*y" text, "$$" text);
INSERT INTO "semi;colon" VALUES (1, '--', '/*', '$$');
CREATE INDEX "i;1" ON "semi;colon" ("a""b;");
