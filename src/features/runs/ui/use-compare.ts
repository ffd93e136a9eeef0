import { useRouter } from "next/navigation";
import { toast } from "../../../components/toast";
import { trpc } from "../../../trpc/react";
import { withNumber } from "../../in-run/ui/run-facts";
import { useProject } from "../../projects/ui/project-provider";

/** Address of a comparison of these runs; the first is what the others are compared with. */
export const compareHref = (slug: string, numbers: readonly number[]) =>
  `/p/${slug}/runs/compare?runs=${numbers.join(",")}`;

/** Opens runs side by side. */
export function useCompare() {
  const { slug } = useProject();
  const router = useRouter();
  const { client } = trpc.useUtils();
  /** The last run of its definition that completed before it; null, and said, where there is none. */
  const findLastGood = async (run: { id: string; name: string; number: number }) => {
    try {
      const { run: good } = await client.runs.lastGood.query({ id: run.id });
      if (good) return good;
      toast.failed(`No run of its definition completed before ${withNumber(run)}`, {
        description: "Choose others in the table of runs, or name one by its number.",
        link: { label: "Compare with another", href: compareHref(slug, [run.number]) },
      });
    } catch (error) {
      const description = error instanceof Error ? error.message : undefined;
      toast.failed(`${withNumber(run)} could not be compared`, { description });
    }
    return null;
  };
  return {
    findLastGood,
    open: (numbers: readonly number[]) => router.push(compareHref(slug, numbers)),
    /** A run beside the last good one, which comes first. */
    openWithLastGood: async (run: { id: string; name: string; number: number }) => {
      const good = await findLastGood(run);
      if (good) router.push(compareHref(slug, [good.number, run.number]));
    },
  };
}
