-- In a migration of its own: an index takes its time, and nothing else is locked meanwhile.
-- It may be there: 0031 made it at first.
CREATE INDEX IF NOT EXISTS "reviews_workflow_run_step_id_idx" ON "reviews" USING btree ("workflow_run_step_id");
