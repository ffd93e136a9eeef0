CREATE INDEX "agent_messages_workflow_run_id_idx" ON "agent_messages" USING btree ("workflow_run_id");
