-- expect: line 3: a comment is opened and not closed
SELECT 1;
/* open /* closed */ ;
