import { toast } from "../../../components/toast";
import { trpc } from "../../../trpc/react";
import { withNumber } from "../../in-run/ui/run-facts";

/** Changes what people say of a run. `quiet`: a refusal is shown by whoever asks. */
export function useEditRun(run: { id: string; name: string; number: number }, { quiet = false } = {}) {
  const utils = trpc.useUtils();
  return trpc.runs.update.useMutation({
    // One behind the other, since each change of labels sends all of them.
    scope: { id: `edit ${run.id}` },
    onError: (error) => {
      if (!quiet) toast.failed(`${withNumber(run)} could not be changed`, { description: error.message });
    },
    onSettled: (_, __, { id }) => {
      void utils.runs.list.invalidate();
      void utils.runs.get.invalidate({ id });
    },
  });
}
