-- expect: line 2: a quoted name is opened and not closed
CREATE TABLE "t (a int);
