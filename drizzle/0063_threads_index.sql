-- In a migration of its own: it reads the whole table, and nothing else is locked meanwhile. No comment has one yet.
CREATE INDEX "workflow_comments_parent_id_idx" ON "workflow_comments" USING btree ("parent_id") WHERE parent_id is not null;
