import { sql } from "drizzle-orm";
import type { Db } from "../db/client";

/** One change of a run, a step or an attempt, as a trigger saw it in its transaction. */
export interface StatusChange extends Record<string, unknown> {
  n: number;
  xid: string;
  /** Milliseconds since 1970 by the server's clock, before the commit. */
  at: number;
  /** The database role that made the change: each worker has its own. */
  role: string;
  kind: "run" | "step" | "attempt";
  run_id: string;
  /** Id of the row. */
  id: string;
  step_id: string | null;
  /** Attempt number, for changes of steps and attempts. */
  attempt: number | null;
  before: string | null;
  status: string;
  epoch: number;
  /** Role of the worker that held the run's claim at that moment. */
  holder: string | null;
}

const WRITERS = /^chaos_worker_/;
export const isWorker = (role: string) => WRITERS.test(role);

/**
 * Installs triggers that record each change of a status or an epoch, with the session's role and the claim's holder.
 * `roles` are created for the workers, to tell their sessions apart.
 */
export async function installAudit(db: Db, roles: string[], password: string): Promise<void> {
  const run = (text: string) => db.execute(sql.raw(text));
  for (const role of roles) await run(`create role ${role} superuser login password '${password}'`);
  await run("create table chaos_workers (id text primary key, role text not null)");
  await run(`
    create table chaos_changes (
      n bigserial primary key, at timestamptz not null default clock_timestamp(),
      xid xid8 not null default pg_current_xact_id(), role text not null default session_user,
      kind text not null, run_id text not null, id text not null, step_id text, attempt int,
      before text, status text not null, epoch int not null, holder text)`);
  await run(`
    create function chaos_worker() returns trigger language plpgsql as $$ begin
      insert into chaos_workers values (new.id, session_user) on conflict do nothing;
      return null;
    end $$`);
  await run(`create trigger chaos after insert on workers for each row execute function chaos_worker()`);
  await run(`
    create function chaos_change() returns trigger language plpgsql as $$
    declare r record; owner text; step record;
    begin
      if tg_table_name = 'workflow_runs' then
        if tg_op = 'UPDATE' and new.status = old.status and new.epoch = old.epoch then return null; end if;
        owner := case when tg_op = 'UPDATE' then coalesce(old.claimed_by, new.claimed_by) end;
        insert into chaos_changes (kind, run_id, id, before, status, epoch, holder) values ('run', new.id, new.id,
          case when tg_op = 'UPDATE' then old.status end, new.status, new.epoch,
          (select role from chaos_workers where id = owner));
        return null;
      end if;
      if tg_op = 'UPDATE' and new.status = old.status then return null; end if;
      if tg_table_name = 'workflow_run_steps' then
        select id, epoch, claimed_by into r from workflow_runs where id = new.workflow_run_id;
        insert into chaos_changes (kind, run_id, id, step_id, attempt, before, status, epoch, holder)
        values ('step', r.id, new.id, new.step_id, new.attempt, case when tg_op = 'UPDATE' then old.status end,
          new.status, r.epoch, (select role from chaos_workers where id = r.claimed_by));
      else
        select s.step_id, s.workflow_run_id as run_id, w.epoch, w.claimed_by into r from workflow_run_steps s
          join workflow_runs w on w.id = s.workflow_run_id where s.id = new.workflow_run_step_id;
        insert into chaos_changes (kind, run_id, id, step_id, attempt, before, status, epoch, holder)
        values ('attempt', r.run_id, new.id, r.step_id, new.number, case when tg_op = 'UPDATE' then old.status end,
          new.status, r.epoch, (select role from chaos_workers where id = r.claimed_by));
      end if;
      return null;
    end $$`);
  for (const table of ["workflow_runs", "workflow_run_steps", "workflow_run_step_attempts"]) {
    await run(
      `create trigger chaos after insert or update on ${table} for each row execute function chaos_change()`,
    );
  }
}

/** All recorded changes. Those of one run are in order. */
export async function readChanges(db: Db): Promise<StatusChange[]> {
  const { rows: changes } = await db.execute<StatusChange>(sql`
    select n::int, xid::text, extract(epoch from at)::float8 * 1000 as at, role, kind, run_id, id, step_id, attempt,
           before, status, epoch, holder
    from chaos_changes order by n`);
  return oneByOne(changes);
}

/** Splits a change that begins and ends an attempt at once into the states that it went through. */
function oneByOne(changes: StatusChange[]): StatusChange[] {
  const keyOf = ({ xid, run_id, step_id }: StatusChange) => `${xid} ${run_id} ${step_id}`;
  const began = new Set(changes.filter((change) => change.kind === "attempt" && !change.before).map(keyOf));
  return changes.flatMap((change) => {
    if (change.kind === "run" || !began.has(keyOf(change))) return [change];
    const states = change.kind === "step" ? ["pending", "running", "completed"] : ["running", "completed"];
    const passed = states.slice(states.indexOf(change.before ?? "") + 1, states.indexOf(change.status) + 1);
    if (passed.length === 0) return [change];
    return passed.map((status, at) => ({ ...change, before: passed[at - 1] ?? change.before, status }));
  });
}
