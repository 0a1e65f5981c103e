CREATE TABLE U&"d\0061t;\+000061" (U&"!0061;b" UESCAPE '!' int, "a""b;" text);
INSERT INTO "dat;a" VALUES (1, U&'\0441; \+01F600'), (2, U&'!0061;' UESCAPE '!'), (3, u&'a''b\\;');
CREATE TABLE café_ünïcode (naïve int);
INSERT INTO CAFé_ünïcode VALUES (1);
