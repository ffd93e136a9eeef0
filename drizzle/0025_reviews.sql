CREATE TABLE "reviews" (
	"id" text PRIMARY KEY NOT NULL,
	"workflow_run_id" text NOT NULL,
	"workflow_run_step_id" text,
	"attempt" integer,
	"user_id" text,
	"user_name" text NOT NULL,
	"decision" text NOT NULL,
	"text" text,
	"answer" json,
	"snapshot" text,
	"created_at" timestamp(3) with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "reviews_decision_check" CHECK ("decision" in ('comment', 'approve', 'reject', 'request_changes')),
	CONSTRAINT "reviews_attempt_check" CHECK ((workflow_run_step_id is null) = (attempt is null))
);
--> statement-breakpoint
INSERT INTO "reviews" ("id", "workflow_run_id", "workflow_run_step_id", "attempt", "user_id", "user_name", "decision", "text", "answer", "created_at")
SELECT d.id, s.workflow_run_id, s.id, d.attempt, d.user_id, d.user_name, d.decision, d.note, d.answer, d.created_at
FROM "workflow_decisions" d JOIN "workflow_run_steps" s ON s.id = d.workflow_run_step_id;--> statement-breakpoint
DROP TABLE "workflow_decisions" CASCADE;--> statement-breakpoint
ALTER TABLE "workflow_comments" ADD COLUMN "review_id" text;--> statement-breakpoint
ALTER TABLE "workflow_comments" ADD COLUMN "anchor" json;--> statement-breakpoint
ALTER TABLE "workflow_run_steps" ADD COLUMN "attempts_before" integer DEFAULT 0 NOT NULL;--> statement-breakpoint
UPDATE "workflow_run_steps" s SET attempts_before = (
  SELECT count(*) FROM "workflow_run_step_attempts" a WHERE a.workflow_run_step_id = s.id AND a.started_at < r.started_at)
FROM "workflow_runs" r
WHERE r.id = s.workflow_run_id AND r.status IN ('pending', 'running', 'paused') AND s.attempt > 1;--> statement-breakpoint
ALTER TABLE "workflow_runs" ADD COLUMN "review_id" text;--> statement-breakpoint
ALTER TABLE "reviews" ADD CONSTRAINT "reviews_workflow_run_id_workflow_runs_id_fk" FOREIGN KEY ("workflow_run_id") REFERENCES "public"."workflow_runs"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "reviews" ADD CONSTRAINT "reviews_workflow_run_step_id_workflow_run_steps_id_fk" FOREIGN KEY ("workflow_run_step_id") REFERENCES "public"."workflow_run_steps"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "reviews" ADD CONSTRAINT "reviews_user_id_users_id_fk" FOREIGN KEY ("user_id") REFERENCES "public"."users"("id") ON DELETE set null ON UPDATE no action;--> statement-breakpoint
CREATE UNIQUE INDEX "reviews_decided_key" ON "reviews" USING btree ("workflow_run_step_id","attempt","user_id",coalesce(snapshot, '')) WHERE decision <> 'comment';--> statement-breakpoint
CREATE INDEX "reviews_workflow_run_id_idx" ON "reviews" USING btree ("workflow_run_id","created_at");--> statement-breakpoint
ALTER TABLE "workflow_comments" ADD CONSTRAINT "workflow_comments_review_id_reviews_id_fk" FOREIGN KEY ("review_id") REFERENCES "public"."reviews"("id") ON DELETE set null ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "workflow_comments_review_id_idx" ON "workflow_comments" USING btree ("review_id") WHERE review_id is not null;