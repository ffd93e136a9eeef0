/**
 * Whose a process is, as its marker variable says it. The epoch tells a re-run's processes from those of the
 * interrupted claim before it.
 */
export interface Mark {
  /** The worker process that started it. */
  process_key: string;
  run_id: string;
  epoch: number;
  attempt_id: string;
}

export function formatMark({ process_key, run_id, epoch, attempt_id }: Mark): string {
  return `${process_key}:${run_id}:${epoch}:${attempt_id}`;
}

/** Null where the value was not made here. */
export function parseMark(value: string): Mark | null {
  const [process_key, run_id, epoch, attempt_id, ...more] = value.split(":");
  if (!process_key || !run_id || !epoch || !attempt_id || more.length > 0) return null;
  return { process_key, run_id, epoch: Number(epoch), attempt_id };
}
