/* SQL of the room that projects have. `project` is the alias of a row of `projects`; it must not come from outside. */

/** What the project's artifacts, logs and folders of runs take, in bytes; null before the first count. */
export const takenBy = (project: string) =>
  `(select m.artifacts_bytes + m.logs_bytes + m.workspaces_bytes from project_room m where m.project_id = ${project}.id)`;

/** What it may take, in bytes; null: as much as there is. */
export const quotaOf = (project: string) =>
  `nullif(coalesce(${project}.quota_bytes, (select i.project_quota_bytes from installation i)), 0)`;

/** No worker may start a run, since the disk of each is below its low-water mark. */
export const allLow = "coalesce((select bool_and(w.no_room_since is not null) from workers w), false)";

/** Why none of the project's runs may start: `disk`, `quota`, or null. */
export const heldBy = (project: string) => `(case
  when ${allLow} or exists (
    select 1 from project_room m where m.project_id = ${project}.id and m.no_room_since is not null) then 'disk'
  when ${takenBy(project)} >= ${quotaOf(project)} then 'quota' end)`;
