ALTER TABLE "workflow_run_steps" ADD COLUMN "stalled_since" timestamp(3) with time zone;--> statement-breakpoint
-- Not validated: the column is new, so that no row can be against it, and all of them would be read under the lock.
ALTER TABLE "workflow_run_steps" ADD CONSTRAINT "workflow_run_steps_stalled_runs_check" CHECK (stalled_since is null or status = 'running') NOT VALID;