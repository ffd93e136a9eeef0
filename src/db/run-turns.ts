/* Conditions on a row of `workflow_runs`. `run` is the row's alias in the statement; it must not come from outside. */

/** The run takes room in its project. A run that waits for people or time has given its room up. */
export const isAtWork = (run: string) => `(${run}.status = 'running' and ${run}.waiting_since is null)`;

/** Runs `b` that a pending run of their concurrency group waits for: at work, paused, claimed, or ahead of it. */
export const blockersOf = (run: string, what = "1") => `
  select ${what} from workflow_runs b
  where b.project_id = ${run}.project_id and b.id <> ${run}.id and b.concurrency_groups && ${run}.concurrency_groups
    and (b.status in ('running', 'paused') or b.claimed_by is not null or (b.status = 'pending'
      and (b.priority > ${run}.priority
        or (b.priority = ${run}.priority and (b.created_at, b.id) < (${run}.created_at, ${run}.id)))))`;

/** A pending run has to wait for another run of its concurrency groups. */
export const isBlocked = (run: string) =>
  `(${run}.concurrency_groups <> '{}' and exists (${blockersOf(run)}))`;
