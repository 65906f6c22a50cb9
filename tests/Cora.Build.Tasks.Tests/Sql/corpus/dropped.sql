-- What is dropped is not there, and what is made again is there once.
CREATE TABLE a (id int PRIMARY KEY); CREATE TABLE b (a_id int REFERENCES a, x int); DROP TABLE a CASCADE; CREATE TABLE a (id text PRIMARY KEY, y int); DROP TABLE IF EXISTS nothing, b; CREATE TABLE b (z int);
CREATE SCHEMA s; CREATE TABLE s.t (x int); CREATE VIEW s.v AS SELECT 1; CREATE TYPE s.e AS ENUM ('x'); CREATE TABLE keeps (x int, e s.e); DROP SCHEMA s CASCADE;
CREATE TABLE parent (x int) PARTITION BY LIST (x); CREATE TABLE part PARTITION OF parent FOR VALUES IN (1); DROP TABLE parent;
CREATE TYPE kind AS ENUM ('a'); CREATE TABLE has_kind (k kind, l int, m kind[]); DROP TYPE kind CASCADE; CREATE TYPE kind AS ENUM ('b');
CREATE SCHEMA old_schema; CREATE TABLE old_schema.t (x int UNIQUE); ALTER SCHEMA old_schema RENAME TO new_schema; ALTER TABLE new_schema.t ADD y int;
SET search_path TO new_schema, public; CREATE TABLE here (x int); ALTER TABLE here ADD COLUMN y int; ALTER TABLE a ADD COLUMN later int; SET search_path TO DEFAULT; CREATE TABLE there (x int);
BEGIN; CREATE TABLE in_transaction (x int); COMMIT; COMMENT ON TABLE a IS 'CREATE TABLE no (x int);'; GRANT SELECT ON a TO PUBLIC; INSERT INTO a VALUES ('CREATE TABLE no2 (x int)', 1);
COPY b (z) FROM stdin;
1
\.
CREATE RULE r AS ON INSERT TO b DO ALSO (DELETE FROM b WHERE false; SELECT 1); CREATE STATISTICS st ON x, y FROM new_schema.t; SELECT 1 AS one, (SELECT 2); VALUES (1);
