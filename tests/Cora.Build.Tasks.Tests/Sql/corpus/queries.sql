-- Queries and expressions of all kinds, none of which names anything that is not there.
CREATE TABLE orgs (id uuid PRIMARY KEY, name text, owner_id uuid, data jsonb, tags text[], created_at timestamptz, amount numeric, day int, year int, value int, type text, at time, "Odd Name" text);
CREATE TABLE members (id uuid PRIMARY KEY, org_id uuid REFERENCES orgs, user_id uuid, role text, active_from date, n int);
CREATE FUNCTION full_name(o orgs) RETURNS text LANGUAGE sql AS $$ SELECT o.name || ' ' || $1.type $$;
CREATE FUNCTION current_user_id() RETURNS uuid LANGUAGE sql STABLE AS $$ SELECT nullif(current_setting('x', true), '')::uuid $$;
CREATE FUNCTION add(a int, b int DEFAULT 1) RETURNS int LANGUAGE sql AS 'SELECT a + b';
CREATE POLICY p1 ON orgs USING (owner_id = current_user_id() AND orgs.name <> '' AND public.orgs.data IS NOT NULL AND (data ->> 'x')::int > 1 AND tags[1] = 'a' AND tags[1:2] <> '{}');
CREATE POLICY p2 ON orgs FOR SELECT USING (EXISTS (SELECT 1 FROM members m WHERE m.org_id = orgs.id AND m.user_id = (SELECT current_user_id()) AND role IN ('a', 'b') AND created_at > now() - interval '1 day' * n));
CREATE POLICY p3 ON members USING (org_id IN (SELECT o.id FROM public.orgs AS o JOIN members AS m2 ON (m2.org_id = o.id) LEFT OUTER JOIN orgs o2 USING (name) WHERE m2.user_id = members.user_id)) WITH CHECK (user_id = ANY (SELECT user_id FROM members UNION ALL SELECT owner_id FROM orgs WHERE name LIKE 'x%' ESCAPE '!'));
CREATE POLICY p4 ON members USING (role = ANY (ARRAY['a', 'b']) AND n BETWEEN 1 AND add(b => 2, a := n) AND NOT (n IS DISTINCT FROM 1) AND (n, role) = (1, 'x') AND ROW(n, 2) IS NOT NULL AND CASE n WHEN 1 THEN true ELSE role = 'x' END);
CREATE INDEX i1 ON orgs (lower(name), (data ->> 'a'), (amount * 2 + value)) WHERE year > 1 AND type IS NOT NULL AND "Odd Name" = 'x';
CREATE INDEX i2 ON orgs (extract(hour FROM at), coalesce(name, type), (trim(both ' ' from name)), substring(name from 1 for 2), (position('x' in name)), (name COLLATE "C")) INCLUDE (day);
CREATE FUNCTION touch() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN NEW; END $$;
CREATE TRIGGER t1 BEFORE UPDATE OF name, value ON orgs FOR EACH ROW WHEN (OLD.name IS DISTINCT FROM NEW.name AND new.* IS DISTINCT FROM old.*) EXECUTE FUNCTION touch();
CREATE VIEW v1 AS SELECT o.id AS oid, o.name, name AS label, count(*) FILTER (WHERE m.n > 1) AS total, row_number() OVER (PARTITION BY o.type ORDER BY o.year DESC NULLS LAST ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW) rank, o.full_name, to_jsonb(o) AS whole
  FROM orgs o CROSS JOIN LATERAL (SELECT n + 1 AS next, members.* FROM members WHERE members.org_id = o.id ORDER BY next LIMIT 1 OFFSET 0) AS m GROUP BY o.id, label, m.next, m.id, m.org_id, m.user_id, m.role, m.active_from, m.n HAVING sum(m.next) > 1;
CREATE VIEW v2 AS WITH RECURSIVE tree (id, depth) AS (SELECT id, 1 FROM orgs UNION ALL SELECT tree.id, depth + 1 FROM tree WHERE depth < 3), flat AS MATERIALIZED (SELECT id, depth AS level FROM tree)
  SELECT flat.level, flat.id, e.key, e.value AS v, u, g.n, s.a, x.* FROM flat, jsonb_each('{}'::jsonb) AS e, unnest(ARRAY[1, 2]) u, generate_series(1, 2) WITH ORDINALITY AS g (n, o), (VALUES (1, 'a'), (2, 'b')) AS s (a, b), LATERAL (SELECT s.b, flat.id AS flat_id) x WHERE level > 1;
