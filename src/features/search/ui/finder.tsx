"use client";

import dynamic from "next/dynamic";
import { usePaletteQuery } from "../../../components/commands";
import { useEver } from "../../../components/use-ever";

const Found = dynamic(() => import("./found").then((part) => part.Found));

/** Finds what is typed into the palette, once something is. */
export function Finder({ isAdmin }: { isAdmin: boolean }) {
  return useEver(usePaletteQuery() !== "") ? <Found isAdmin={isAdmin} /> : null;
}
