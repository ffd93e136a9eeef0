"use client";

import { Plus } from "lucide-react";
import { usePathname } from "next/navigation";
import { useState } from "react";
import { Button } from "../../../components/button";
import { useCommands } from "../../../components/commands";
import { useProject } from "../../projects/ui/project-provider";
import { StartRunDialog } from "./start-run-dialog";

/** The primary action of a project, also by N; not there for who may not start runs. */
export function NewRunButton() {
  const project = useProject();
  return project.may("run:write") ? <AllowedButton /> : null;
}

function AllowedButton() {
  const project = useProject();
  const pathname = usePathname();
  const [open, setOpen] = useState(false);
  // A view has one primary action; definitions and settings have their own.
  const elsewhere = /^\/p\/[^/]+\/(definitions|settings)/.test(pathname);
  useCommands([
    {
      id: "run.new",
      label: "New run",
      group: project.name,
      icon: Plus,
      shortcut: "n",
      keywords: "start workflow",
      run: () => setOpen(true),
    },
  ]);
  return (
    <>
      <Button variant={elsewhere ? "secondary" : "primary"} icon={Plus} onClick={() => setOpen(true)}>
        New run
      </Button>
      <StartRunDialog open={open} onOpenChange={setOpen} projectId={project.id} projectSlug={project.slug} />
    </>
  );
}
