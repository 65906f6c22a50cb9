-- Statements in DO blocks, as idempotent schemas have them.
DO $$ BEGIN CREATE TYPE status AS ENUM ('a', 'b'); EXCEPTION WHEN duplicate_object THEN NULL; END $$;
DO $$ BEGIN CREATE TYPE status AS ENUM ('a', 'b'); EXCEPTION WHEN duplicate_object THEN NULL; END $$;
CREATE TABLE t (id int, a int, user_id int);
DO $block$
DECLARE
    wanted boolean := CASE WHEN true THEN true END;
BEGIN
    IF NOT EXISTS (SELECT 1 FROM information_schema.columns WHERE table_name = 't' AND column_name = 'b') THEN
        ALTER TABLE t ADD COLUMN b text NOT NULL DEFAULT 'x; y';
    END IF;
    IF NOT EXISTS (SELECT 1 FROM pg_constraint WHERE conname = 't_a_check') THEN ALTER TABLE t ADD CONSTRAINT t_a_check CHECK (a > 0); END IF;
    IF NOT EXISTS (SELECT 1 FROM pg_constraint WHERE conname = 't_a_check') THEN ALTER TABLE t ADD CONSTRAINT t_a_check CHECK (a > 0); END IF;
    IF EXISTS (SELECT 1 FROM information_schema.columns WHERE table_name = 't' AND column_name = 'person_id') THEN
        ALTER TABLE t RENAME COLUMN person_id TO user_id;
    ELSIF (CASE WHEN false THEN true ELSE false END) THEN
        NULL;
    ELSE
        CREATE INDEX IF NOT EXISTS idx_t_a ON t (a);
    END IF;
    CREATE TABLE inside (x int);
    BEGIN
        ALTER TABLE t ADD CONSTRAINT uc_t_a UNIQUE (a);
    EXCEPTION
        WHEN duplicate_table THEN RAISE NOTICE 'there, %', 1;
        WHEN others THEN RAISE;
    END;
    ALTER TABLE inside ADD COLUMN y int;
    EXECUTE 'CREATE TABLE executed (x int, y text)';
    EXECUTE $q$ ALTER TABLE executed ADD COLUMN z text DEFAULT 'a' $q$;
    PERFORM 1; RAISE NOTICE 'CREATE TABLE no (x int)';
    FOR i IN 1..1 LOOP
        CREATE TABLE IF NOT EXISTS in_loop (x int);
    END LOOP;
    CASE WHEN wanted THEN CREATE TABLE in_case (x int); ELSE NULL; END CASE;
    ALTER TABLE t ENABLE ROW LEVEL SECURITY;
END
$block$;
DO 'BEGIN DROP TABLE inside; END';
DO LANGUAGE plpgsql $$ BEGIN CREATE POLICY p ON t USING (true); CREATE TRIGGER tr BEFORE UPDATE ON t FOR EACH ROW EXECUTE FUNCTION suppress_redundant_updates_trigger(); END $$;
