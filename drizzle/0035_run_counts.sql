-- The number of a project's runs in each status is a sum of what changed it: a row for each change, added up from time
-- to time. A number in one row would make all changes of a project's runs wait for each other.
CREATE TABLE "run_counts" (
	"project_id" text NOT NULL,
	"workflow_definition_id" text NOT NULL,
	"status" text NOT NULL,
	"amount" integer NOT NULL
);
--> statement-breakpoint
CREATE INDEX "run_counts_project_id_idx" ON "run_counts" USING btree ("project_id");--> statement-breakpoint
ALTER TABLE "run_counts" SET (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 5000);--> statement-breakpoint
CREATE FUNCTION "count_new_runs"() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO run_counts (project_id, workflow_definition_id, status, amount)
  SELECT project_id, workflow_definition_id, status, count(*) FROM changed GROUP BY 1, 2, 3;
  RETURN NULL;
END
$$;
--> statement-breakpoint
CREATE FUNCTION "count_deleted_runs"() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO run_counts (project_id, workflow_definition_id, status, amount)
  SELECT project_id, workflow_definition_id, status, -count(*) FROM changed GROUP BY 1, 2, 3;
  RETURN NULL;
END
$$;
--> statement-breakpoint
CREATE FUNCTION "count_changed_run"() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO run_counts (project_id, workflow_definition_id, status, amount)
  VALUES (OLD.project_id, OLD.workflow_definition_id, OLD.status, -1),
         (NEW.project_id, NEW.workflow_definition_id, NEW.status, 1);
  RETURN NULL;
END
$$;
--> statement-breakpoint
CREATE TRIGGER "workflow_runs_count_new" AFTER INSERT ON "workflow_runs"
REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION "count_new_runs"();
--> statement-breakpoint
CREATE TRIGGER "workflow_runs_count_deleted" AFTER DELETE ON "workflow_runs"
REFERENCING OLD TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION "count_deleted_runs"();
--> statement-breakpoint
CREATE TRIGGER "workflow_runs_count_changed" AFTER UPDATE OF "status" ON "workflow_runs" FOR EACH ROW
WHEN (OLD.status IS DISTINCT FROM NEW.status) EXECUTE FUNCTION "count_changed_run"();
