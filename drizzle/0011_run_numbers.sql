ALTER TABLE "projects" ADD COLUMN "run_seq" integer DEFAULT 0 NOT NULL;--> statement-breakpoint
ALTER TABLE "workflow_runs" ADD COLUMN "number" integer;--> statement-breakpoint
-- Runs that are there are numbered as they were made.
UPDATE "workflow_runs" SET "number" = numbered."number"
FROM (
  SELECT "id", row_number() OVER (PARTITION BY "project_id" ORDER BY "created_at", "id") AS "number" FROM "workflow_runs"
) numbered
WHERE numbered."id" = "workflow_runs"."id";--> statement-breakpoint
UPDATE "projects" SET "run_seq" = newest."number"
FROM (SELECT "project_id", max("number") AS "number" FROM "workflow_runs" GROUP BY "project_id") newest
WHERE newest."project_id" = "projects"."id";--> statement-breakpoint
ALTER TABLE "workflow_runs" ALTER COLUMN "number" SET NOT NULL;--> statement-breakpoint
CREATE UNIQUE INDEX "workflow_runs_project_id_number_key" ON "workflow_runs" USING btree ("project_id","number");
