CREATE TABLE "agent_sessions" (
	"id" text PRIMARY KEY NOT NULL,
	"project_id" text NOT NULL,
	"agent" text NOT NULL,
	"status" text NOT NULL,
	"protocol_session_id" text,
	"transcript_path" text NOT NULL,
	"usage" jsonb,
	"started_at" timestamp(3) with time zone,
	"completed_at" timestamp(3) with time zone,
	"created_at" timestamp(3) with time zone DEFAULT now() NOT NULL,
	"updated_at" timestamp(3) with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "agent_sessions_status_check" CHECK ("status" in ('running', 'completed', 'failed', 'cancelled'))
);
--> statement-breakpoint
CREATE TABLE "workflow_artifacts" (
	"id" text PRIMARY KEY NOT NULL,
	"workflow_run_step_id" text NOT NULL,
	"workflow_comment_id" text,
	"name" text NOT NULL,
	"file_path" text NOT NULL,
	"file_type" text NOT NULL,
	"mime_type" text NOT NULL,
	"size_bytes" bigint NOT NULL,
	"sha256" text NOT NULL,
	"created_at" timestamp(3) with time zone DEFAULT now() NOT NULL,
	"updated_at" timestamp(3) with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "workflow_artifacts_file_type_check" CHECK ("file_type" in ('image', 'video', 'document', 'code', 'other'))
);
--> statement-breakpoint
CREATE TABLE "workflow_comments" (
	"id" text PRIMARY KEY NOT NULL,
	"workflow_run_id" text NOT NULL,
	"workflow_run_step_id" text,
	"text" text NOT NULL,
	"comment_type" text NOT NULL,
	"created_by" text,
	"created_at" timestamp(3) with time zone DEFAULT now() NOT NULL,
	"updated_at" timestamp(3) with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "workflow_comments_comment_type_check" CHECK ("comment_type" in ('user', 'system', 'agent'))
);
--> statement-breakpoint
CREATE TABLE "workflow_definition_revisions" (
	"id" text PRIMARY KEY NOT NULL,
	"workflow_definition_id" text NOT NULL,
	"number" integer NOT NULL,
	"sha256" text NOT NULL,
	"source" text NOT NULL,
	"compiled" jsonb NOT NULL,
	"created_by" text,
	"created_at" timestamp(3) with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "workflow_definition_revisions_number_key" UNIQUE("workflow_definition_id","number")
);
--> statement-breakpoint
CREATE TABLE "workflow_definitions" (
	"id" text PRIMARY KEY NOT NULL,
	"project_id" text NOT NULL,
	"name" text NOT NULL,
	"slug" text NOT NULL,
	"description" text DEFAULT '' NOT NULL,
	"type" text NOT NULL,
	"path" text NOT NULL,
	"phases" jsonb NOT NULL,
	"args_schema" json,
	"is_template" boolean DEFAULT false NOT NULL,
	"status" text NOT NULL,
	"load_error" text,
	"created_at" timestamp(3) with time zone DEFAULT now() NOT NULL,
	"updated_at" timestamp(3) with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "workflow_definitions_type_check" CHECK ("type" in ('yaml', 'code')),
	CONSTRAINT "workflow_definitions_status_check" CHECK ("status" in ('active', 'invalid', 'archived'))
);
--> statement-breakpoint
CREATE TABLE "workflow_events" (
	"project_id" text NOT NULL,
	"seq" bigint NOT NULL,
	"type" text NOT NULL,
	"workflow_run_id" text,
	"data" jsonb NOT NULL,
	"actor_id" text,
	"created_at" timestamp(3) with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "workflow_events_project_id_seq_pk" PRIMARY KEY("project_id","seq")
);
--> statement-breakpoint
CREATE TABLE "project_members" (
	"project_id" text NOT NULL,
	"user_id" text NOT NULL,
	"role" text NOT NULL,
	"created_at" timestamp(3) with time zone DEFAULT now() NOT NULL,
	"updated_at" timestamp(3) with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "project_members_project_id_user_id_pk" PRIMARY KEY("project_id","user_id"),
	CONSTRAINT "project_members_role_check" CHECK ("role" in ('viewer', 'member', 'maintainer', 'owner'))
);
--> statement-breakpoint
CREATE TABLE "projects" (
	"id" text PRIMARY KEY NOT NULL,
	"name" text NOT NULL,
	"slug" text NOT NULL,
	"path" text NOT NULL,
	"max_concurrent_runs" integer DEFAULT 4 NOT NULL,
	"event_seq" bigint DEFAULT 0 NOT NULL,
	"created_at" timestamp(3) with time zone DEFAULT now() NOT NULL,
	"updated_at" timestamp(3) with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "projects_max_concurrent_runs_check" CHECK ("projects"."max_concurrent_runs" between 1 and 1000)
);
--> statement-breakpoint
CREATE TABLE "workers" (
	"id" text PRIMARY KEY NOT NULL,
	"host" text NOT NULL,
	"pid" integer NOT NULL,
	"pool_id" text NOT NULL,
	"started_at" timestamp(3) with time zone DEFAULT now() NOT NULL,
	"heartbeat_at" timestamp(3) with time zone DEFAULT now() NOT NULL,
	"draining" boolean DEFAULT false NOT NULL
);
--> statement-breakpoint
CREATE TABLE "workflow_log_chunks" (
	"attempt_id" text NOT NULL,
	"type" text NOT NULL,
	"offset" bigint NOT NULL,
	"bytes" "bytea" NOT NULL,
	"created_at" timestamp(3) with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "workflow_log_chunks_attempt_id_type_offset_pk" PRIMARY KEY("attempt_id","type","offset"),
	CONSTRAINT "workflow_log_chunks_type_check" CHECK ("type" in ('input', 'output', 'events', 'summary'))
);
--> statement-breakpoint
CREATE TABLE "workflow_run_step_attempts" (
	"id" text PRIMARY KEY NOT NULL,
	"workflow_run_step_id" text NOT NULL,
	"number" integer NOT NULL,
	"status" text DEFAULT 'running' NOT NULL,
	"output" jsonb,
	"error_message" text,
	"exit_code" integer,
	"signal" text,
	"log_directory_path" text NOT NULL,
	"worker_id" text,
	"started_at" timestamp(3) with time zone DEFAULT now() NOT NULL,
	"completed_at" timestamp(3) with time zone,
	"created_at" timestamp(3) with time zone DEFAULT now() NOT NULL,
	"updated_at" timestamp(3) with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "workflow_run_step_attempts_status_check" CHECK ("status" in ('pending', 'running', 'completed', 'failed', 'skipped'))
);
--> statement-breakpoint
CREATE TABLE "workflow_run_steps" (
	"id" text PRIMARY KEY NOT NULL,
	"workflow_run_id" text NOT NULL,
	"step_id" text NOT NULL,
	"name" text NOT NULL,
	"kind" text NOT NULL,
	"phase" text NOT NULL,
	"position" integer NOT NULL,
	"status" text DEFAULT 'pending' NOT NULL,
	"attempt" integer DEFAULT 0 NOT NULL,
	"output" jsonb,
	"log_directory_path" text,
	"agent_session_id" text,
	"error_message" text,
	"started_at" timestamp(3) with time zone,
	"completed_at" timestamp(3) with time zone,
	"created_at" timestamp(3) with time zone DEFAULT now() NOT NULL,
	"updated_at" timestamp(3) with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "workflow_run_steps_status_check" CHECK ("status" in ('pending', 'running', 'completed', 'failed', 'skipped')),
	CONSTRAINT "workflow_run_steps_kind_check" CHECK ("kind" in ('script', 'function', 'agent', 'approval'))
);
--> statement-breakpoint
CREATE TABLE "workflow_runs" (
	"id" text PRIMARY KEY NOT NULL,
	"project_id" text NOT NULL,
	"user_id" text NOT NULL,
	"workflow_definition_id" text NOT NULL,
	"revision" integer NOT NULL,
	"name" text NOT NULL,
	"args" jsonb NOT NULL,
	"current_phase" text,
	"current_step_index" integer DEFAULT 0 NOT NULL,
	"status" text DEFAULT 'pending' NOT NULL,
	"error_message" text,
	"priority" integer DEFAULT 0 NOT NULL,
	"started_at" timestamp(3) with time zone,
	"completed_at" timestamp(3) with time zone,
	"paused_at" timestamp(3) with time zone,
	"cancelled_at" timestamp(3) with time zone,
	"epoch" integer DEFAULT 0 NOT NULL,
	"claimed_by" text,
	"created_at" timestamp(3) with time zone DEFAULT now() NOT NULL,
	"updated_at" timestamp(3) with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "workflow_runs_status_check" CHECK ("status" in ('pending', 'running', 'paused', 'completed', 'failed', 'cancelled'))
);
--> statement-breakpoint
CREATE TABLE "api_tokens" (
	"id" text PRIMARY KEY NOT NULL,
	"user_id" text NOT NULL,
	"name" text NOT NULL,
	"prefix" text NOT NULL,
	"token_hash" text NOT NULL,
	"expires_at" timestamp(3) with time zone,
	"last_used_at" timestamp(3) with time zone,
	"revoked_at" timestamp(3) with time zone,
	"created_at" timestamp(3) with time zone DEFAULT now() NOT NULL
);
--> statement-breakpoint
CREATE TABLE "rate_limits" (
	"key" text PRIMARY KEY NOT NULL,
	"points" integer DEFAULT 0 NOT NULL,
	"expire" timestamp (3) with time zone
);
--> statement-breakpoint
CREATE TABLE "users" (
	"id" text PRIMARY KEY NOT NULL,
	"email" text NOT NULL,
	"name" text NOT NULL,
	"password_hash" text NOT NULL,
	"is_admin" boolean DEFAULT false NOT NULL,
	"session_version" integer DEFAULT 1 NOT NULL,
	"disabled_at" timestamp(3) with time zone,
	"created_at" timestamp(3) with time zone DEFAULT now() NOT NULL,
	"updated_at" timestamp(3) with time zone DEFAULT now() NOT NULL
);
--> statement-breakpoint
ALTER TABLE "agent_sessions" ADD CONSTRAINT "agent_sessions_project_id_projects_id_fk" FOREIGN KEY ("project_id") REFERENCES "public"."projects"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "workflow_artifacts" ADD CONSTRAINT "workflow_artifacts_workflow_run_step_id_workflow_run_steps_id_fk" FOREIGN KEY ("workflow_run_step_id") REFERENCES "public"."workflow_run_steps"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "workflow_artifacts" ADD CONSTRAINT "workflow_artifacts_workflow_comment_id_workflow_comments_id_fk" FOREIGN KEY ("workflow_comment_id") REFERENCES "public"."workflow_comments"("id") ON DELETE set null ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "workflow_comments" ADD CONSTRAINT "workflow_comments_workflow_run_id_workflow_runs_id_fk" FOREIGN KEY ("workflow_run_id") REFERENCES "public"."workflow_runs"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "workflow_comments" ADD CONSTRAINT "workflow_comments_workflow_run_step_id_workflow_run_steps_id_fk" FOREIGN KEY ("workflow_run_step_id") REFERENCES "public"."workflow_run_steps"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "workflow_comments" ADD CONSTRAINT "workflow_comments_created_by_users_id_fk" FOREIGN KEY ("created_by") REFERENCES "public"."users"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "workflow_definition_revisions" ADD CONSTRAINT "workflow_definition_revisions_workflow_definition_id_workflow_definitions_id_fk" FOREIGN KEY ("workflow_definition_id") REFERENCES "public"."workflow_definitions"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "workflow_definition_revisions" ADD CONSTRAINT "workflow_definition_revisions_created_by_users_id_fk" FOREIGN KEY ("created_by") REFERENCES "public"."users"("id") ON DELETE set null ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "workflow_definitions" ADD CONSTRAINT "workflow_definitions_project_id_projects_id_fk" FOREIGN KEY ("project_id") REFERENCES "public"."projects"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "workflow_events" ADD CONSTRAINT "workflow_events_project_id_projects_id_fk" FOREIGN KEY ("project_id") REFERENCES "public"."projects"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "project_members" ADD CONSTRAINT "project_members_project_id_projects_id_fk" FOREIGN KEY ("project_id") REFERENCES "public"."projects"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "project_members" ADD CONSTRAINT "project_members_user_id_users_id_fk" FOREIGN KEY ("user_id") REFERENCES "public"."users"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "workflow_log_chunks" ADD CONSTRAINT "workflow_log_chunks_attempt_id_workflow_run_step_attempts_id_fk" FOREIGN KEY ("attempt_id") REFERENCES "public"."workflow_run_step_attempts"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "workflow_run_step_attempts" ADD CONSTRAINT "workflow_run_step_attempts_workflow_run_step_id_workflow_run_steps_id_fk" FOREIGN KEY ("workflow_run_step_id") REFERENCES "public"."workflow_run_steps"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "workflow_run_steps" ADD CONSTRAINT "workflow_run_steps_workflow_run_id_workflow_runs_id_fk" FOREIGN KEY ("workflow_run_id") REFERENCES "public"."workflow_runs"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "workflow_run_steps" ADD CONSTRAINT "workflow_run_steps_agent_session_id_agent_sessions_id_fk" FOREIGN KEY ("agent_session_id") REFERENCES "public"."agent_sessions"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "workflow_runs" ADD CONSTRAINT "workflow_runs_project_id_projects_id_fk" FOREIGN KEY ("project_id") REFERENCES "public"."projects"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "workflow_runs" ADD CONSTRAINT "workflow_runs_user_id_users_id_fk" FOREIGN KEY ("user_id") REFERENCES "public"."users"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "workflow_runs" ADD CONSTRAINT "workflow_runs_workflow_definition_id_workflow_definitions_id_fk" FOREIGN KEY ("workflow_definition_id") REFERENCES "public"."workflow_definitions"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "workflow_runs" ADD CONSTRAINT "workflow_runs_claimed_by_workers_id_fk" FOREIGN KEY ("claimed_by") REFERENCES "public"."workers"("id") ON DELETE set null ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "workflow_runs" ADD CONSTRAINT "workflow_runs_revision_fkey" FOREIGN KEY ("workflow_definition_id","revision") REFERENCES "public"."workflow_definition_revisions"("workflow_definition_id","number") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "api_tokens" ADD CONSTRAINT "api_tokens_user_id_users_id_fk" FOREIGN KEY ("user_id") REFERENCES "public"."users"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "agent_sessions_project_id_idx" ON "agent_sessions" USING btree ("project_id");--> statement-breakpoint
CREATE INDEX "workflow_artifacts_workflow_run_step_id_idx" ON "workflow_artifacts" USING btree ("workflow_run_step_id");--> statement-breakpoint
CREATE INDEX "workflow_artifacts_workflow_comment_id_idx" ON "workflow_artifacts" USING btree ("workflow_comment_id");--> statement-breakpoint
CREATE INDEX "workflow_comments_workflow_run_id_idx" ON "workflow_comments" USING btree ("workflow_run_id","created_at");--> statement-breakpoint
CREATE INDEX "workflow_comments_workflow_run_step_id_idx" ON "workflow_comments" USING btree ("workflow_run_step_id");--> statement-breakpoint
CREATE INDEX "workflow_comments_created_by_idx" ON "workflow_comments" USING btree ("created_by");--> statement-breakpoint
CREATE INDEX "workflow_definition_revisions_created_by_idx" ON "workflow_definition_revisions" USING btree ("created_by");--> statement-breakpoint
CREATE UNIQUE INDEX "workflow_definitions_project_id_slug_key" ON "workflow_definitions" USING btree ("project_id","slug");--> statement-breakpoint
CREATE UNIQUE INDEX "workflow_definitions_project_id_path_key" ON "workflow_definitions" USING btree ("project_id","path");--> statement-breakpoint
CREATE INDEX "workflow_definitions_type_is_template_idx" ON "workflow_definitions" USING btree ("type","is_template");--> statement-breakpoint
CREATE INDEX "workflow_events_workflow_run_id_idx" ON "workflow_events" USING btree ("workflow_run_id");--> statement-breakpoint
CREATE INDEX "project_members_user_id_idx" ON "project_members" USING btree ("user_id");--> statement-breakpoint
CREATE UNIQUE INDEX "projects_slug_key" ON "projects" USING btree ("slug");--> statement-breakpoint
CREATE UNIQUE INDEX "workflow_run_step_attempts_number_key" ON "workflow_run_step_attempts" USING btree ("workflow_run_step_id","number");--> statement-breakpoint
CREATE UNIQUE INDEX "workflow_run_steps_step_id_key" ON "workflow_run_steps" USING btree ("workflow_run_id","step_id");--> statement-breakpoint
CREATE INDEX "workflow_run_steps_workflow_run_id_status_idx" ON "workflow_run_steps" USING btree ("workflow_run_id","status");--> statement-breakpoint
CREATE INDEX "workflow_run_steps_agent_session_id_idx" ON "workflow_run_steps" USING btree ("agent_session_id");--> statement-breakpoint
CREATE INDEX "workflow_run_steps_status_idx" ON "workflow_run_steps" USING btree ("status");--> statement-breakpoint
CREATE INDEX "workflow_runs_project_id_created_at_idx" ON "workflow_runs" USING btree ("project_id","created_at" DESC NULLS FIRST,"id" DESC NULLS FIRST);--> statement-breakpoint
CREATE INDEX "workflow_runs_project_id_status_idx" ON "workflow_runs" USING btree ("project_id","status","created_at" DESC NULLS FIRST,"id" DESC NULLS FIRST);--> statement-breakpoint
CREATE INDEX "workflow_runs_user_id_status_idx" ON "workflow_runs" USING btree ("user_id","status");--> statement-breakpoint
CREATE INDEX "workflow_runs_workflow_definition_id_idx" ON "workflow_runs" USING btree ("workflow_definition_id","created_at" DESC NULLS FIRST,"id" DESC NULLS FIRST);--> statement-breakpoint
CREATE INDEX "workflow_runs_status_idx" ON "workflow_runs" USING btree ("status");--> statement-breakpoint
CREATE INDEX "workflow_runs_claimed_by_idx" ON "workflow_runs" USING btree ("claimed_by") WHERE claimed_by is not null;--> statement-breakpoint
CREATE UNIQUE INDEX "api_tokens_token_hash_key" ON "api_tokens" USING btree ("token_hash");--> statement-breakpoint
CREATE INDEX "api_tokens_user_id_idx" ON "api_tokens" USING btree ("user_id");--> statement-breakpoint
CREATE UNIQUE INDEX "users_email_key" ON "users" USING btree (lower("email"));--> statement-breakpoint
-- What may follow what, for whatever gets past engine/states.ts. A run or step that is made starts as pending.
CREATE FUNCTION "refuse_impossible_transition"() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP = 'INSERT' THEN
    IF NEW.status <> 'pending' THEN
      RAISE EXCEPTION '% starts as pending, not %', TG_TABLE_NAME, NEW.status USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
  END IF;
  IF NEW.status = OLD.status OR TG_ARGV[0]::jsonb -> OLD.status ? NEW.status THEN
    RETURN NEW;
  END IF;
  RAISE EXCEPTION '% cannot go from % to %', TG_TABLE_NAME, OLD.status, NEW.status USING ERRCODE = 'check_violation';
