import type { QueryClient } from "@tanstack/react-query";
import type { ProjectEvent } from "../../../events/catalog";
import type { trpc } from "../../../trpc/react";
import { patchRuns } from "./patch-runs";
import { ALL_BOARDS, BOARDS, changeRuns, mergeChanges, type WireBoard } from "./run-list";

type Client = ReturnType<typeof trpc.useUtils>["client"];
type ChangesInput = Parameters<Client["board"]["changes"]["query"]>[0];

/** The most runs that the server tells of at once; after more, a board is read from its beginning. */
const MAX_CHANGES = 200;

/** Reads what changed on the project's boards, instead of all that was loaded of them. Null: all projects' boards. */
export function createBoardReader(queries: QueryClient, client: Client, project_id: string | null) {
  /** Events that came while changes were read, whose answer may be older. */
  let missed: ProjectEvent[] | null = null;
  const isOurs = (input: unknown) =>
    project_id === null || (input as ChangesInput | undefined)?.project_id === project_id;

  return {
    event(event: ProjectEvent): void {
      missed?.push(event);
    },
    /** `whole`: what cards say of something else, as the names of labels, has changed. */
    async read(ids: string[], { whole }: { whole: boolean }): Promise<void> {
      // That of all projects has few cards, and is read in whole.
      if (project_id === null) await queries.invalidateQueries({ queryKey: ALL_BOARDS });
      missed = [];
      const boards = queries.getQueryCache().findAll({ queryKey: BOARDS });
      await Promise.all(
        boards.map(async (board) => {
          const { queryKey, state } = board;
          const { input } = (queryKey[1] ?? {}) as { input?: ChangesInput };
          if (!input || !isOurs(input)) return;
          // One that nobody looks at is read when it is opened.
          if (whole || !board.isActive() || ids.length > MAX_CHANGES || state.data === undefined) {
            await queries.invalidateQueries({ queryKey, exact: true });
            return;
          }
          const answer = await client.board.changes.query({ ...input, ids }).catch(() => null);
          // Read in whole, which is tried again until it succeeds.
          if (answer === null) return queries.invalidateQueries({ queryKey, exact: true });
          queries.setQueryData<WireBoard>(queryKey, (shown) => {
            if (!shown) return shown;
            const merged = mergeChanges(shown, ids, answer);
            return changeRuns(merged, (runs) =>
              (missed ?? []).reduce((patched, event) => patchRuns(patched, event), runs),
            ) as WireBoard;
          });
        }),
      );
      missed = null;
    },
  };
}
