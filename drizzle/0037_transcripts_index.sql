-- In a migration of its own: an index takes its time, and nothing else is locked meanwhile.
-- It may be there: 0031 made it at first.
CREATE INDEX IF NOT EXISTS "agent_sessions_transcript_path_idx" ON "agent_sessions" USING btree ("transcript_path" text_pattern_ops);
