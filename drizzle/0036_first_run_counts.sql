-- In a migration of its own, which locks no table: what the triggers of the last one have counted by now is taken off.
INSERT INTO "run_counts" ("project_id", "workflow_definition_id", "status", "amount")
SELECT "project_id", "workflow_definition_id", "status", sum("amount") FROM (
  SELECT "project_id", "workflow_definition_id", "status", count(*) AS "amount" FROM "workflow_runs" GROUP BY 1, 2, 3
  UNION ALL
  SELECT "project_id", "workflow_definition_id", "status", -"amount" FROM "run_counts"
) "counted" GROUP BY 1, 2, 3 HAVING sum("amount") <> 0;
