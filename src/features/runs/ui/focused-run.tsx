"use client";

import { type Query, useQueryClient } from "@tanstack/react-query";
import dynamic from "next/dynamic";
import { useCallback, useEffect, useState, useSyncExternalStore } from "react";
import type { WireListedRun } from "../../in-run/ui/wire";
import { EVERY_RUN_LIST, type RunList } from "../../live/ui/run-list";
import type { Asking } from "./run-dialogs";
import { useIsAnyChosen } from "./run-selection";
import { useRunActions } from "./use-run-actions";
import { useRunCommands } from "./use-run-commands";

const RunDialogs = dynamic(() => import("./run-dialogs").then((part) => part.RunDialogs));

/** Attribute of a card or row; its value is the run's id. */
const RUN = "[data-run]";
/** What takes the focus for a moment, above the page. */
const ABOVE = "[role=dialog], [role=alertdialog], [role=menu], [role=listbox]";

/** The run whose card or row has the focus, or had it before a dialog or the palette took it. */
function useFocusedRun(): WireListedRun | null {
  const queries = useQueryClient();
  const [id, setId] = useState<string | null>(null);
  useEffect(() => {
    const look = (target: EventTarget | null) => {
      if (!(target instanceof Element) || target.closest(ABOVE)) return;
      setId(target.closest<HTMLElement>(RUN)?.dataset.run ?? null);
    };
    const onFocus = ({ target }: FocusEvent) => look(target);
    const onBlur = ({ relatedTarget, target }: FocusEvent) => {
      // Nothing takes the focus, as with Esc; what is removed from the page says no more where it was.
      if (
        relatedTarget === null &&
        target instanceof Element &&
        !target.closest(ABOVE) &&
        document.hasFocus()
      ) {
        setId(null);
      }
    };
    // A card can be reached before the page's script is here.
    look(document.activeElement);
    document.addEventListener("focusin", onFocus);
    document.addEventListener("focusout", onBlur);
    return () => {
      document.removeEventListener("focusin", onFocus);
      document.removeEventListener("focusout", onBlur);
    };
  }, []);
  const watch = useCallback(
    (listener: () => void) => (id === null ? () => {} : queries.getQueryCache().subscribe(listener)),
    [queries, id],
  );
  const find = () => (id === null ? null : findRun(queries.getQueriesData<RunList>(LISTS), id));
  return useSyncExternalStore(watch, find, () => null);
}

/** The lists of runs on screen. */
const LISTS = {
  predicate: (query: Query) => EVERY_RUN_LIST.predicate(query) && query.getObserversCount() > 0,
};

function findRun(lists: [unknown, RunList | undefined][], id: string): WireListedRun | null {
  for (const [, list] of lists) {
    const pages = list === undefined ? [] : "pages" in list ? list.pages : [list];
    for (const page of pages) {
      const run = page.items.find((each) => each.id === id);
      if (run) return run;
    }
  }
  return null;
}

/** Keys and palette entries for the run in focus, on pages that list runs. */
export function FocusedRun() {
  const focused = useFocusedRun();
  const run = useIsAnyChosen() ? null : focused;
  // The dialog stays while the focus is in it, and the run is known from when it was opened.
  const [asked, setAsked] = useState<{ run: WireListedRun; asking: Asking } | null>(null);
  return (
    <>
      {run === null ? null : <RunKeys key={run.id} run={run} onAsk={(asking) => setAsked({ run, asking })} />}
      {asked === null ? null : (
        <AskedRun run={asked.run} asking={asked.asking} onClose={() => setAsked(null)} />
      )}
    </>
  );
}

function RunKeys({ run, onAsk }: { run: WireListedRun; onAsk: (asking: Asking) => void }) {
  useRunCommands(run, useRunActions(run), onAsk);
  return null;
}

function AskedRun({ run, asking, onClose }: { run: WireListedRun; asking: Asking; onClose: () => void }) {
  return <RunDialogs run={run} asking={asking} onClose={onClose} actions={useRunActions(run)} />;
}
