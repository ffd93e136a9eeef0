-- In a migration of its own: an index takes its time, and nothing else is locked meanwhile.
CREATE INDEX "workflow_runs_archived_idx" ON "workflow_runs" USING btree ("project_id","created_at" DESC NULLS FIRST,"id" DESC NULLS FIRST) WHERE archived_at is not null;
