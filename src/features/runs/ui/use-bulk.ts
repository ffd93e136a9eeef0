import { useState } from "react";
import { toast } from "../../../components/toast";
import { trpc } from "../../../trpc/react";
import { useProject } from "../../projects/ui/project-provider";

/** Runs of one call. The API takes more, but then no progress could be shown. */
const PART = 50;

interface Answer {
  done: string[];
  failed: { id: string; reason: string }[];
}

/** Does the same to many runs, part by part, and says how it went. `done` counts while it works; null before. */
export function useBulk() {
  const { id: project_id } = useProject();
  const utils = trpc.useUtils();
  const [done, setDone] = useState<number | null>(null);
  const retry = trpc.runs.retryMany.useMutation();
  const remove = trpc.runs.deleteMany.useMutation();
  const label = trpc.runs.labelMany.useMutation();
  const archive = trpc.runs.archiveMany.useMutation();

  const each = async (ids: string[], verb: string, send: (ids: string[]) => Promise<Answer>) => {
    let count = 0;
    const failed: Answer["failed"] = [];
    setDone(0);
    try {
      for (let at = 0; at < ids.length; at += PART) {
        const answer = await send(ids.slice(at, at + PART));
        count += answer.done.length;
        failed.push(...answer.failed);
        setDone(count);
      }
    } finally {
      setDone(null);
      void utils.runs.invalidate();
    }
    const runs = (number: number) => `${number.toLocaleString("en")} ${number === 1 ? "run" : "runs"}`;
    if (count > 0) toast.done(`${runs(count)} ${verb}`);
    if (failed.length > 0) {
      toast.failed(`${runs(failed.length)} could not be ${verb}`, { description: failed[0]?.reason });
    }
  };
  return {
    done,
    retry: (ids: string[]) =>
      each(ids, "retried", (part) => retry.mutateAsync({ project_id, ids: part })).catch(sayFailed),
    archive: (ids: string[]) =>
      each(ids, "archived", async (part) => {
        const { changed, failed } = await archive.mutateAsync({ project_id, ids: part });
        return { done: changed, failed };
      }).catch(sayFailed),
    remove: (ids: string[]) => each(ids, "deleted", (part) => remove.mutateAsync({ project_id, ids: part })),
    label: (ids: string[], change: { add: string[] } | { remove: string[] }) =>
      each(ids, "labelled", (part) => label.mutateAsync({ project_id, ids: part, ...change })).catch(
        sayFailed,
      ),
  };
}

function sayFailed(error: unknown): void {
  const description = error instanceof Error ? error.message : undefined;
  toast.failed("It was not done for all of them", { description });
}
