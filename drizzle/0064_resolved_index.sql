CREATE INDEX "workflow_comments_resolved_by_idx" ON "workflow_comments" USING btree ("resolved_by") WHERE resolved_by is not null;
