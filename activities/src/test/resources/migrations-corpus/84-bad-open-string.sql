-- expect: line 3: a string is opened and not closed
SELECT 1;
SELECT 'open;
