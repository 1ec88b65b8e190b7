"""SQL of the log: what Django's models cannot say."""

LOG = """
CREATE SEQUENCE signals_log_order AS bigint;
CREATE TABLE signals_log (
    log_id bigint NOT NULL,
    id uuid NOT NULL,
    retention text NOT NULL CHECK (retention IN ('track', 'person', 'record')),
    protocol text NOT NULL,
    source text NOT NULL,
    sequence text,
    kind text NOT NULL,
    phase text NOT NULL,
    occurred_at timestamptz NOT NULL,
    received_at timestamptz NOT NULL,
    asset_id uuid,
    area_path ltree,
    lng double precision,
    lat double precision,
    values jsonb NOT NULL,
    late boolean NOT NULL,
    deviations text[] NOT NULL,
    trust text NOT NULL,
    clock_skew_seconds double precision,
    raw bytea,
    fingerprint bytea NOT NULL
) PARTITION BY LIST (retention);
CREATE TABLE signals_log_track PARTITION OF signals_log FOR VALUES IN ('track') PARTITION BY RANGE (received_at);
CREATE TABLE signals_log_person PARTITION OF signals_log FOR VALUES IN ('person') PARTITION BY RANGE (received_at);
CREATE TABLE signals_log_record PARTITION OF signals_log FOR VALUES IN ('record') PARTITION BY RANGE (received_at);
REVOKE ALL ON signals_log, signals_log_track, signals_log_person, signals_log_record FROM linli_app;
GRANT SELECT ON signals_log TO linli_app;
GRANT USAGE ON SEQUENCE signals_log_order TO linli_app;

-- A fingerprint is 16 bytes, and uuid is PostgreSQL's quickest type of 16 bytes. Old ones are swept by the BRIN.
CREATE TABLE signals_seen (fingerprint uuid PRIMARY KEY, id uuid NOT NULL, until timestamptz NOT NULL);
CREATE INDEX signals_seen_until ON signals_seen USING brin (until) WITH (autosummarize = on);
"""

# A leaf is filled by COPY and read through signals_log only (so that its row-level security always holds):
# the application may insert into it and nothing else. ATTACH, not PARTITION OF: readers need not wait.
ENSURE = """
CREATE FUNCTION signals_ensure_partitions(month date) RETURNS integer
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    class text;
    leaf text;
    made integer := 0;
    first timestamptz := date_trunc('month', month)::timestamp AT TIME ZONE 'UTC';
    past timestamptz := (date_trunc('month', month) + interval '1 month')::timestamp AT TIME ZONE 'UTC';
BEGIN
    PERFORM pg_advisory_xact_lock(x'4C4E4C04'::bigint);
    FOREACH class IN ARRAY ARRAY['track', 'person', 'record'] LOOP
        leaf := format('signals_log_%s_%s', class, to_char(month, 'YYYYMM'));
        CONTINUE WHEN to_regclass(leaf) IS NOT NULL;
        EXECUTE format('CREATE TABLE %I (LIKE signals_log INCLUDING DEFAULTS INCLUDING CONSTRAINTS)', leaf);
        EXECUTE format('ALTER TABLE %I ADD PRIMARY KEY (log_id)', leaf);
        EXECUTE format('CREATE INDEX ON %I (asset_id, log_id) WHERE asset_id IS NOT NULL', leaf);
        EXECUTE format('CREATE INDEX ON %I USING brin (received_at, occurred_at) WITH (autosummarize = on)', leaf);
        EXECUTE format('REVOKE ALL ON %I FROM linli_app, PUBLIC', leaf);
        EXECUTE format('GRANT INSERT ON %I TO linli_app', leaf);
        EXECUTE format('ALTER TABLE %I ATTACH PARTITION %I FOR VALUES FROM (%L) TO (%L)',
                       'signals_log_' || class, leaf, first, past);
        made := made + 1;
    END LOOP;
    RETURN made;
END $$;
REVOKE ALL ON FUNCTION signals_ensure_partitions(date) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION signals_ensure_partitions(date) TO linli_app;
"""

