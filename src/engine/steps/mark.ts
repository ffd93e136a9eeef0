/**
 * The marker variable in a process's environment, which says whose process it is. The epoch tells processes of a re-run
 * from those of the interrupted claim.
 */
export interface Mark {
  /** The worker process that started the marked one. */
  process_key: string;
  run_id: string;
  epoch: number;
  attempt_id: string;
}

export function formatMark({ process_key, run_id, epoch, attempt_id }: Mark): string {
  return `${process_key}:${run_id}:${epoch}:${attempt_id}`;
}

/** The marker's parts; null where Phaseboard did not make the value. */
export function parseMark(value: string): Mark | null {
  const [process_key, run_id, epoch, attempt_id, ...more] = value.split(":");
  if (!process_key || !run_id || !epoch || !attempt_id || more.length > 0) return null;
  return { process_key, run_id, epoch: Number(epoch), attempt_id };
}
