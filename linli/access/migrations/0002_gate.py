"""The lock of the gate: who may touch which table, and the one function that writes the ledger."""

from django.db import migrations

# A look granted to the running transaction. Emptied at its commit, and nobody but the owner can write it.
GRANTS = """
CREATE UNLOGGED TABLE access_grant (
    xact xid8 NOT NULL, subject_id uuid NOT NULL, writing boolean NOT NULL, PRIMARY KEY (xact, subject_id, writing));
REVOKE ALL ON access_grant FROM linli_app, linli_gate;
CREATE FUNCTION access_end_grant() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    DELETE FROM access_grant WHERE xact = NEW.xact AND subject_id = NEW.subject_id AND writing = NEW.writing;
    RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER access_grant_ends AFTER INSERT ON access_grant DEFERRABLE INITIALLY DEFERRED
    FOR EACH ROW EXECUTE FUNCTION access_end_grant();
"""

# Lines of one chain, numbered without gaps and hashed under the lock of its head; each with its look, if it grants one.
RECORD = """
CREATE FUNCTION access_record(key_of_chain text, entries text[], granted uuid[], for_writing boolean) RETURNS bigint
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    number bigint;
    before bytea;
    line bytea;
BEGIN
    INSERT INTO access_chain (key, sequence, head) VALUES (key_of_chain, 0, decode(repeat('00', 32), 'hex'))
        ON CONFLICT (key) DO NOTHING;
    SELECT sequence, head INTO number, before FROM access_chain WHERE key = key_of_chain FOR UPDATE;
    FOR place IN 1 .. cardinality(entries) LOOP
        number := number + 1;
        line := sha256(before || int8send(number) || convert_to(entries[place], 'UTF8'));
        INSERT INTO access_ledger (id, chain, sequence, at, entry, previous, hash)
            VALUES (uuidv7(), key_of_chain, number, (entries[place]::jsonb ->> 'at')::timestamptz, entries[place],
                    before, line);
        IF granted[place] IS NOT NULL THEN
            INSERT INTO access_grant (xact, subject_id, writing)
                VALUES (pg_current_xact_id(), granted[place], for_writing) ON CONFLICT DO NOTHING;
        END IF;
        before := line;
    END LOOP;
    UPDATE access_chain SET sequence = number, head = before WHERE key = key_of_chain;
    RETURN number;
END $$;
REVOKE ALL ON FUNCTION access_record FROM PUBLIC;
GRANT EXECUTE ON FUNCTION access_record TO linli_gate;
"""

LOOKS = """
CREATE FUNCTION access_may_touch(subject uuid) RETURNS boolean LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path = public, pg_temp AS $$
    SELECT EXISTS (SELECT FROM access_grant WHERE xact = pg_current_xact_id_if_assigned() AND subject_id = subject) $$;
CREATE FUNCTION access_may_write(subject uuid) RETURNS boolean LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path = public, pg_temp AS $$
    SELECT EXISTS (SELECT FROM access_grant
                   WHERE xact = pg_current_xact_id_if_assigned() AND subject_id = subject AND writing) $$;
REVOKE ALL ON FUNCTION access_may_touch, access_may_write FROM PUBLIC;
GRANT EXECUTE ON FUNCTION access_may_touch, access_may_write TO linli_gate;
"""

# The application shows the ledger to auditors and cannot write it; subjects and heads belong to the gate.
RIGHTS = """
REVOKE ALL ON access_subject, access_chain, access_ledger FROM linli_app;
GRANT SELECT ON access_ledger, access_chain TO linli_app, linli_gate;
GRANT SELECT, INSERT ON access_subject TO linli_gate;
ALTER TABLE access_ledger ENABLE ROW LEVEL SECURITY;
CREATE POLICY access_ledger_gate ON access_ledger FOR SELECT TO linli_gate USING (true);
CREATE POLICY access_ledger_auditor ON access_ledger FOR SELECT TO linli_app
    USING ((SELECT current_setting('linli.post', true)) IN ('auditor', 'system'));
"""

UNDO = """
DROP FUNCTION access_record, access_may_touch, access_may_write;
DROP TABLE access_grant;
DROP FUNCTION access_end_grant;
DROP POLICY access_ledger_gate ON access_ledger;
DROP POLICY access_ledger_auditor ON access_ledger;
"""


class Migration(migrations.Migration):
    dependencies = [("access", "0001_initial")]
    operations = [migrations.RunSQL([GRANTS, RECORD, LOOKS, RIGHTS], [UNDO])]
