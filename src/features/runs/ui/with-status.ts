import type { InfiniteData } from "@tanstack/react-query";
import type { RunStatus } from "../../../model/states";
import type { RunPage } from "../schema";

function ofPage(page: RunPage, id: string, status: RunStatus): RunPage {
  if (!page.items.some((run) => run.id === id)) return page;
  return { ...page, items: page.items.map((run) => (run.id === id ? { ...run, status } : run)) };
}

/** A cached list of runs (a page or several) with the status of run `id` changed. */
export function withStatus(list: unknown, id: string, status: RunStatus): unknown {
  if (typeof list !== "object" || list === null) return list;
  if ("pages" in list) {
    const pages = list as InfiniteData<RunPage>;
    return { ...pages, pages: pages.pages.map((page) => ofPage(page, id, status)) };
  }
  return "items" in list ? ofPage(list as RunPage, id, status) : list;
}