CREATE VIEW v3 (a, b) AS SELECT DISTINCT ON (type) type, date_trunc('day', created_at AT TIME ZONE 'utc')::date FROM orgs ORDER BY type, created_at DESC FETCH FIRST 5 ROWS ONLY;
CREATE VIEW v4 AS SELECT a, v3.b FROM v3 WHERE a IN ('x') UNION SELECT name, created_at::date FROM orgs ORDER BY a;
CREATE VIEW v5 AS SELECT percentile_cont(0.5) WITHIN GROUP (ORDER BY amount) AS median, string_agg(DISTINCT name, ', ' ORDER BY name) AS names, array_agg(value)::text[] AS list, (SELECT max(n) FROM members) AS most, ARRAY(SELECT n FROM members) AS all_n, (ARRAY[[1, 2], [3, 4]])[1][2] AS cell, - amount AS negative, date '2026-01-01' + 1 AS next, timestamp with time zone 'now' AS moment, double precision '1' AS one, (data -> 'a') #>> '{b,c}' AS deep, NOT (value = 1) AS other, cast(value AS numeric(10, 2)) AS money, current_date AS today, (orgs).name AS row_name, value OPERATOR(pg_catalog.+) 1 AS plus, name SIMILAR TO 'a%' AS similar_name, (created_at, created_at) OVERLAPS (created_at, interval '1 hour') AS laps FROM orgs GROUP BY orgs.id;
CREATE VIEW v6 AS SELECT pg_class.relname, c.column_name, (t.id) FROM pg_catalog.pg_class, information_schema.columns c, (orgs t LEFT JOIN members m ON t.id = m.org_id) WHERE pg_class.oid > 0 AND t.ctid IS NOT NULL AND t.tableoid > 0;
CREATE FUNCTION f1(p_org uuid, p_n int DEFAULT 1) RETURNS SETOF members LANGUAGE sql AS $$
  UPDATE members m SET n = p_n, role = DEFAULT, (user_id, active_from) = (SELECT o.owner_id, created_at::date FROM orgs o WHERE o.id = m.org_id) FROM orgs WHERE orgs.id = m.org_id AND org_id = f1.p_org AND value > p_n;
  INSERT INTO members AS target (id, org_id, n) SELECT gen_random_uuid(), orgs.id, value FROM orgs WHERE name = 'x' ON CONFLICT (id) WHERE n > 1 DO UPDATE SET n = target.n + excluded.n, role = 'x' WHERE target.role <> excluded.role;
  INSERT INTO members (id) VALUES (gen_random_uuid()), (DEFAULT) ON CONFLICT ON CONSTRAINT members_pkey DO NOTHING;
  DELETE FROM ONLY members USING orgs AS o WHERE o.id = members.org_id AND o.year < 1 AND members.n = p_n;
  WITH gone AS (DELETE FROM members WHERE n = 0 RETURNING id, n AS was), more AS (INSERT INTO members (id) SELECT id FROM gone RETURNING *) SELECT more.* FROM more JOIN gone USING (id) WHERE was > 0 
$$;
CREATE FUNCTION f2(p_x int) RETURNS int RETURN p_x + (SELECT count(*) FROM orgs WHERE value = p_x)::int;
CREATE FUNCTION f3(p_x int) RETURNS TABLE (id uuid, total bigint) LANGUAGE sql BEGIN ATOMIC SELECT orgs.id, count(*) FROM orgs WHERE year = p_x GROUP BY 1 ORDER BY 2; END;
SET check_function_bodies = off;
CREATE FUNCTION f4() RETURNS void LANGUAGE sql AS $$ CREATE TEMP TABLE scratch (x int); INSERT INTO scratch SELECT y FROM nowhere; $$;
CREATE TABLE renamed (old_name text); CREATE POLICY p5 ON renamed USING (old_name = 'x'); ALTER TABLE renamed RENAME old_name TO new_name; CREATE POLICY p6 ON renamed USING (new_name = 'x');
CREATE TABLE renamed_too (x int); CREATE VIEW v7 AS SELECT x FROM renamed_too; ALTER TABLE renamed_too RENAME TO other_name;