# Forgetting = DETACH + drop of whole months. The floor stands here, so that no setting forgets too early.
FORGET = """
CREATE FUNCTION signals_forget(class text, before date) RETURNS integer
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    leaf text;
    gone integer := 0;
    floor_days integer := CASE class WHEN 'track' THEN 90 WHEN 'person' THEN 180 WHEN 'record' THEN 730 END;
BEGIN
    IF floor_days IS NULL THEN
        RAISE EXCEPTION 'the log has no retention class %', class;
    END IF;
    IF before > current_date - floor_days THEN
        RAISE EXCEPTION 'signals of class % are kept for % days at least', class, floor_days;
    END IF;
    FOR leaf IN
        SELECT c.relname FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid
        WHERE i.inhparent = format('signals_log_%s', class)::regclass
          AND to_date(right(c.relname, 6), 'YYYYMM') + interval '1 month' <= before
        ORDER BY c.relname
    LOOP
        EXECUTE format('ALTER TABLE %I DETACH PARTITION %I', 'signals_log_' || class, leaf);
        EXECUTE format('DROP TABLE %I', leaf);
        gone := gone + 1;
    END LOOP;
    RETURN gone;
END $$;
REVOKE ALL ON FUNCTION signals_forget(text, date) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION signals_forget(text, date) TO linli_app;
"""

TEMPORAL = """
ALTER TABLE signals_line
    ADD CONSTRAINT signals_line_one_at_a_time UNIQUE (protocol, identity, during WITHOUT OVERLAPS);
CREATE INDEX signals_line_identity ON signals_line (protocol, identity);
ALTER TABLE signals_interval
    ADD CONSTRAINT signals_interval_one_at_a_time UNIQUE (asset_id, what, during WITHOUT OVERLAPS);
CREATE INDEX signals_interval_open ON signals_interval (asset_id, what) WHERE upper_inf(during);
ALTER TABLE signals_listening
    ADD CONSTRAINT signals_listening_one_at_a_time UNIQUE (gateway, during WITHOUT OVERLAPS);
-- Entrances and the follower each insert only their own columns of a state.
ALTER TABLE signals_assetstate
    ALTER presence SET DEFAULT 'never', ALTER supervised SET DEFAULT false, ALTER gateway SET DEFAULT '',
    ALTER armed SET DEFAULT '', ALTER areas SET DEFAULT '{}', ALTER faults SET DEFAULT '{}',
    ALTER alarms SET DEFAULT '{}', ALTER changed SET DEFAULT '{}', ALTER measures SET DEFAULT '{}';
ALTER TABLE signals_assetstate SET (fillfactor = 70);
ALTER TABLE signals_foldedcount SET (fillfactor = 70);
"""

# What entrances remember of senders is told by rows that commit with the change itself (see senders.py).
CHANGES = """
CREATE TABLE signals_change (
    id bigint PRIMARY KEY DEFAULT ('x' || md5(gen_random_uuid()::text))::bit(63)::bigint,
    asset_ids uuid[],
    at timestamptz NOT NULL DEFAULT now()
);
CREATE FUNCTION signals_something_changed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO signals_change (asset_ids) VALUES (NULL);
    RETURN NULL;
END $$;
CREATE TRIGGER signals_changed AFTER INSERT OR UPDATE OR DELETE OR TRUNCATE ON signals_line
    FOR EACH STATEMENT EXECUTE FUNCTION signals_something_changed();
CREATE TRIGGER signals_changed AFTER UPDATE OF type, area_path, lng, lat, supervision, settings OR DELETE
    ON registers_asset FOR EACH STATEMENT EXECUTE FUNCTION signals_something_changed();
CREATE TRIGGER signals_changed AFTER UPDATE OF follow_until OR DELETE OR TRUNCATE ON signals_assetstate
    FOR EACH STATEMENT EXECUTE FUNCTION signals_something_changed();
"""

DROP = """
DROP TRIGGER signals_changed ON registers_asset;
DROP TRIGGER signals_changed ON signals_assetstate;
DROP TRIGGER signals_changed ON signals_line;
DROP FUNCTION signals_something_changed();
DROP TABLE signals_change;
DROP FUNCTION signals_forget(text, date);
DROP FUNCTION signals_ensure_partitions(date);
DROP TABLE signals_seen, signals_log;
DROP SEQUENCE signals_log_order;
"""
