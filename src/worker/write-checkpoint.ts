import type { Db } from "../db/client";
import { logDirectoryKey } from "../engine/logs/paths";
import type { Checkpoint, Claim } from "../engine/ports";
import type { CheckpointEntry } from "../features/runs/commands/record-checkpoints";

/**
 * Keeps a checkpoint until a change records it; see `RunStore.checkpoint`. The run's lock makes a claim, a pause or
 * a cancel that comes meanwhile wait, since these lock it for update, so that it is seen there; where one was first,
 * nothing is kept. A record of the claim itself goes on beside it.
 */
export async function writeCheckpoint(
  { $client: sql }: Db,
  claim: Claim,
  checkpoint: Checkpoint,
): Promise<boolean> {
  const { run, epoch, worker_id } = claim;
  const entry = JSON.stringify(entryOf(claim, checkpoint));
  const kept = await sql`
    insert into workflow_checkpoints (workflow_run_id, ordinal, entry)
    select id, ${checkpoint.ordinal}::integer, ${entry}::json from workflow_runs
    where id = ${run.id} and epoch = ${epoch} and claimed_by = ${worker_id} and status = 'running'
      and write_floor <= ${checkpoint.ordinal}
    for key share`;
  return kept.count === 1;
}

function entryOf({ run, worker_id }: Claim, { finished, started }: Checkpoint): CheckpointEntry {
  return {
    ended: finished.map(({ step: { row_id, step_id }, attempt_id, result, log }) => ({
      row_id,
      step_id,
      attempt_id,
      output: result.output ?? null,
      exit_code: result.exit_code,
      signal: result.signal,
      log: log.rest.map(({ type, offset, bytes }) => ({ type, offset, bytes: bytes.toString("base64") })),
    })),
    started: started.map(({ step, definition, attempt_id, number }) => ({
      row_id: step.row_id,
      is_new: step.is_new ?? false,
      step_id: step.step_id,
      name: definition.name,
      kind: definition.kind,
      phase: definition.phase,
      attempt_id,
      number,
      tries: step.tries,
      folder: logDirectoryKey(run.id, step.step_id, number),
      worker_id,
    })),
  };
}
