/* Parts of statements over a row of `workflow_runs` that goes by the name `run`, which is no text from outside. */

/** It has its project's room: whatever waits for people or for time has given it up. */
export const isAtWork = (run: string) => `(${run}.status = 'running' and ${run}.waiting_since is null)`;

/** The runs that a pending run waits for by its groups, as `b`: under way, or ahead of it. Processes count until they have ended. */
export const blockersOf = (run: string, what = "1") => `
  select ${what} from workflow_runs b
  where b.project_id = ${run}.project_id and b.id <> ${run}.id and b.concurrency_groups && ${run}.concurrency_groups
    and (b.status in ('running', 'paused') or b.claimed_by is not null or (b.status = 'pending'
      and (b.priority > ${run}.priority
        or (b.priority = ${run}.priority and (b.created_at, b.id) < (${run}.created_at, ${run}.id)))))`;

/** Of a pending run: there is one that it waits for. */
export const isBlocked = (run: string) =>
  `(${run}.concurrency_groups <> '{}' and exists (${blockersOf(run)}))`;
