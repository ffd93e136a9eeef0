-- In a migration of its own: it reads the whole table once, and nothing else is locked meanwhile. No run has one yet.
CREATE INDEX "workflow_runs_assignee_id_idx" ON "workflow_runs" USING btree ("assignee_id","created_at" DESC,"id" DESC) WHERE assignee_id is not null;
