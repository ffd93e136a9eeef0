-- They are written under their run's lock, so that a foreign key would look for the run once more at each step.
ALTER TABLE "workflow_checkpoints" DROP CONSTRAINT "workflow_checkpoints_workflow_run_id_workflow_runs_id_fk";
--> statement-breakpoint
CREATE FUNCTION "delete_checkpoints_of_run"() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  DELETE FROM workflow_checkpoints WHERE workflow_run_id = OLD.id;
  RETURN NULL;
END
$$;
--> statement-breakpoint
CREATE TRIGGER "workflow_runs_delete_checkpoints" AFTER DELETE ON "workflow_runs" FOR EACH ROW
EXECUTE FUNCTION "delete_checkpoints_of_run"();
--> statement-breakpoint
-- What begins and ends within one record is written once: the write that raises a step's attempt has been through running.
CREATE FUNCTION "refuse_impossible_step_transition"() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  allowed jsonb := TG_ARGV[0];
  before text := 'pending';
  attempts integer := 0;
BEGIN
  IF TG_OP = 'UPDATE' THEN
    before := OLD.status;
    attempts := OLD.attempt;
  END IF;
  IF NEW.attempt > attempts AND allowed -> before ? 'running' THEN
    before := 'running';
  ELSIF TG_OP = 'INSERT' AND NEW.status <> 'pending' THEN
    RAISE EXCEPTION '% starts as pending, not %', TG_TABLE_NAME, NEW.status USING ERRCODE = 'check_violation';
  END IF;
  IF NEW.status = before OR allowed -> before ? NEW.status THEN
    RETURN NEW;
  END IF;
  RAISE EXCEPTION '% cannot go from % to %', TG_TABLE_NAME, before, NEW.status USING ERRCODE = 'check_violation';
END
$$;
--> statement-breakpoint
CREATE OR REPLACE TRIGGER "workflow_run_steps_transition" BEFORE INSERT OR UPDATE OF "status" ON "workflow_run_steps" FOR EACH ROW
EXECUTE FUNCTION "refuse_impossible_step_transition"('{"pending":["running","skipped"],"running":["completed","failed","skipped"],"completed":["pending"],"failed":["pending"],"skipped":["pending"]}');
