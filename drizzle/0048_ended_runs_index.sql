-- In a migration of its own: an index takes its time, and nothing else is locked meanwhile.
CREATE INDEX "workflow_runs_ended_idx" ON "workflow_runs" USING btree ("project_id",greatest(completed_at, cancelled_at) DESC,"id" DESC) WHERE archived_at is null and status in ('completed', 'failed', 'cancelled');
