"use client";

import { linkTo, useAddress } from "../../../components/use-address";

/** The artifact whose preview is open, kept in the address so that links can open it. */
export function useOpenArtifact() {
  const { get, set } = useAddress();
  return {
    id: get("artifact"),
    open: (id: string) => set({ artifact: id }),
    close: () => set({ artifact: null }),
  };
}

/** A link to the preview of an artifact of the run on this page. */
export const previewLink = (id: string) => linkTo({ more: "artifacts", artifact: id });
