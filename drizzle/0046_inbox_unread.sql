-- In a migration of its own: an index takes its time, and nothing else is locked meanwhile.
CREATE INDEX "inbox_items_unread_idx" ON "inbox_items" USING btree ("user_id") WHERE done_at is null and read_at is null;
