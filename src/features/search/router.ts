import { procedure, restOf, router } from "../../trpc/procedures";
import { find } from "./queries";
import { Found, SearchInput } from "./schema";

const rest = restOf("search");

export const searchRouter = router({
  find: procedure
    .meta(
      rest("GET", "/search", "Find runs, definitions, projects and people", {
        description:
          "In all projects in which the caller has a role, eight of a kind at most. Words of a run are found some moments after they were written; its number and name at once.",
      }),
    )
    .input(SearchInput)
    .output(Found)
    .query(({ ctx, input }) => find(ctx, input)),
});