END
$$;
--> statement-breakpoint
CREATE TRIGGER "workflow_runs_transition" BEFORE INSERT OR UPDATE OF "status" ON "workflow_runs" FOR EACH ROW
EXECUTE FUNCTION "refuse_impossible_transition"('{"pending":["running","cancelled"],"running":["completed","failed","cancelled","paused"],"paused":["running","cancelled"],"completed":["pending"],"failed":["pending"],"cancelled":["pending"]}');
--> statement-breakpoint
CREATE TRIGGER "workflow_run_steps_transition" BEFORE INSERT OR UPDATE OF "status" ON "workflow_run_steps" FOR EACH ROW
EXECUTE FUNCTION "refuse_impossible_transition"('{"pending":["running","skipped"],"running":["completed","failed","skipped"],"completed":["pending"],"failed":["pending"],"skipped":["pending"]}');
--> statement-breakpoint
-- Revisions and events are written once.
CREATE FUNCTION "refuse_change"() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION '% is never changed', TG_TABLE_NAME USING ERRCODE = 'check_violation';
END
$$;
--> statement-breakpoint
CREATE TRIGGER "workflow_definition_revisions_immutable" BEFORE UPDATE OF "workflow_definition_id", "number", "sha256", "source", "compiled" ON "workflow_definition_revisions" FOR EACH ROW EXECUTE FUNCTION "refuse_change"();
--> statement-breakpoint
CREATE TRIGGER "workflow_events_append_only" BEFORE UPDATE ON "workflow_events" FOR EACH ROW EXECUTE FUNCTION "refuse_change"();
