"use client";

import { useRouter } from "next/navigation";
import { useEffect, useState } from "react";
import { useCommands, usePaletteQuery } from "../../../components/commands";
import { trpc } from "../../../trpc/react";
import { useProject } from "../../projects/ui/project-provider";
import { foundRun } from "./found-run";

const FOUND = 8;
/** Milliseconds of pause in typing after which the server is asked. */
const TYPING_MS = 150;

/** Adds the project's runs to the palette, found by name or number as in the runs table. Renders nothing. */
export function RunFinder() {
  const { id: project_id, slug } = useProject();
  const router = useRouter();
  const typed = usePaletteQuery();
  const [q, setQ] = useState("");
  useEffect(() => {
    const timer = setTimeout(() => setQ(typed.slice(0, 200)), TYPING_MS);
    return () => clearTimeout(timer);
  }, [typed]);
  const found = trpc.runs.list.useQuery(
    { project_id, q, limit: FOUND },
    { enabled: typed !== "" && q !== "" },
  );
  const runs = typed === "" || q === "" ? [] : (found.data?.items ?? []);
  useCommands(runs.map((run) => foundRun(run, q, () => router.push(`/p/${slug}/runs/${run.id}`))));
  return null;
}
