-- Constraints inline and behind the columns, with the names that PostgreSQL gives them.
CREATE TABLE orgs (id uuid PRIMARY KEY, slug text NOT NULL UNIQUE CHECK (slug ~ '^[a-z]+$' AND char_length(slug) BETWEEN 3 AND 50));
CREATE TABLE members (
    id uuid CONSTRAINT members_key PRIMARY KEY,
    org_id uuid NOT NULL REFERENCES orgs,
    other_id uuid REFERENCES public.orgs (id) MATCH SIMPLE ON DELETE SET NULL ON UPDATE CASCADE DEFERRABLE INITIALLY DEFERRED,
    third_id uuid CONSTRAINT fk_third REFERENCES orgs(id) NOT NULL,
    a int CHECK (a > 0) CHECK (a < 10) CONSTRAINT a_is_odd CHECK (a % 2 = 1) NO INHERIT,
    b int CHECK (a > b), c int CONSTRAINT c_there NOT NULL,
    email text, tags text[], period int4range,
    CHECK (email IS NOT NULL), CHECK (true), CHECK (a + b > 0), CHECK (email <> email || 'x'), CHECK (members.c > 0), CHECK (c::text <> ''), CHECK (cast(c AS text) <> 'email'),
    UNIQUE (org_id, email), UNIQUE NULLS NOT DISTINCT (email) INCLUDE (tags), CONSTRAINT uc_members_c UNIQUE (c) WITH (fillfactor = 70) DEFERRABLE,
    FOREIGN KEY (org_id) REFERENCES orgs (id) ON DELETE CASCADE NOT VALID, CONSTRAINT fk_self FOREIGN KEY (other_id) REFERENCES members (id) ON DELETE RESTRICT,
    EXCLUDE USING gist (period WITH &&), EXCLUDE (a WITH =) WHERE (a > 1), EXCLUDE ((a + b) WITH =, lower(email) WITH =)
);
CREATE TABLE two_keys (a int, b int, PRIMARY KEY (b, a), UNIQUE (a, b), UNIQUE (b, a), FOREIGN KEY (a, b) REFERENCES two_keys (b, a));
CREATE TABLE same_keys (id int UNIQUE PRIMARY KEY, x int UNIQUE, UNIQUE (x), CONSTRAINT named UNIQUE (id));
CREATE TABLE composite (a int, b int, FOREIGN KEY (b, a) REFERENCES two_keys);
CREATE TABLE a_very_long_table_name_that_goes_on_and_on_until_it_is_63_bytes_ (
    a_very_long_column_name_that_goes_on_and_on_until_it_is_63_bytes int PRIMARY KEY CHECK (a_very_long_column_name_that_goes_on_and_on_until_it_is_63_bytes > 0),
    b int UNIQUE, another_long_column_name_that_goes_on_for_long int REFERENCES a_very_long_table_name_that_goes_on_and_on_until_it_is_63_bytes_, x serial,
    UNIQUE (b, another_long_column_name_that_goes_on_for_long), über_lange_spalte_mit_ümläüten_die_nicht_in_den_namen_passt text UNIQUE
);
CREATE TABLE clash (x int);
CREATE TABLE clash_x_idx (y int);
CREATE INDEX ON clash (x);
CREATE TABLE clash_y_key (z int);
ALTER TABLE clash ADD COLUMN y int UNIQUE;
CREATE TABLE case_of (status text CHECK (CASE WHEN status IS NULL THEN false ELSE status IN ('a', 'status') END), "Status" text CHECK ("Status" > 'x' COLLATE "C"), length int CHECK (length('x') > length));
