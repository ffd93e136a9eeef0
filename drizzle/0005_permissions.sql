CREATE TABLE "agent_permission_requests" (
	"id" text PRIMARY KEY NOT NULL,
	"agent_session_id" text NOT NULL,
	"workflow_run_step_id" text NOT NULL,
	"attempt" integer NOT NULL,
	"tool_call" jsonb NOT NULL,
	"options" jsonb NOT NULL,
	"status" text DEFAULT 'pending' NOT NULL,
	"option_id" text,
	"answered_by" text,
	"answered_by_name" text,
	"answered_at" timestamp(3) with time zone,
	"created_at" timestamp(3) with time zone DEFAULT now() NOT NULL,
	"updated_at" timestamp(3) with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "agent_permission_requests_status_check" CHECK ("status" in ('pending', 'answered', 'withdrawn')),
	CONSTRAINT "agent_permission_requests_answered_check" CHECK ((status = 'answered') = (option_id is not null) and (status = 'answered') = (answered_at is not null))
);
--> statement-breakpoint
ALTER TABLE "agent_permission_requests" ADD CONSTRAINT "agent_permission_requests_agent_session_id_agent_sessions_id_fk" FOREIGN KEY ("agent_session_id") REFERENCES "public"."agent_sessions"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "agent_permission_requests" ADD CONSTRAINT "agent_permission_requests_workflow_run_step_id_workflow_run_steps_id_fk" FOREIGN KEY ("workflow_run_step_id") REFERENCES "public"."workflow_run_steps"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "agent_permission_requests" ADD CONSTRAINT "agent_permission_requests_answered_by_users_id_fk" FOREIGN KEY ("answered_by") REFERENCES "public"."users"("id") ON DELETE set null ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "agent_permission_requests_workflow_run_step_id_idx" ON "agent_permission_requests" USING btree ("workflow_run_step_id","created_at");--> statement-breakpoint
CREATE INDEX "agent_permission_requests_pending_idx" ON "agent_permission_requests" USING btree ("workflow_run_step_id") WHERE status = 'pending';--> statement-breakpoint
CREATE INDEX "agent_permission_requests_agent_session_id_idx" ON "agent_permission_requests" USING btree ("agent_session_id");--> statement-breakpoint
CREATE INDEX "agent_permission_requests_answered_by_idx" ON "agent_permission_requests" USING btree ("answered_by");--> statement-breakpoint
-- Nobody is asked for a session that has ended, whatever ended it.
CREATE FUNCTION "withdraw_permission_requests"() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  UPDATE agent_permission_requests SET status = 'withdrawn', updated_at = now()
  WHERE agent_session_id = NEW.id AND status = 'pending';
  RETURN NULL;
END
$$;
--> statement-breakpoint
CREATE TRIGGER "agent_sessions_withdraw_permission_requests" AFTER UPDATE OF "status" ON "agent_sessions" FOR EACH ROW
WHEN (OLD.status = 'running' AND NEW.status <> 'running') EXECUTE FUNCTION "withdraw_permission_requests"();
