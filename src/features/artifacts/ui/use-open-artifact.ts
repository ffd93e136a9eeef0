"use client";

import { changedSearch, useAddress } from "../../../components/use-address";

/** The artifact whose preview is open; the address holds it, so that a link opens it too. */
export function useOpenArtifact() {
  const { get, set } = useAddress();
  return {
    id: get("artifact"),
    open: (id: string) => set({ artifact: id }),
    close: () => set({ artifact: null }),
  };
}

/** A link to the preview of an artifact of the run on this page. */
export function previewLink(id: string): string {
  const { origin, pathname } = window.location;
  return `${origin}${pathname}${changedSearch("", { more: "artifacts", artifact: id })}`;
}
