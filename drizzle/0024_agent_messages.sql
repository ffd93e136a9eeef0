CREATE TABLE "agent_messages" (
	"id" text PRIMARY KEY NOT NULL,
	"workflow_run_id" text NOT NULL,
	"workflow_run_step_id" text NOT NULL,
	"agent_session_id" text,
	"attempt" integer,
	"text" text NOT NULL,
	"interrupt" boolean DEFAULT false NOT NULL,
	"status" text DEFAULT 'queued' NOT NULL,
	"created_by" text,
	"created_by_name" text NOT NULL,
	"delivered_at" timestamp(3) with time zone,
	"created_at" timestamp(3) with time zone DEFAULT now() NOT NULL,
	"updated_at" timestamp(3) with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "agent_messages_status_check" CHECK ("status" in ('queued', 'delivered', 'withdrawn')),
	CONSTRAINT "agent_messages_delivered_check" CHECK ((status = 'delivered') = (delivered_at is not null) and (status = 'delivered') = (attempt is not null))
);
--> statement-breakpoint
ALTER TABLE "agent_sessions" ADD COLUMN "takes_messages" boolean DEFAULT true NOT NULL;--> statement-breakpoint
ALTER TABLE "workflow_run_step_attempts" ADD COLUMN "agent_session_id" text;--> statement-breakpoint
ALTER TABLE "agent_messages" ADD CONSTRAINT "agent_messages_workflow_run_id_workflow_runs_id_fk" FOREIGN KEY ("workflow_run_id") REFERENCES "public"."workflow_runs"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "agent_messages" ADD CONSTRAINT "agent_messages_workflow_run_step_id_workflow_run_steps_id_fk" FOREIGN KEY ("workflow_run_step_id") REFERENCES "public"."workflow_run_steps"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "agent_messages" ADD CONSTRAINT "agent_messages_agent_session_id_agent_sessions_id_fk" FOREIGN KEY ("agent_session_id") REFERENCES "public"."agent_sessions"("id") ON DELETE set null ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "agent_messages" ADD CONSTRAINT "agent_messages_created_by_users_id_fk" FOREIGN KEY ("created_by") REFERENCES "public"."users"("id") ON DELETE set null ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "agent_messages_workflow_run_step_id_idx" ON "agent_messages" USING btree ("workflow_run_step_id","created_at");--> statement-breakpoint
CREATE INDEX "agent_messages_queued_idx" ON "agent_messages" USING btree ("workflow_run_id") WHERE status = 'queued';--> statement-breakpoint
CREATE INDEX "agent_messages_agent_session_id_idx" ON "agent_messages" USING btree ("agent_session_id");--> statement-breakpoint
CREATE INDEX "agent_messages_created_by_idx" ON "agent_messages" USING btree ("created_by");--> statement-breakpoint
ALTER TABLE "workflow_run_step_attempts" ADD CONSTRAINT "workflow_run_step_attempts_agent_session_id_agent_sessions_id_fk" FOREIGN KEY ("agent_session_id") REFERENCES "public"."agent_sessions"("id") ON DELETE set null ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "workflow_run_step_attempts_agent_session_id_idx" ON "workflow_run_step_attempts" USING btree ("agent_session_id") WHERE agent_session_id is not null;--> statement-breakpoint
-- A transcript lies in the folder of its attempt's logs.
UPDATE "workflow_run_step_attempts" a SET "agent_session_id" = g.id
FROM "workflow_run_steps" s, "workflow_runs" r, "agent_sessions" g
WHERE s.id = a.workflow_run_step_id AND s.kind = 'agent' AND r.id = s.workflow_run_id AND g.project_id = r.project_id
  AND g.transcript_path = a.log_directory_path || '/transcript.jsonl';
