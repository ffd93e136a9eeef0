import type { InfiniteData } from "@tanstack/react-query";
import type { Outputs } from "../../../trpc/react";

type RunPage = Outputs["runs"]["list"];
type Runs = RunPage["items"];

/** A list of runs in the query cache: one page, or those that were scrolled through. */
export type RunList = RunPage | InfiniteData<RunPage>;

/** The list with its runs changed; the same object if `change` gives each page's array back as it was. */
export function changeRuns(list: RunList, change: (runs: Runs) => Runs): RunList {
  const changed = (page: RunPage): RunPage => {
    const items = change(page.items);
    return items === page.items ? page : { ...page, items };
  };
  if (!("pages" in list)) return changed(list);
  const pages = list.pages.map(changed);
  return pages.every((page, at) => page === list.pages[at]) ? list : { ...list, pages };
}
